"""Who may open and send what: every address for every role, and nothing crosses projects."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actions.file_services import add_evidence_file
from actions.models import Action, EvidenceFile, ProposedChange
from actions.records import record_of
from actions.services import delete_action, save_action
from kpis.amendments import amend, indicators_with_terms, terms_of
from kpis.loading import load_project
from kpis.models import Amendment
from partners import clock
from partners.access import ProjectView
from partners.account import new_calendar_address
from partners.models import Change, Membership, Organisation, Project, SavedView, User
from partners.restoring import restorable_among
from partners.roles import Role
from partners.services import add_organisation
from reports.models import Export, Import, SealedFile
from reports.notices.addresses import stop_path
from reports.sealing.sealing import seal_report
from reports.writing.content import Report, Scope
from reports.writing.word import built_in
from reports.writing.workbook import write_workbook
from tests.conftest import ELCA, PASSWORD
from tests.making import make_action, on
from tests.pages import Fields, filled, member, page, quick
from tests.past import let_days_pass

# A table of each record type.
SLUGS = {
    "action": "sectors",
    "agreement": "sme-cooperation",
    "event": "national-workshops",
    "matchmaking": "matchmaking",
}
MEMBERS = ("reader", "amz", "bic", "leader", "admin")
ROLES = ("anonymous", "outsider", *MEMBERS)
Statuses = tuple[int, ...]

# What the five members get, in the order of MEMBERS.
ALL = (200, 200, 200, 200, 200)
WRITERS = (403, 200, 200, 200, 200)
OWNERS = (403, 200, 403, 200, 200)  # the record is one of AMZ
KEEPERS = (403, 403, 403, 200, 200)
ADMINS = (403, 403, 403, 403, 200)
OF_THE_LEADER = (404, 404, 404, 200, 404)
OF_AMZ_BUT_SHARED = (403, 200, 403, 403, 403)  # all see a shared view, whose it is renames it
WHO_DELETES = (403, 200, 403, 200, 200)
LEADS_ON = (302, 302, 302, 302, 302)
NO_POST = (405, 405, 405, 405, 405)
NO_GET = (405, 405, 405, 405, 405)
NOT_EVEN_ADMINS = (403, 403, 403, 403, 405)  # open to administrators, but not in this way
# What is sent there leaves no history: it changes no record, or none as it is sent here.
WITHOUT_CHANGES = {
    "import",
    "import-mapping",
    "import-answer",
    "import-again",
    "import-apply",
    "import-undo",
    "matchmaking-add",
    "report-template-reset",
    "view-add",
    "view-edit",
    "view-delete",
}
# What is there today alone, although everyone may open it.
OF_TODAY = {"view-list", "view-add"}
# What a reader keeps for itself, and for nobody else.
OF_ONES_OWN = {"view-add"}


def sent(statuses: Statuses) -> Statuses:
    """The same members, whose post is accepted: it leads on to another page."""
    return tuple(302 if status == 200 else status for status in statuses)


@dataclass(frozen=True)
class Things:
    """What addresses and forms name, all of one project; records are made when they are asked."""

    project: Project
    organisation: Organisation
    spare: Organisation
    deadline: int
    partner: str = "AMZ"
    number: int = 4
    slug: str = "sectors"  # of the table of plain actions

    def record(self, key: str) -> Action:
        """A record of AMZ of the named type."""
        title = f"One {key}"
        found = Action.objects.of(self.project).filter(title=title).first()
        slug = {**SLUGS, "action": self.slug}[key]
        return found or make_action(self.project, slug, title=title, occasions=(on(2022, 3, 1),))

    def file(self) -> int:
        """The file of evidence that the record of AMZ has."""
        action = self.record("action")
        found = EvidenceFile.objects.filter(action=action).first()
        file = SimpleUploadedFile("One file.txt", b"One file")
        return (
            found or add_evidence_file(action=action, title="One file", file=file, user=None)
        ).pk

    def doubtful(self) -> int:
        """An event whose title names another year than its date: a finding of the checks."""
        found = Action.objects.of(self.project).filter(title="Doubtful 2021").first()
        if found is None:
            day = (on(2022, 3, 1),)
            found = make_action(self.project, SLUGS["event"], title="Doubtful 2021", occasions=day)
        return found.pk

    def upload(self) -> int:
        """The import that the project has, made where there is none yet: it takes a while."""
        found = Import.objects.of(self.project).first()
        if found is None:
            admin = member(self.project, Role.ADMIN)
            url = reverse("import", args=[self.project.slug])
            assert admin.post(url, upload(admin, self)).status_code == 302
        return Import.objects.of(self.project).get().pk

    def in_review(self, title: str, review: str) -> Action:
        """A record of AMZ in a state of the review."""
        found = Action.objects.of(self.project).filter(title=title).first()
        if found is None:
            found = make_action(self.project, self.slug, title=title)
            Action.objects.filter(pk=found.pk).update(review=review)
            found.refresh_from_db()
        return found

    def joint(self) -> Action:
        """A record for which AMZ and BIC answer jointly."""
        found = Action.objects.of(self.project).filter(title="One jointly").first()
        return found or make_action(
            self.project, self.slug, title="One jointly", partners="AMZ BIC"
        )

    def amendment(self) -> int:
        """An amendment that raised the target of every indicator of the project by one."""
        found = Amendment.objects.of(self.project).first()
        if found is None:
            terms = {
                i.number: replace(terms_of(i), target=i.target + 1)
                for i in indicators_with_terms(self.project)
            }
            found = amend(
                project=self.project,
                name="One amendment",
                in_force_from=date(2022, 1, 1),
                note="Agreed",
                terms=terms,
                user=None,
            )
        return found.pk

    def changed(self, key: str) -> dict[str, int]:
        """A record that was changed, with the line of history of that change."""
        found = self.record(key)
        action = record_of(found).model._default_manager.get(id=found.pk)
        mine = Change.objects.filter(record="action", record_id=action.pk, kind="changed")
        if not mine.exists():
            save_action(
                project=self.project, action_type=action.type, user=None, action=action,
                values={"results": "Known by now"},
            )  # fmt: skip
        return {"pk": action.pk, "change": mine.earliest("pk").pk}

    def deletion(self) -> int:
        """The line of history of an action that was deleted and is not back."""
        gone = Change.objects.of(self.project).filter(kind=Change.Kind.DELETED, record="action")
        found = restorable_among(gone)
        if not found:
            delete_action(action=make_action(self.project, self.slug, title="Gone"), user=None)
            found = restorable_among(gone.all())
        return found.pop()

    def export(self) -> int:
        """A long file that a task leader asked for: nobody else sees it."""
        found = Export.objects.of(self.project).first()
        if found is None:
            leader = self.project.memberships.filter(role=Role.LEADER).first()
            user = leader.user if leader else User.objects.create(username="leads-another")
            found = Export.objects.create(
                project=self.project,
                user=user,
                subject="report",
                ending="csv",
                name="One file.csv",
                file=ContentFile(b"one file", "one.csv"),
                state=Export.State.READY,
            )
        return found.pk

    def calendar(self) -> str:
        """The private part of the address of somebody's calendar."""
        user, _new = User.objects.get_or_create(username="has-a-calendar")
        if not user.calendar_token:
            new_calendar_address(user=user)
        return user.calendar_token

    def stop(self) -> str:
        """The signed part of the address that stops the e-mails to somebody."""
        user, _new = User.objects.get_or_create(username="is-told-enough")
        return stop_path(user).rstrip("/").rpartition("/")[2]

    def sealed(self) -> SealedFile:
        """The file of a counted row in the sealed report that the project has."""
        found = SealedFile.objects.filter(report__project=self.project).first()
        if found is None:
            day = date(2022, 3, 1)
            action = make_action(
                self.project, "national-workshops", title="One sealed", status="achieved",
                partners=self.partner, occasions=(on(day.year, day.month, day.day),),
            )  # fmt: skip
            file = SimpleUploadedFile("One sealed.txt", b"One sealed")
            add_evidence_file(action=action, title="One sealed", file=file, user=None)
            seal_report(project=self.project, user=None, title="One report", as_of=day)
            found = SealedFile.objects.get(report__project=self.project)
        return found


