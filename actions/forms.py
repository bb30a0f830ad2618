"""The form of a record, made from its columns, with its formsets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from partners.models import Membership, Project, User
from partners.names import name_key
from partners.roles import Capability
from partners.sorting import in_order

from .conflicts import BASIS, basis_of, read_basis, values_then
from .dates import Mode, OccasionData
from .fields import OccasionsField, told
from .links import OrganisationsColumn
from .lookup import Lookup
from .models import Action, ActionType, EvidenceKind, ProposedChange
from .proposals import change_of, values_of
from .recent import recent_organisations
from .records import SECTIONS, RecordType, record_type
from .reviewing import Intent, Sent, save_for_review
from .rows import RowsColumn, kept_rows
from .services import likely_duplicates

MOST_ROWS = 200
BEING_PREPARED = gettext_lazy(
    "The partner is still preparing a change of this action: it is to be submitted, or taken back"
    " on the page of the action, before you change it."
)
MOST_NAMED = 5  # headings beside “More”
KEPT = ("partners", "organisations", "mission", "status")  # from an action to the next like it
KINDS_OF_EVIDENCE = [("", gettext_lazy("as its name says")), *EvidenceKind.choices]


class OccasionForm(forms.Form):
    """One occasion: when, where, and whether people met in a room or on a screen.

    The place may stand beside the date instead, and several dates may: then one row is several
    ``occasions``. What stands in the fields of their own goes before what the text lets guess.
    ``where`` are the mode, the place and the country that an empty row begins with.
    """

    when = OccasionsField(label=gettext_lazy("When"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=120)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("On site or online"), required=False, choices=[("", "—"), *Mode.choices]
    )
    words = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, where: Mapping[str, Any] | None = None, read_at: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", "—"), *in_order(countries)]
        if read_at:
            self.fields["when"].widget.attrs["data-read-dates"] = read_at
        for name, value in (where or {}).items():
            self.fields[name].initial = value

    def clean_place(self) -> str:
        """A place of one line, as the cell of a table is read."""
        return " ".join(self.cleaned_data["place"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = any(data.get(name) for name in ("mode", "place", "country"))
        if said and not data.get("when") and "when" not in self.errors:
            self.add_error("when", _("Say when it was: a day, a month or a year."))
        if self.has_changed() and data.get("words"):
            # What was once written no longer tells what stands here now.
            data["words"] = ""
        read = data.get("when")
        data["occasions"] = tuple(
            self._occasion(item, data) for item in (read.occasions if read else ())
        )
        data["note"] = read.note if read else ""
        return data

    def understood(self) -> str:
        """What was read of the text, for whoever typed it; blank before anything is sent."""
        sent = self.is_bound and self.has_changed() and self.is_valid()
        read = self.cleaned_data.get("when") if sent else None
        return told(read) if read else ""

    def _occasion(self, item: OccasionData, data: Mapping[str, Any]) -> OccasionData:
        """An occasion as the text tells it, with what stands in the other fields of the row."""
        place = data.get("place", "")
        if place and item.place and name_key(place) != name_key(item.place):
            message = _("Beside the date it says “%(place)s”: which of the two is it?")
            self.add_error("place", message % {"place": item.place})
        return OccasionData(
            item.when,
            data.get("mode") or item.mode,
            place or item.place,
            data.get("country") or item.country,
            item.words or data.get("words", ""),
        )


class EvidenceForm(forms.Form):
    """One proof: what it is, and where it can be opened; ``kind`` is offered for a new one."""

    title = forms.CharField(label=gettext_lazy("What it is"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=KINDS_OF_EVIDENCE)
    url = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = kind

    def clean_title(self) -> str:
        """A title of one line, as the cell of a table is read."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("url") and not data.get("title"):
            self.add_error("title", _("Say what the link shows, such as “attendance list”."))
        return data


class Rows(BaseFormSet):
    """Rows sent by a page that showed all there are: a row that it did not know would be lost."""

    def clean(self) -> None:
        sent = self.management_form.cleaned_data
        if (sent["TOTAL_FORMS"] or 0) < 0 or sent["INITIAL_FORMS"] != len(self.initial or ()):
            raise ValidationError(_("These rows have changed meanwhile: open the page anew."))


def rows_of(form: type[forms.Form]) -> type[BaseFormSet[Any]]:
    """A formset of rows that can be added and removed, with one empty row to begin with."""
    return formset_factory(
        form,
        formset=Rows,
        extra=1,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )


OccasionFormSet = rows_of(OccasionForm)
EvidenceFormSet = rows_of(EvidenceForm)


