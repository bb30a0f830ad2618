"""The page of the search over everything in a project."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .access import ProjectView
from .filters import LONGEST_SEARCH
from .models import User
from .roles import Capability
from .searching import Search, found, is_kind
from .spelling import Asked

MOST_OF_A_KIND = 6
MOST_OF_ONE_KIND = 100  # where only one kind is asked for


class SearchForm(forms.Form):
    """The words, of which at least one has a letter or a digit."""

    q = forms.CharField(label=gettext_lazy("Search"), max_length=LONGEST_SEARCH, required=False)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if words and not Asked(words).keys:
            raise forms.ValidationError(_("Type at least one letter or digit."))
        return words


class SearchPage(ProjectView):
    """What was found, by kind, the best first; ``in`` asks for more of one kind."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        asked = Asked(form.cleaned_data["q"] if form.is_valid() else "")
        kind = request.GET.get("in", "")
        only = kind if is_kind(kind) else ""
        most = MOST_OF_ONE_KIND if only else MOST_OF_A_KIND
        search = Search(asked, self.project, cast(User, request.user), most)
        groups = found(search, only) if asked.keys else []
        context = {
            "form": form,
            "asked": asked,
            "groups": groups,
            "only": only,
            "total": sum(group.total for group in groups),
        }
        status = 422 if form.errors else 200
        return render(request, "partners/search.html", context, status=status)