@dataclass(frozen=True)
class Row:
    """One address: what it needs to be named, who gets which answer, and what is sent to it."""

    get: Statuses = ALL
    post: Statuses = NO_POST
    kwargs: Callable[[Things], dict[str, Any]] = lambda _things: {}
    data: Callable[[Client, Things], Any] = lambda _client, _things: {}
    outside: Statuses = (302, 404)  # anonymous and outsider
    outside_post: Statuses = (302, 404)


def organisation_form(client: Client, things: Things) -> Fields:
    url = reverse("organisation-add", args=[things.project.slug])
    return filled(client.get(url), name="Quite New Ltd", kind="sme")


def record_form(key: str) -> Callable[[Client, Things], Fields]:
    def data(client: Client, things: Things) -> Fields:
        url = reverse(f"{key}-edit", args=[things.project.slug, things.record(key).pk])
        return filled(client.get(url), title="Another title", description="Changed")

    return data


def quick_form(key: str) -> Callable[[Client, Things], Fields]:
    def data(client: Client, things: Things) -> Fields:
        url = reverse(f"{key}-quick", args=[things.project.slug, things.record(key).pk])
        return filled(client.get(url), status="under_way")

    return data


def bulk_form(client: Client, things: Things) -> Fields:
    """What the page of several rows sends once it has shown what would become of them."""
    url = reverse("bulk-change", args=[things.project.slug])
    ticked = [str(things.record("action").pk)]
    asked: Fields = {"ticked": ticked, "status": ["under_way"], "reason": ["Agreed"]}
    shown = page(client.post(url, asked))
    return {**asked, "seen": [shown.values["seen"]]}


def upload(_client: Client, things: Things) -> dict[str, Any]:
    out = io.BytesIO()
    write_workbook(Report(Scope(things.project)), out)
    return {"file": SimpleUploadedFile("report.xlsx", out.getvalue())}


def amendment_form(client: Client, things: Things) -> Fields:
    url = reverse("amendment-add", args=[things.project.slug])
    values = {"name": "Amendment 9", "in_force_from": "2022-02-02", "note": "Agreed"}
    return {**filled(client.get(url), **values), f"{things.number}-target": ["99"]}


def evidence(_client: Client, _things: Things) -> dict[str, Any]:
    # The first bytes are asked: a name that ends in .pdf would not do.
    return {"title": "Signed", "file": SimpleUploadedFile("scan.pdf", b"%PDF-1.7 signed")}


def file_pk(things: Things) -> dict[str, Any]:
    return {"pk": things.file()}


