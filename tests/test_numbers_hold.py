"""Whatever people do, in whatever order: figures are their rows, and history replays every moment.

Random sequences of everything that moves a number are played on an empty project. After each step
the figures are remembered; at the end each figure must be the number of the rows that it counts, of
those that its page lists and of those that its file explains, and looking back at every moment must
give what was remembered.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actions.credit import agree_on_credit
from actions.dates import OccasionData, PartialDate
from actions.duplicates import mark_duplicate, unmark_duplicate
from actions.file_services import add_evidence_file
from actions.models import Action, EvidenceKind, Status
from actions.records import record_of, record_type
from actions.reviewing import (
    Intent,
    accept,
    accept_change,
    return_action,
    return_change,
    save_for_review,
    withdraw_change,
)
from actions.rows import EvidenceData
from actions.services import delete_action, set_excluded
from kpis.explanation import explained
from kpis.progress import project_progress
from kpis.verdicts import COUNTED, rows_of
from partners.models import Change, Measure, Project, RowVersion, User
from partners.restoring import restorable_among, restore
from partners.roles import Role
from partners.services import merge_organisations
from partners.travel import known
from reports import keeping
from reports.models import Import
from reports.writing.content import Report, Scope
from reports.writing.pack import EXPLANATION, write_pack
from tests.pages import member

pytestmark = pytest.mark.django_db

Figures = dict[tuple[int, str], tuple[dict[str, int], dict[str, int], Decimal]]
SLUGS = ["cluster-networks", "cluster-agreements", "national-workshops", "matchmaking", "sectors"]
DAYS = [date(2021, 3, 4), date(2022, 6, 30), date(2022, 7, 1), date(2022, 12, 31)]


def figures_of(project: Project) -> Figures:
    """Every figure by indicator and partner: by each measure, and the rows by their verdict."""
    return {
        (line.indicator.number, code): (figure.measures, figure.verdicts, figure.credit)
        for line in project_progress(project).lines
        for code, figure in {"": line.total, **line.partners}.items()
    }


@dataclass
class Play:
    """A project in the hands of chance; what breaks a rule is refused, and then nothing happens."""

    project: Project
    chance: random.Random
    folder: Path
    user: User
    moments: list[tuple[int, Figures]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def step(self, name: str) -> None:
        deed: Callable[[], Any] = getattr(self, name)
        try:
            with transaction.atomic():
                deed()
            self.done[name] += 1
        except (ValidationError, LookupError):
            pass
        last = RowVersion.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        self.moments.append((last, figures_of(self.project)))

    def action(self, **which: Any) -> Action:
        """Any action; LookupError where there is none."""
        rows = Action.objects.of(self.project).filter(**which).order_by("pk")
        found = self.chance.choice(list(rows.select_related("type")))
        record = record_of(found)
        whole: Action = record.model.objects.for_detail().get(id=found.pk)
        whole.project = whole.type.project = self.project
        return whole

    def values(self) -> dict[str, Any]:
        chance = self.chance
        when = PartialDate.day(chance.choice(DAYS))
        kinds = [kind for kind in EvidenceKind if chance.random() < 0.6]
        return {
            "title": f"Action {chance.randrange(10**9)}",
            "status": chance.choice([*Status, Status.ACHIEVED, Status.ACHIEVED]),
            "partners": tuple(
                chance.sample(list(self.project.partners.all()), chance.choice([1, 2]))
            ),
            "occasions": (OccasionData(when),) if chance.random() < 0.8 else (),
            "sectors": tuple(s for s in self.project.sectors.all() if chance.random() < 0.5),
            "organisations": tuple(f"Organisation {chance.randrange(4)}" for _n in range(2)),
            "evidence": tuple(EvidenceData(f"Paper {kind}", "", kind) for kind in kinds),
        }

    def save(self, action_type: Any, values: dict[str, Any], action: Action | None) -> None:
        intent = self.chance.choice([Intent.SUBMIT, Intent.SUBMIT, Intent.DRAFT, Intent.ACCEPT])
        save_for_review(
            intent=intent,
            project=self.project,
            action_type=action_type,
            user=self.user,
            values=values,
            action=action,
        )

    def add(self) -> None:
        action_type = self.project.action_types.get(slug=self.chance.choice(SLUGS))
        action_type.project = self.project
        columns = record_type(action_type.record).columns
        self.save(action_type, {**{c.name: c.empty() for c in columns}, **self.values()}, None)

    def edit(self) -> None:
        action = self.action()
        values = self.values()
        some = self.chance.sample(sorted(values), 3)
        self.save(action.type, {name: values[name] for name in some}, action)

    def propose(self) -> None:
        action = self.action(review="accepted")
        save_for_review(
            intent=Intent.SUBMIT,
            project=self.project,
            action_type=action.type,
            user=self.user,
            values={"title": f"Proposed {self.chance.randrange(10**9)}", "status": Status.DROPPED},
            action=action,
        )

    def accept(self) -> None:
        accept(action=self.action(review="submitted"), user=self.user)

    def give_back(self) -> None:
        return_action(action=self.action(review="submitted"), user=self.user, reason="Where?")

    def accept_change(self) -> None:
        accept_change(action=self.action(proposed__isnull=False), user=self.user)

    def return_change(self) -> None:
        return_change(action=self.action(proposed__isnull=False), user=self.user, reason="Why?")

    def withdraw_change(self) -> None:
        withdraw_change(action=self.action(proposed__isnull=False), user=self.user)

    def attach(self) -> None:
        file = SimpleUploadedFile("proof.txt", str(self.chance.random()).encode())
        kind = self.chance.choice(list(EvidenceKind))
        add_evidence_file(action=self.action(), title="Proof", kind=kind, file=file, user=self.user)

    def exclude(self) -> None:
        reason = self.chance.choice(["", "Logged by mistake"])
        set_excluded(action=self.action(), user=self.user, reason=reason)

    def mark(self) -> None:
        mark_duplicate(action=self.action(), of=self.action(), user=self.user)

    def unmark(self) -> None:
        unmark_duplicate(action=self.action(duplicate_of__isnull=False), user=self.user)

    def share(self) -> None:
        action = self.action()
        partners = list(action.partners.all())
        first = Decimal(self.chance.randrange(101))
        shares = dict(zip(partners, [first, 100 - first], strict=False))
        agree_on_credit(action=action, shares=shares, user=self.user, reason="Agreed")

    def delete(self) -> None:
        delete_action(action=self.action(), user=self.user)

    def bring_back(self) -> None:
        gone = list(Change.objects.of(self.project).filter(kind=Change.Kind.DELETED))
        possible = restorable_among(gone)
        change = self.chance.choice([change for change in gone if change.pk in possible])
        restore(change=change, user=self.user, reason="Deleted by mistake")

    def merge(self) -> None:
        found = list(self.project.organisations.order_by("pk"))
        if len(found) < 2:
            raise LookupError
        kept, merged = self.chance.sample(found, 2)
        merge_organisations(kept=kept, merged=merged, user=self.user)

    def bring_in(self) -> None:
        """Import a table that changes one action and adds another."""
        # Of what somebody is about to propose a change, an import proposes none.
        action = self.action(type__slug="cluster-networks", proposed__isnull=True)
        path = self.folder / f"{self.chance.randrange(10**9)}.csv"
        codes = [partner.code for partner in self.project.partners.all()]
        rows = [
            ["Row id", "Cluster", "Responsible", "Status", "Dates & Location"],
            [action.reference, action.title, self.chance.choice(codes), "Achieved", "04.05.2022"],
            ["", f"Brought {path.stem}", self.chance.choice(codes), "Achieved", ""],
        ]
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
        result = keeping.import_now(
            project=self.project,
            user=self.user,
            path=path,
            only_type=self.project.action_types.get(slug="cluster-networks"),
        )
        found = [row for sheet in result.sheets for row in sheet.rows]
        assert result.applied, [problem.told() for row in found for problem in row.errors]

    def take_back(self) -> None:
        applied = Import.objects.of(self.project).filter(state=Import.State.APPLIED)
        record = self.chance.choice(list(applied.order_by("pk")))
        record.project = self.project
        keeping.undo(record, user=self.user)

    def lead(self) -> None:
        self.project.lead_figure = self.chance.choice(Measure.values)
        self.project.save()


STEPS = [
    *["add"] * 6, *["edit"] * 4, *["accept"] * 4, "give_back", *["propose"] * 2, "accept_change",
    "return_change", "withdraw_change", *["attach"] * 2, "exclude", "mark", "unmark",
    *["share"] * 2, "delete", "bring_back", "merge", "lead",
]  # fmt: skip
IMPORTS = ["bring_in", "take_back"]
SOME = settings(
    max_examples=6,
    deadline=None,
    # What was played by chance does not become simpler by other chances.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check_figures(project: Project, client: Client) -> None:
    """Each figure is its rows: as counted, as listed on its page, as explained in a file."""
    for measure in Measure.values:
        project.lead_figure = measure
        project.save(update_fields=["lead_figure"])
        told = rows_in_pack(project)
        for line in project_progress(project).lines:
            indicator = line.indicator
            for partner in [None, *project.partners.all()]:
                figure = line.partners[partner.code] if partner else line.total
                if not figure.rows:
                    assert not told[indicator.number, partner.code if partner else ""]
                    continue
                rows = rows_of(indicator, partner=partner)
                counted = set(rows.filter(verdict=COUNTED).values_list("reference", flat=True))
                lines = list(explained(line, as_of=None, since=None, partner=partner))
                assert figure.counted_rows == len(counted)
                assert counted == {e.reference for e in lines if e.verdict == COUNTED}
                assert figure.achieved == sum(e.adds for e in lines)
                assert counted == told[indicator.number, partner.code if partner else ""]
                if indicator.counts == indicator.Counts.ACTIONS or partner:
                    assert figure.achieved == figure.counted_rows
                assert figure.claimed >= figure.evidenced >= figure.verified >= 0
                assert getattr(figure, measure) == figure.achieved
                query = f"?partner={partner.code}" if partner else ""
                if measure == Measure.CLAIMED and indicator.number in (2, 6, 10):
                    page = client.get(f"/{project.slug}/kpis/{indicator.number}/{query}")
                    assert page.context["counted"].page.paginator.count == figure.counted_rows
                    shown = {row.record.reference for row in page.context["counted"].rows}
                    assert shown == counted


def rows_in_pack(project: Project) -> dict[tuple[int, str], set[str]]:
    """The rows that the CSV files count, by indicator and partner (blank: the consortium)."""
    out = io.BytesIO()
    write_pack(Report(Scope(project)), out)
    with zipfile.ZipFile(out) as archive:
        text = archive.read(f"{EXPLANATION}.csv").decode("utf-8-sig")
    codes = [partner.code for partner in project.partners.all()]
    found: dict[tuple[int, str], set[str]] = {
        (indicator.number, code): set()
        for indicator in project.indicators.all()
        for code in ["", *codes]
    }
    for line in csv.DictReader(io.StringIO(text)):
        number, reference = int(line["indicator"]), line["row_id"]
        if line["reason"] in ("Counted", "Named already by an earlier row"):
            found[number, ""].add(reference)
        for code in codes:
            if line[f"adds_{code}"] == "1":
                found[number, code].add(reference)
    return found


def check_moments(play: Play) -> None:
    """Looking back at each moment gives the figures of that moment."""
    for version, figures in play.moments:
        with known(play.project, version) as then:
            assert figures_of(then) == figures


def played(project: Project, names: list[str], seed: int, folder: Path) -> Play:
    user = User.objects.create(username=f"player-{seed}")
    project.refresh_from_db()  # an example before may have left another leading figure on it
    play = Play(project, random.Random(seed), folder, user)
    for name in ["add", "add", "add", *names]:
        play.step(name)
    return play


@SOME
@given(names=st.lists(st.sampled_from(STEPS), min_size=5, max_size=24), seed=st.integers(0, 10**6))
def test_figures_are_their_rows_and_every_moment_comes_back(
    elca_empty: Project, tmp_path: Path, names: list[str], seed: int
) -> None:
    with transaction.atomic():
        play = played(elca_empty, names, seed, tmp_path)
        check_moments(play)
        check_figures(elca_empty, member(elca_empty, Role.READER))
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(3))
def test_imports_and_their_undo_keep_figures_and_moments(
    elca_empty: Project, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    names = [chance.choice([*STEPS, *IMPORTS * 6]) for _n in range(24)]
    play = played(elca_empty, ["accept", "bring_in", *names, "take_back"], seed, tmp_path)
    assert play.done["bring_in"], "an import was played"
    check_moments(play)
    check_figures(elca_empty, member(elca_empty, Role.READER))


def test_chance_plays_every_step(elca_empty: Project, tmp_path: Path) -> None:
    """What is never done proves nothing: over a long play each step succeeds at least once."""
    chance = random.Random(7)
    names = [chance.choice([*STEPS, *IMPORTS]) for _n in range(220)]
    play = played(elca_empty, names, 7, tmp_path)
    assert set(play.done) == {*STEPS, *IMPORTS}
    check_moments(Play(play.project, chance, tmp_path, play.user, play.moments[-1:]))
