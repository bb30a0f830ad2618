"""The page that shows what an action was before a change, and takes it back there."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partners.models import Change

from .going_back import former_of, go_back, moment_before
from .models import Action
from .views import ActionPage


class ActionBack(ActionPage):
    """Asks, then gives an action the values again that it had before a change."""

    def get(self, request: HttpRequest, pk: int, change: int) -> HttpResponse:
        action = self.find_editable(pk)
        found, moment = self.change(action, change)
        return self.show(request, action, found, moment)

    def post(self, request: HttpRequest, pk: int, change: int) -> HttpResponse:
        action = self.find_editable(pk)
        found, moment = self.change(action, change)
        try:
            saved = go_back(action=action, change=found, moment=moment, user=self.membership.user)
        except ValidationError as error:
            return self.show(request, self.find(pk), found, moment, error.messages)
        if saved.proposed:
            said = _("Proposed: until it is accepted, this stays and counts as it is.")
        else:
            said = _("It is again as it was before this change.")
        messages.success(request, said)
        return redirect(action)

    def change(self, action: Action, pk: int) -> tuple[Change, int]:
        """A change of this very action of which the rows are known, and the moment before it."""
        changes = Change.objects.of(self.project).filter(record="action", record_id=action.pk)
        found: Change = get_object_or_404(changes.select_related("user"), pk=pk)
        found.project = self.project
        moment = moment_before(found)
        if moment is None:
            raise Http404
        return found, moment

    def show(
        self,
        request: HttpRequest,
        action: Action,
        change: Change,
        moment: int,
        faults: list[str] | None = None,
    ) -> HttpResponse:
        former = former_of(action, change, moment)
        context = {
            "action": action,
            "change": change,
            "former": former,
            "lines": [
                (self.record.column(name).heading, now, then)
                for name, (now, then) in former.changes.items()
            ],
            "faults": faults or [],
            "crumbs": self.crumbs((action.title, action.get_absolute_url())),
        }
        status = 422 if faults else 200
        return render(request, "actions/back.html", context, status=status)