def record_rows(key: str) -> Iterator[tuple[str, Row]]:
    """The nine addresses that every record type has."""

    def pk(things: Things) -> dict[str, Any]:
        return {"pk": things.record(key).pk}

    # Where a record type has one table only, the choice of the table leads straight to its form.
    choice = (403, 302, 302, 302, 302) if key == "matchmaking" else WRITERS
    form = record_form(key)
    yield f"{key}-list", Row()
    yield f"{key}-add", Row(choice, choice)
    yield (
        f"{key}-add-type",
        Row(WRITERS, sent(WRITERS), lambda _t: {"type_slug": SLUGS[key]}, added_by_both(form)),
    )
    yield key, Row(ALL, NO_POST, pk)
    yield f"{key}-edit", Row(OWNERS, sent(OWNERS), pk, form)
    yield f"{key}-quick", Row(OWNERS, sent(OWNERS), pk, quick_form(key))
    yield f"{key}-delete", Row(OWNERS, sent(OWNERS), pk)
    yield f"{key}-back", Row(OWNERS, sent(OWNERS), lambda t: t.changed(key))
    yield (
        f"{key}-exclude",
        Row(LEADS_ON, sent(KEEPERS), pk, lambda _c, _t: {"reason": "Logged twice"}),
    )


def added_by_both(form: Callable[[Client, Things], Fields]) -> Callable[[Client, Things], Fields]:
    """A new record for which AMZ and BIC answer jointly, so that users of both may log it."""

    def data(client: Client, things: Things) -> Fields:
        partners = things.project.partners.filter(code__in=["AMZ", "BIC"])
        fields = {**form(client, things), "partners": [str(p.pk) for p in partners]}
        for name in ("occasions", "evidence", "meetings"):
            if f"{name}-INITIAL_FORMS" in fields:
                fields[f"{name}-INITIAL_FORMS"] = ["0"]
        return fields

    return data


def organisation_pk(things: Things) -> dict[str, Any]:
    return {"pk": things.organisation.pk}


def export_pk(things: Things) -> dict[str, Any]:
    return {"pk": things.export()}


def word_template(_client: Client, _things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("own.docx", built_in.cooperation_template())}


def title_page(client: Client, things: Things) -> Fields:
    return filled(client.get(f"/{things.project.slug}/report/title-page/"), deliverable="D9.9")


def funder_form(client: Client, things: Things) -> Fields:
    return filled(client.get(f"/{things.project.slug}/report/funder/"), funder_statement="Funded")


def of_kind(_things: Things) -> dict[str, Any]:
    return {"kind": "cooperation"}


def action_pk(things: Things) -> dict[str, Any]:
    return {"pk": things.record("action").pk}


def drafted_pk(things: Things) -> dict[str, Any]:
    """An action of AMZ that is not sent in yet."""
    return {"pk": things.in_review("One draft", "draft").pk}


def proposed_pk(things: Things) -> dict[str, Any]:
    """An accepted action of AMZ with a change that waits."""
    action = things.in_review("One accepted", "accepted")
    if not ProposedChange.objects.filter(action=action).exists():
        save_action(
            project=things.project,
            action_type=action.type,
            user=None,
            values={"description": "Proposed"},
            action=action,
        )
    return {"pk": action.pk}


def ticked(_client: Client, things: Things) -> dict[str, Any]:
    return {"ticked": f"{things.record('action').pk}:"}


def seal_form(client: Client, things: Things) -> Fields:
    return filled(client.get(f"/{things.project.slug}/report/seal/"))


def sealed(**more: Any) -> Callable[[Things], dict[str, Any]]:
    return lambda things: {"number": things.sealed().report.number, **more}


def view_pk(things: Things) -> dict[str, Any]:
    """A view that the user of AMZ has shared."""
    user = things.project.memberships.filter(partner__code="AMZ").first()
    owner = user.user if user else User.objects.get_or_create(username="views-of-another")[0]
    view, _new = SavedView.objects.get_or_create(
        project=things.project, user=owner, name="One view", page="history", shared=True
    )
    return {"pk": view.pk}


def view_form(_client: Client, _things: Things) -> dict[str, str]:
    return {"name": "Another view", "page": "action-list", "query": "status=achieved"}


def upload_pk(things: Things) -> dict[str, Any]:
    return {"pk": things.upload()}