class ActionForm(forms.Form):
    """A record of any type, made of the columns that the type declares.

    The rows of occasions, evidence and meetings are formsets of their own; ``is_valid`` asks them
    all, so that every error is shown at once. Of an accepted action it shows what is proposed.
    What was sent is compared with what the form was ``opened`` on, not with what stands ``now``.
    A form ``only`` of some columns leaves all others alone. One ``like`` another action begins with
    what that one has in common with the next.
    """

    save_anyway = forms.BooleanField(
        required=False, label=gettext_lazy("It is another one: save it all the same")
    )

    def __init__(
        self,
        *,
        action_type: ActionType,
        membership: Membership,
        user: User,
        action: Action | None = None,
        data: QueryDict | None = None,
        only: Sequence[str] = (),
        like: Action | None = None,
    ) -> None:
        self.action_type, self.action = action_type, action
        self.like = like
        self.project: Project = action_type.project
        self.membership, self.user = membership, user
        self.record: RecordType = record_type(action_type.record)
        self.columns = [c for c in self.record.columns if not only or c.name in only]
        self.duplicates: list[Action] = []
        self.now = self._now()
        self.opened = read_basis(data.get(BASIS, ""), action.pk) if action and data else None
        values = self.now
        if self.opened:
            values = values_then(self.opened, self.record, self.now, self.project)
        # A small form may stand on the page of the list, whose filters have ids of their own.
        super().__init__(data, initial=values, auto_id="id_quick_%s" if only else "id_%s")
        self.sent = data or QueryDict()
        self.formsets: dict[str, BaseFormSet[Any]] = {}
        for column in self.columns:
            self._add(column, values, data)

    def _now(self) -> dict[str, Any]:
        """The values as they stand: of an accepted action with those that are proposed."""
        if self.action is None:
            values = {column.name: column.empty() for column in self.record.columns}
            if self.like:
                return values | {n: self.record.column(n).get(self.like) for n in KEPT}
            own = self.membership.partner
            return {**values, "partners": (own,)} if own else values
        values, change = self.record.values(self.action), change_of(self.action)
        if change and not self.prepared_elsewhere:
            proposed, _gone = values_of(change, self.record, Lookup(self.project))
            values |= proposed
        return values

    @property
    def prepared_elsewhere(self) -> ProposedChange | None:
        """A change that somebody else still works on: who reviews has no part in it yet."""
        change = change_of(self.action) if self.action else None
        if change is None or change.state == ProposedChange.State.SUBMITTED:
            return None
        mine = change.user_id == self.user.pk or not self.membership.may(Capability.REVIEW)
        return None if mine else change

    def fresh(self) -> ActionForm:
        """The form as it would be opened now."""
        return ActionForm(
            action_type=self.action_type,
            membership=self.membership,
            user=self.user,
            action=self.action,
            only=[column.name for column in self.columns],
        )

    @cached_property
    def basis(self) -> str:
        """What the form is opened on, for its hidden field; what was sent stays."""
        if self.action is None:
            return ""
        # What is not asked for here is not written either: others may change it meanwhile.
        asked = {column.name: self.now[column.name] for column in self.columns}
        opened = self.opened or basis_of(self.action, self.record, asked)
        return opened.signed()

    def _add(self, column: Any, values: dict[str, Any], data: QueryDict | None) -> None:
        if isinstance(column, RowsColumn):
            self.formsets[column.name] = column.formset_class()(
                data,
                prefix=column.name,
                initial=column.initial(values[column.name]),
                form_kwargs=self._form_kwargs(column),
            )
            return
        field = column.form_field(self.project)
        if field is None:
            return
        self.fields[column.name] = field
        if isinstance(column, OrganisationsColumn):
            field.widget.attrs["data-suggest"] = reverse(
                "organisation-suggest", args=[self.project.slug]
            )
            recent = recent_organisations(self.project, self.membership.partner)
            field.widget.attrs["data-recent"] = json.dumps(recent, ensure_ascii=False)

    def _form_kwargs(self, column: RowsColumn) -> dict[str, Any]:
        told = column.form_kwargs(self.action_type, self.action, self.like)
        if column.name == "occasions":
            told["read_at"] = reverse("read-dates", args=[self.project.slug])
        return told

    def essentials(self) -> Iterator[dict[str, Any]]:
        """The parts that open the form, in order: a bound field, or a formset with its heading."""
        return self._parts(self.record.essential)

    def _parts(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        for name in names:
            column = self.record.column(name)
            if name in self.formsets:
                yield {"heading": SECTIONS[column.section], "formset": self.formsets[name]}
            elif name in self.fields:
                yield {"field": self[name], "wide": column.wide}

    def quick_parts(self) -> Iterator[dict[str, Any]]:
        """The parts of the small form: of rows those that are there, or an empty one."""
        for part in self._parts(self.record.quick):
            if "formset" in part:
                rows = part["formset"]
                part["rows"] = rows.initial_forms or rows.extra_forms
            yield part

    def more(self) -> Iterator[dict[str, Any]]:
        """The sections behind “More”: a heading, bound fields, and formsets below them."""
        for name, columns in self.record.sections().items():
            columns = [c for c in columns if c.name not in self.record.essential]
            if not columns:
                continue
            yield {
                "heading": SECTIONS[name],
                # Dates come before the words about them.
                "rows_first": name == "when",
                "fields": [(self[c.name], c.wide) for c in columns if c.name in self.fields],
                "formsets": [
                    (c.heading, self.formsets[c.name]) for c in columns if c.name in self.formsets
                ],
            }

    def more_words(self) -> str:
        """What stands behind “More”: the first few headings."""
        behind = [c for c in self.columns if c.name not in self.record.essential]
        names = ", ".join(str(column.heading) for column in behind[:MOST_NAMED])
        return _("%(names)s …") % {"names": names}

    def more_open(self) -> bool:
        """Whether anything behind “More” has a value, or an error."""
        for column in self.columns:
            if column.name in self.record.essential:
                continue
            if self.initial[column.name] not in (None, "", ()):
                return True
            if column.name in self.formsets and self.formsets[column.name].is_bound:
                rows = self.formsets[column.name]
                if rows.total_error_count() or rows.has_changed():
                    return True
            if column.name in self.changed_data or self.errors.get(column.name):
                return True
        return False

    def has_errors(self) -> bool:
        """Whether anything stands in the way, in a field or in a row of a formset."""
        rows = any(f.total_error_count() for f in self.formsets.values())
        return bool(self.errors) or rows

    def is_valid(self) -> bool:
        valid = [super().is_valid(), *(formset.is_valid() for formset in self.formsets.values())]
        return all(valid)

    def clean_partners(self) -> Any:
        partners = self.cleaned_data["partners"]
        own = self.membership.partner
        if not self.membership.may(Capability.EDIT_ANY_ACTION) and own not in partners:
            message = _("%(code)s must be among them: you log what your own partner answers for.")
            raise ValidationError(message % {"code": own})
        return tuple(partners)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.prepared_elsewhere:
            self.add_error(None, BEING_PREPARED)
        title = data.get("title", "")
        if title and title != self.now["title"]:
            self.duplicates = likely_duplicates(
                project=self.project, action_type=self.action_type, title=title, but=self.action
            )
            if self.duplicates and not data.get("save_anyway"):
                self.add_error("title", _("An action of this name stands in this table already."))
        return data

    def values(self) -> dict[str, Any]:
        """The values by column name, ready for ``save_action``."""
        values = {n: v for n, v in self.cleaned_data.items() if n != "save_anyway"}
        if "sectors" in values:
            values["sectors"] = tuple(values["sectors"])
        for column in self.columns:
            if isinstance(column, RowsColumn):
                values[column.name] = column.cleaned(self.formsets[column.name])
        if "occasions" in self.formsets:
            self._keep_words(values)
        return values

    def _keep_words(self, values: dict[str, Any]) -> None:
        """Keep the words beside the dates that were neither dates nor places."""
        notes = [row["note"] for row in kept_rows(self.formsets["occasions"]) if row["note"]]
        if notes:
            before = values.get("dates_note", self.now["dates_note"])
            values["dates_note"] = "\n".join(filter(None, [before, *notes]))

    def save(self, intent: Intent = Intent.SUBMIT) -> Sent | None:
        """Store the record; None where the rules refuse it, with the errors on the form."""
        try:
            return save_for_review(
                intent=intent,
                project=self.project,
                action_type=self.action_type,
                user=self.user,
                values=self.values(),
                action=self.action,
            )
        except ValidationError as error:
            self._take_errors(error)
            return None

    def _take_errors(self, error: ValidationError) -> None:
        for name, messages in error.message_dict.items():
            column = name.removesuffix("_precision")
            for message in messages:
                self._show_error(column, message)

    def _show_error(self, column: str, message: str) -> None:
        """Put a message beside the field, or beside the first field of the column's rows."""
        rows = self.formsets[column].forms if column in self.formsets else []
        if rows:
            rows[0].add_error(next(iter(rows[0].fields)), message)
        else:
            self.add_error(column if column in self.fields else None, message)


class ExclusionForm(forms.Form):
    """Why an action is left out of the count; empty counts it again."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is left out of the count"),
        help_text=gettext_lazy("Leave it empty to count the action again."),
        required=False,
        max_length=300,
    )