ROWS: dict[str, Row] = {
    # Outside projects
    "home": Row((302,) * 5, outside=(302, 200), outside_post=(302, 405)),
    "health": Row(post=ALL, outside=(200, 200), outside_post=(200, 200)),
    "accessibility": Row(outside=(200, 200), outside_post=(405, 405)),
    "privacy": Row(outside=(200, 200), outside_post=(405, 405)),
    "sign-in": Row(
        ALL,
        (302,) * 5,
        data=lambda _c, _t: {"username": "reader", "password": PASSWORD},
        outside=(200, 200),
        outside_post=(302, 302),
    ),
    "sign-out": Row(NO_POST, (302,) * 5, outside=(302, 405), outside_post=(302, 302)),
    "password_change": Row(
        ALL,
        (302,) * 5,
        data=lambda _c, _t: {
            "old_password": PASSWORD,
            "new_password1": "another-long-passphrase",
            "new_password2": "another-long-passphrase",
        },
        outside=(302, 200),
        outside_post=(302, 302),
    ),
    "password_change_done": Row(outside=(302, 200), outside_post=(302, 405)),
    "theme": Row(
        NO_POST,
        (302,) * 5,
        data=lambda _c, _t: {"theme": "dark"},
        outside=(302, 405),
        outside_post=(302, 302),
    ),
    "language": Row(
        NO_POST,
        (302,) * 5,
        data=lambda _c, _t: {"language": "de"},
        outside=(405, 405),
        outside_post=(302, 302),
    ),
    "style-guide": Row(outside=(302, 200), outside_post=(302, 405)),
    "account": Row(
        ALL,
        (302,) * 5,
        data=lambda _c, _t: {"language": "en-gb", "notices": "on"},
        outside=(302, 200),
        outside_post=(302, 302),
    ),
    "account-email": Row(
        ALL,
        (302,) * 5,
        data=lambda _c, _t: {"email": "new@example.org", "password": PASSWORD},
        outside=(302, 200),
        outside_post=(302, 302),
    ),
    "account-calendar": Row(ALL, (302,) * 5, outside=(302, 200), outside_post=(302, 302)),
    # By an address that is the key: no session is needed.
    "calendar-feed": Row(
        kwargs=lambda t: {"token": t.calendar()}, outside=(200, 200), outside_post=(405, 405)
    ),
    "notices-stop": Row(
        ALL, ALL, lambda t: {"token": t.stop()}, outside=(200, 200), outside_post=(200, 200)
    ),
    "admin": Row(
        (302, 302, 302, 302, 200),  # to a refusal: see the test of Django's admin
        (302, 302, 302, 302, 200),
        outside=(302, 302),
        outside_post=(302, 302),
    ),
    # Figures
    "overview": Row(),
    "indicator": Row(kwargs=lambda t: {"number": t.number}),
    "targets": Row(
        KEEPERS, sent(KEEPERS), lambda t: {"number": t.number}, lambda _c, _t: {"AMZ": "3"}
    ),
    "lead-figure": Row(
        KEEPERS, sent(KEEPERS), data=lambda _c, _t: {"figure": "verified", "reason": "Agreed"}
    ),
    "amendments": Row(),
    "amendment-add": Row(KEEPERS, sent(KEEPERS), data=amendment_form),
    "amendment-delete": Row(
        KEEPERS,
        sent(KEEPERS),
        lambda t: {"pk": t.amendment()},
        lambda _c, _t: {"reason": "A mistake"},
    ),
    "credit": Row(
        KEEPERS,
        sent(KEEPERS),
        lambda t: {"pk": t.joint().pk},
        lambda _c, _t: {"AMZ": "60", "BIC": "40", "reason": "Agreed"},
    ),
    "deviations": Row(),
    "checks": Row(),
    "check-answer": Row(
        ALL,
        sent(KEEPERS),
        lambda t: {"kind": "title-year", "key": str(t.doubtful())},
        lambda _c, _t: {"answer": "dismissed", "note": "Held a year later"},
    ),
    "deviation": Row(
        OWNERS,
        sent(OWNERS),
        lambda t: {"number": t.number, "code": t.partner},
        lambda _c, _t: {"text": "Borders were closed", "seen": ""},
    ),
    "partner": Row(kwargs=lambda t: {"code": t.partner}),
    "timeline": Row(),
    "deadline-status": Row(
        LEADS_ON, sent(KEEPERS), lambda t: {"pk": t.deadline}, lambda _c, _t: {"status": "started"}
    ),
    "overview-picture": Row(kwargs=lambda _t: {"form": "svg"}),
    "indicator-picture": Row(kwargs=lambda t: {"number": t.number, "form": "png"}),
    "partners-picture": Row(kwargs=lambda t: {"number": t.number, "form": "svg"}),
    "bullet-picture": Row(kwargs=lambda t: {"number": t.number, "form": "csv"}),
    "heat-picture": Row(kwargs=lambda _t: {"form": "csv"}),
    "timeline-picture": Row(kwargs=lambda _t: {"form": "png"}),
    "timeline-table": Row(),
    "reach": Row(),
    "countries-picture": Row(kwargs=lambda _t: {"form": "svg"}),
    "countries-table": Row(),
    "network-picture": Row(kwargs=lambda _t: {"form": "svg"}),
    "network-table": Row(),
    # Records
    **dict(record_rows("action")),
    **dict(record_rows("agreement")),
    **dict(record_rows("event")),
    **dict(record_rows("matchmaking")),
    "read-dates": Row(WRITERS, (403, 405, 405, 405, 405)),
    "bulk-change": Row(
        (403, 302, 302, 302, 302),  # nothing is ticked: back to the list
        (403, 302, 422, 302, 302),  # BIC does not answer for it
        data=bulk_form,
    ),
    # Files of evidence
    "file-add": Row(OWNERS, sent(OWNERS), lambda t: {"pk": t.record("action").pk}, evidence),
    "file": Row(kwargs=file_pk),
    "file-edit": Row(OWNERS, sent(OWNERS), file_pk, lambda _c, _t: {"title": "Another"}),
    "file-delete": Row(OWNERS, sent(OWNERS), file_pk),
    "file-erase": Row(KEEPERS, sent(KEEPERS), file_pk, lambda _c, _t: {"reason": "Its time"}),
    "files-to-erase": Row(KEEPERS, (403, 403, 403, 405, 405)),
    # Finding things
    "search": Row(),
    "wall": Row(),
    "view-list": Row(),
    "view-add": Row(ALL, sent(ALL), data=view_form),
    "view-edit": Row(OF_AMZ_BUT_SHARED, (403, 302, 403, 403, 403), view_pk, view_form),
    "view-delete": Row(WHO_DELETES, sent(WHO_DELETES), view_pk),
    # History
    "history": Row(),
    "restore": Row(
        KEEPERS, sent(KEEPERS), lambda t: {"pk": t.deletion()}, lambda _c, _t: {"reason": "Mistake"}
    ),
    # Review
    "review": Row(ALL, sent(KEEPERS), data=ticked),
    "review-submit": Row(NO_GET, sent(OWNERS), drafted_pk),
    "review-accept": Row(NO_GET, sent(KEEPERS), action_pk),
    "review-return": Row(KEEPERS, sent(KEEPERS), action_pk, lambda _c, _t: {"reason": "Why"}),
    "review-comment": Row(NO_GET, sent(OWNERS), action_pk, lambda _c, _t: {"text": "A word"}),
    "review-withdraw": Row(OWNERS, sent(OWNERS), proposed_pk),
    # Organisations
    "organisation-list": Row(),
    "organisation-suggest": Row(),
    "organisation-add": Row(WRITERS, sent(WRITERS), data=organisation_form),
    "organisation": Row(kwargs=organisation_pk),
    "organisation-edit": Row(KEEPERS, sent(KEEPERS), organisation_pk, organisation_form),
    "organisation-delete": Row(KEEPERS, sent(KEEPERS), organisation_pk),
    "organisation-merge": Row(
        ADMINS, sent(ADMINS), organisation_pk, lambda _c, t: {"into": str(t.spare.pk)}
    ),
    # Reports
    "report": Row(),
    "report-file": Row(),
    "report-evidence": Row(),
    "export-detail": Row(OF_THE_LEADER, NO_POST, export_pk),
    "export-progress": Row(OF_THE_LEADER, NO_POST, export_pk),
    "export-file": Row(OF_THE_LEADER, NO_POST, export_pk),
    "list-export": Row(kwargs=lambda _t: {"key": "action"}),
    "organisation-export": Row(),
    "funder": Row(KEEPERS, sent(KEEPERS), data=funder_form),
    "emblem": Row((404,) * 5),  # the one of ELCA is no picture of its own
    "report-title-page": Row(KEEPERS, sent(KEEPERS), data=title_page),
    "report-templates": Row(KEEPERS, (403, 403, 403, 405, 405)),
    "report-template": Row(KEEPERS, sent(KEEPERS), of_kind, word_template),
    "report-template-file": Row(KEEPERS, (403, 403, 403, 405, 405), of_kind),
    "report-template-reset": Row(
        (403, 403, 403, 302, 302), sent(KEEPERS), of_kind  # there is no own one to go back from
    ),
    "seal": Row(KEEPERS, sent(KEEPERS), data=seal_form),
    "sealed-list": Row(),
    "sealed": Row(kwargs=sealed()),
    "sealed-content": Row(kwargs=sealed()),
    "sealed-indicator": Row(kwargs=lambda t: {**sealed()(t), "indicator": t.number}),
    "sealed-table": Row(kwargs=sealed(table=7)),
    "sealed-form": Row(kwargs=sealed(form="csv")),
    "sealed-differences": Row(kwargs=sealed()),
    "sealed-differences-file": Row(kwargs=sealed()),
    "sealed-file": Row(kwargs=lambda t: {**sealed()(t), "pk": t.sealed().pk}),
    "agreement-document": Row(kwargs=lambda t: {"pk": t.record("agreement").pk}),
    "import": Row(ADMINS, sent(ADMINS), data=upload),
    "import-template": Row(kwargs=lambda t: {"slug": t.slug}),
    "import-detail": Row(ADMINS, NOT_EVEN_ADMINS, upload_pk),
    "import-mapping": Row(ADMINS, sent(ADMINS), upload_pk),
    "import-answer": Row(NOT_EVEN_ADMINS, sent(ADMINS), upload_pk),
    "import-again": Row(NOT_EVEN_ADMINS, sent(ADMINS), upload_pk),
    "import-apply": Row(NOT_EVEN_ADMINS, sent(ADMINS), upload_pk),
    "import-undo": Row((403, 403, 403, 403, 302), sent(ADMINS), upload_pk),
    "import-progress": Row(ADMINS, NOT_EVEN_ADMINS, upload_pk),
    "import-file": Row(ADMINS, NOT_EVEN_ADMINS, upload_pk),
    "import-marked": Row(ADMINS, NOT_EVEN_ADMINS, upload_pk),
}  # fmt: skip


def names_of(patterns: list[Any], *, in_project: bool = False) -> Iterator[tuple[str, bool]]:
    """The names of all addresses, and whether each lies below a project; Django's admin is one."""
    for pattern in patterns:
        below = in_project or "<slug:project>" in str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "admin":
                yield "admin", False
            else:
                yield from names_of(pattern.url_patterns, in_project=below)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or f"(no name: {pattern.pattern})", below


NAMES = dict(names_of(get_resolver().url_patterns))


def address(name: str, things: Things, project: str = "") -> str:
    if name == "admin":
        return "/admin/"
    kwargs = ROWS[name].kwargs(things)
    if NAMES[name]:
        kwargs["project"] = project or things.project.slug
    return reverse(name, kwargs=kwargs)


def make_things(project: Project) -> Things:
    """Organisations that nothing touches, and an open deadline."""
    return Things(
        project=project,
        organisation=add_organisation(project=project, user=None, name=f"Lonely {project.slug}"),
        spare=add_organisation(project=project, user=None, name=f"Spare {project.slug}"),
        deadline=project.deadlines.filter(status="open").first().pk,
    )


@pytest.fixture
def things(elca: Project) -> Things:
    return make_things(elca)


@pytest.fixture
def clients(as_user: Any) -> dict[str, Client]:
    """A client for everyone, named as in ROLES."""
    return {n: quick(Client() if n == "anonymous" else as_user(n)) for n in ROLES}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(NAMES) == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_who_may_open(name: str, clients: dict[str, Client], things: Things) -> None:
    row, url = ROWS[name], address(name, things)
    answers = {role: clients[role].get(url) for role in ROLES}
    found = {role: answer.status_code for role, answer in answers.items()}
    for answer in answers.values():
        if answer.streaming:
            answer.getvalue()  # read to its end, the file is closed
    assert found == dict(zip(ROLES, (*row.outside, *row.get), strict=True))
    doors = ("/sign-in/?next=", "/admin/login/?next=")
    to_sign_in = answers["anonymous"].get("Location", "").startswith(doors)
    assert to_sign_in is (found["anonymous"] == 302)
    for role, status in found.items():
        if status in (403, 404):
            assert "One " not in page(answers[role]).text
            assert "Lonely" not in page(answers[role]).text


@pytest.mark.parametrize("name", ROWS)
def test_who_may_send(name: str, clients: dict[str, Client], things: Things) -> None:
    row, url = ROWS[name], address(name, things)
    found, changed = {}, {}
    data = row.data(clients["admin"], things)
    before = Change.objects.count()
    for role in ROLES:
        for file in (value for value in data.values() if isinstance(value, SimpleUploadedFile)):
            file.seek(0)
        with transaction.atomic():
            answer = clients[role].post(url, data)
            found[role] = answer.status_code
            changed[role] = Change.objects.count() > before
            transaction.set_rollback(True)
    assert found == dict(zip(ROLES, (*row.outside_post, *row.post), strict=True))
    if NAMES[name] and name not in WITHOUT_CHANGES:
        assert changed == {
            role: status == 302 and role in MEMBERS for role, status in found.items()
        }


def everything() -> dict[str, list[Any]]:
    """Every row of every table, but for sessions and the memory of failed sign-ins."""
    models = [m for m in apps.get_models() if m._meta.app_label not in ("sessions", "axes")]
    return {m._meta.label: list(m._base_manager.order_by("pk").values_list()) for m in models}


def test_a_reader_changes_nothing(clients: dict[str, Client], things: Things) -> None:
    names = [name for name, below in NAMES.items() if below and name not in OF_ONES_OWN]
    data = {name: ROWS[name].data(clients["admin"], things) for name in names}
    addresses = {name: address(name, things) for name in names}
    before = everything()
    for name in names:
        answer = clients["reader"].post(addresses[name], data[name])
        assert answer.status_code in (403, 405), name
    assert everything() == before


def test_a_view_without_a_capability_is_closed(elca: Project, cast: dict[str, User]) -> None:
    class Forgotten(ProjectView):
        def get(self, request: Any) -> HttpResponse:
            return HttpResponse("open")

    from django.core.exceptions import PermissionDenied

    for name in MEMBERS:
        request = RequestFactory().get("/")
        request.user = cast[name]
        with pytest.raises(PermissionDenied):
            Forgotten.as_view()(request, project="elca")
    assert elca.slug == "elca"


# The past: read by whom the present is, written by nobody


# Without a transaction around all of them: PostgreSQL holds a lock for each of their temporary
# tables until the transaction ends.
@pytest.mark.django_db(transaction=True)
def test_who_may_open_and_send_in_the_past(clients: dict[str, Client], things: Things) -> None:
    """Who opens a page of today opens it in the past, unless it is there to change something."""
    urls = {name: address(name, things) for name in ROWS if NAMES.get(name)}
    let_days_pass(2)
    past = f"/known/{clock.today() - timedelta(days=1)}"
    before = everything()
    for name, url in urls.items():
        row = ROWS[name]
        for role, today in zip(ROLES, (*row.outside, *row.get), strict=True):
            answer = clients[role].get(f"{past}{url}")
            if answer.streaming:
                answer.getvalue()
            shows = row.get in (ALL, OF_THE_LEADER) and name not in OF_TODAY
            only_read = role not in MEMBERS or shows
            closed = (403, 404) if today == 200 else (today, 403, 404)
            allowed = (today,) if only_read else closed
            assert answer.status_code in allowed, (name, role)
            assert clients[role].post(f"{past}{url}", {"title": "x"}).status_code == 405
    assert everything() == before


# What a partner user may do with the actions of others


def edit(client: Client, action: Action, **values: Any) -> Any:
    url = f"{action.get_absolute_url()}edit/"
    return client.post(url, filled(client.get(url), **values))


def test_a_partner_user_cannot_give_an_own_action_away(
    elca: Project, clients: dict[str, Client]
) -> None:
    action = make_action(elca, "sectors", partners="AMZ BIC")
    bic = str(elca.partners.get(code="BIC").pk)
    answer = edit(clients["amz"], action, partners=bic)
    assert answer.status_code == 422
    assert "AMZ must be among them" in page(answer).text
    assert {p.code for p in action.partners.all()} == {"AMZ", "BIC"}
    assert edit(clients["leader"], action, partners=bic).status_code == 302
    assert {p.code for p in action.partners.all()} == {"BIC"}


def test_a_partner_user_cannot_log_for_others_only(
    elca: Project, clients: dict[str, Client]
) -> None:
    url = "/elca/actions/new/sectors/"
    codes = {p.code: str(p.pk) for p in elca.partners.all()}
    form = clients["amz"].get(url)
    assert filled(form)["partners"] == [codes["AMZ"]]
    for chosen, status in [(["BIC"], 422), (["BIC", "ELCA"], 422), (["BIC", "AMZ"], 302)]:
        sent_ = filled(form, title="For whom", partners=[codes[c] for c in chosen])
        assert clients["amz"].post(url, sent_).status_code == status
    assert elca.actions.filter(title="For whom").count() == 1


def test_a_partner_user_loses_an_action_that_is_no_longer_the_partners(
    elca: Project, clients: dict[str, Client]
) -> None:
    action = make_action(elca, "sectors", partners="AMZ")
    assert clients["amz"].get(f"{action.get_absolute_url()}edit/").status_code == 200
    action.partners.set(elca.partners.filter(code="POL"))
    for part in ("edit/", "delete/"):
        assert clients["amz"].get(action.get_absolute_url() + part).status_code == 403
        assert clients["amz"].post(action.get_absolute_url() + part).status_code == 403
    assert elca.actions.filter(pk=action.pk).exists()


def test_a_reader_who_belongs_to_a_partner_is_still_a_reader(elca: Project) -> None:
    action = make_action(elca, "sectors", partners="AMZ")
    client = member(elca, Role.READER, "AMZ")
    assert client.get(action.get_absolute_url()).status_code == 200
    assert client.get(f"{action.get_absolute_url()}edit/").status_code == 403


def test_pages_offer_only_what_the_role_may_do(things: Things, clients: dict[str, Client]) -> None:
    action, file = things.record("action").get_absolute_url(), things.file()
    offers = {
        action: {
            f"{action}edit/": OWNERS,
            f"{action}delete/": OWNERS,
            f"/elca/files/{file}/": ALL,
            f"/elca/files/{file}/delete/": OWNERS,
        },
        "/elca/": {"/elca/actions/new/": WRITERS, "/elca/import/": ADMINS, "/elca/report/": ALL},
        "/elca/kpis/4/": {
            "/elca/kpis/4/targets/": KEEPERS,
            "/elca/kpis/4/deviations/AMZ/": OWNERS,
            "/elca/kpis/4/deviations/ELCA/": KEEPERS,
        },
        "/elca/deviations/": {"/elca/kpis/4/deviations/AMZ/": OWNERS},
        "/elca/partners/AMZ/": {"/elca/kpis/4/deviations/AMZ/": OWNERS},
        "/elca/organisations/": {"/elca/organisations/new/": WRITERS},
        things.organisation.get_absolute_url(): {
            f"{things.organisation.get_absolute_url()}edit/": KEEPERS,
            f"{things.organisation.get_absolute_url()}merge/": ADMINS,
        },
    }
    for url, links in offers.items():
        for role_index, role in enumerate(MEMBERS):
            shown = {link.url for link in page(clients[role].get(url)).links}
            for link, statuses in links.items():
                assert (link in shown) is (statuses[role_index] == 200), (role, link)


# Nothing crosses from one project to another


@pytest.fixture
def other(db: None, tmp_path: Path) -> Things:  # noqa: ARG001 opens the database
    """A second project with one of everything, and a partner, table, mission of its own."""
    data = json.loads((ELCA / "project.json").read_text())
    data["project"].update(slug="other", acronym="OTHER")
    (tmp_path / "project.json").write_text(json.dumps(data))
    project = load_project(tmp_path, with_actions=False).project
    project.partners.create(code="FOREIGN", name="Foreign partner")
    project.missions.create(slug="foreign", name="Foreign mission")
    project.sectors.create(name="Foreign sector")
    project.indicators.filter(number=10).update(number=77)
    project.action_types.filter(slug="sectors").update(slug="foreign-type")
    found = replace(make_things(project), partner="FOREIGN", number=77, slug="foreign-type")
    for key in SLUGS:
        found.changed(key)
    found.file()
    found.joint()
    found.amendment()
    found.upload()
    found.export()
    found.sealed()
    found.doubtful()
    found.deletion()
    drafted_pk(found)
    proposed_pk(found)
    return found


@pytest.mark.parametrize("role", ["amz", "leader", "admin"])
def test_what_is_of_another_project_is_not_there(
    role: str, other: Things, clients: dict[str, Client]
) -> None:
    view_pk(other)
    before = everything()
    for name, below in NAMES.items():
        if not below:
            continue
        own_data = {"status": "done", "reason": "x", "into": str(other.spare.pk), "title": "x"}
        named = ROWS[name].kwargs(other).keys() - {"key", "type_slug", "form", "kind"}
        for project in ("other", "elca"):
            if project == "elca" and not named:
                continue  # names nothing of the other project
            url = address(name, other, project)
            for answer in (clients[role].get(url), clients[role].post(url, own_data)):
                refused = (403, 404) if project == "elca" else (404,)
                if answer.status_code == 405:
                    continue
                assert answer.status_code in refused, url
                assert "Lonely other" not in answer.content.decode(), url
            if role == "admin" and project == "elca":
                assert clients[role].get(url).status_code in (404, 405), url
    assert clients[role].get("/elca/actions/new/foreign-type/").status_code == 404
    assert everything() == before


def test_not_even_for_who_is_a_member_of_both(
    elca: Project, other: Things, clients: dict[str, Client]
) -> None:
    both = User.objects.create_user("both")
    for project in (elca, other.project):
        Membership.objects.create(project=project, user=both, role=Role.ADMIN)
    client = quick(clients["anonymous"])
    client.force_login(both)
    view_pk(other)
    before = everything()
    for name, below in NAMES.items():
        if not below or not ROWS[name].kwargs(other).keys() - {"key", "form", "kind"}:
            continue
        if name.endswith("-add-type") and name != "action-add-type":
            continue  # tables of these names stand in both projects
        url = address(name, other, "elca").replace("/sectors/", "/foreign-type/")
        assert client.get(url).status_code in (404, 405), url
        answer = client.post(url, {"status": "done", "reason": "x", "title": "x", "into": "1"})
        assert answer.status_code in (404, 405), url
    assert everything() == before


def test_a_form_takes_nothing_of_another_project(
    elca: Project, other: Things, clients: dict[str, Client]
) -> None:
    client, url = clients["admin"], "/elca/actions/new/sectors/"
    amz = str(elca.partners.get(code="AMZ").pk)
    foreign = {
        "partners": other.project.partners.get(code="AMZ").pk,
        "mission": other.project.missions.get(slug="foreign").pk,
        "sectors": other.project.sectors.get(name="Foreign sector").pk,
    }
    for name, pk in foreign.items():
        good = filled(client.get(url), title=f"With {name}", partners=amz)
        answer = client.post(url, {**good, name: [str(pk)]})
        assert answer.status_code == 422
        assert "Select a valid choice" in page(answer).text
    sectors = filled(
        client.get("/elca/organisations/new/"), name="N", sectors=str(foreign["sectors"])
    )
    assert client.post("/elca/organisations/new/", sectors).status_code == 422
    assert not elca.actions.filter(title__startswith="With ").exists()
    assert not elca.organisations.filter(name="N").exists()


def test_a_name_known_in_another_project_is_new_in_this_one(
    elca: Project, other: Things, clients: dict[str, Client]
) -> None:
    client, url = clients["amz"], "/elca/actions/new/sectors/"
    sent_ = filled(client.get(url), title="Names it", organisations=other.organisation.name)
    assert client.post(url, sent_).status_code == 302
    assert elca.actions.get(title="Names it").organisations.get().project == elca
    assert other.organisation.actions.count() == 0


def test_an_organisation_merges_into_its_own_project_only(
    elca: Project, other: Things, things: Things, clients: dict[str, Client]
) -> None:
    url = f"{things.organisation.get_absolute_url()}merge/"
    answer = clients["admin"].post(url, {"into": str(other.organisation.pk)})
    assert answer.status_code == 422
    assert elca.organisations.filter(pk=things.organisation.pk).exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("actions/", "partner"),
        ("actions/", "mission"),
        ("actions/", "type"),
        ("organisations/", "sector"),
        ("report/file/", "partner"),
    ],
)
def test_a_filter_knows_nothing_of_another_project(
    other: Things, clients: dict[str, Client], path: str, name: str
) -> None:
    values = {
        "partner": "FOREIGN",
        "mission": "foreign",
        "type": "foreign-type",
        "sector": str(other.project.sectors.get(name="Foreign sector").pk),
    }
    answer = clients["admin"].get(f"/elca/{path}", {name: values[name]})
    assert "Select a valid choice" in page(answer).text
    assert "Foreign" not in page(answer).text
    if path != "report/file/":
        assert "0 rows" in page(answer).text or "0 organisations" in page(answer).text


def test_searches_and_lists_show_nothing_of_another_project(
    other: Things, clients: dict[str, Client]
) -> None:
    client = clients["admin"]
    suggested = client.get("/elca/organisations/suggest/", {"q": "Lonely other"}).json()
    assert suggested == {"results": []}
    for path in ("actions/?q=One", "organisations/?q=Lonely", "", "timeline/", "import/"):
        answer = client.get(f"/elca/{path}")
        assert "Lonely other" not in page(answer).text
        assert "/other/" not in answer.content.decode()
    assert other.record("action").title == "One action"


def test_django_admin_keeps_to_the_projects_that_one_administers(
    elca: Project, other: Things, clients: dict[str, Client]
) -> None:
    client = clients["admin"]
    foreign = other.project.partners.get(code="FOREIGN")
    for role in ("outsider", "reader", "amz", "leader"):
        assert clients[role].get("/admin/", follow=True).status_code == 403
    assert "FOREIGN" not in page(client.get("/admin/partners/partner/")).text
    for part in ("change", "delete", "history"):
        answer = client.get(f"/admin/partners/partner/{foreign.pk}/{part}/")
        assert answer.status_code in (302, 403, 404)
    assert client.get(f"/admin/partners/project/{other.project.pk}/change/").status_code == 302
    mine = client.get(f"/admin/partners/project/{elca.pk}/change/")
    assert mine.status_code == 200
    outsider = User.objects.create_user("of-other")
    Membership.objects.create(project=other.project, user=outsider, role=Role.READER)
    assert client.get(f"/admin/partners/user/{outsider.pk}/change/").status_code == 302
    assert client.get(f"/admin/partners/user/{outsider.pk}/password/").status_code in (
        302,
        403,
        404,
    )


def test_a_member_of_two_projects_has_a_role_in_each(elca: Project, other: Things) -> None:
    user = User.objects.create_user("both")
    Membership.objects.create(project=elca, user=user, role=Role.READER)
    partner = other.project.partners.get(code="AMZ")
    Membership.objects.create(project=other.project, user=user, role=Role.PARTNER, partner=partner)
    client = quick(Client())
    client.force_login(user)
    own = other.record("action").get_absolute_url()
    elcas = make_action(elca, "sectors", partners="AMZ").get_absolute_url()
    assert client.get(f"{own}edit/").status_code == 200
    assert client.get(f"{elcas}edit/").status_code == 403
    text = page(client.get("/")).text
    assert "ELCA" in text
    assert "OTHER" in text
