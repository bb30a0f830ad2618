"""Measures the costly jobs on SQLite and PostgreSQL, each beside a reference of the same run.

Figures are medians; what counts is the ratio, since machines differ. Nothing is asserted here.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACTIONS = 20_000
ROUNDS = 7


def seconds(job: Callable[[], object]) -> float:
    """The median time of a job, after one run that is not counted."""
    job()
    taken = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def show(name: str, taken: float, beside: str, reference: float) -> None:
    print(
        f"  {name:<42}{taken * 1000:9.1f} ms   x {taken / reference:7.1f}  of {beside}"
        f" ({reference * 1000:.1f} ms)"
    )


def make_actions() -> None:
    """ELCA with 20,000 actions more, each with two partners and one occasion."""
    from datetime import date, timedelta

    from actions.models import Action, Occasion
    from kpis.loading import load_project

    project = load_project(ROOT / "fixtures" / "elca").project
    workshops = project.action_types.get(slug="national-workshops")
    partners = list(project.partners.all())
    days = [date(2021, 2, 1) + timedelta(days=n % 600) for n in range(ACTIONS)]
    made = [
        Action(
            project=project,
            type=workshops,
            reference=f"B-{number}",
            title=f"Workshop {number}",
            title_key=f"workshop {number}",
            status=("achieved", "planned", "under_way")[number % 3],
            first_on=day,
            first_precision="day",
            counts_from=day,
            project_start=project.starts_on,
        )
        for number, day in enumerate(days)
    ]
    Action.objects.bulk_create(made, batch_size=2000)
    links = Action.partners.through
    links.objects.bulk_create(
        [
            links(action=action, partner=partners[(number + step) % len(partners)])
            for number, action in enumerate(made)
            for step in (0, 1)
        ],
        batch_size=5000,
    )
    Occasion.objects.bulk_create(
        [Occasion(action=a, start=d, end=d) for a, d in zip(made, days, strict=True)],
        batch_size=2000,
    )


def measure() -> None:
    """Migrate an empty database, fill it and measure; run in a process of its own."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models import Count
    from django.test import Client

    from actions.models import Action
    from kpis.loading import load_project
    from kpis.progress import project_progress
    from partners.models import Membership, Project, User
    from tests.bench_imports import measure as measure_imports

    call_command("migrate", verbosity=0)
    make_actions()
    project = Project.objects.get()
    user = User.objects.create_user("bench")
    Membership.objects.create(project=project, user=user, role="leader")
    client = Client()
    client.force_login(user)
    plain = seconds(
        lambda: list(
            Action.objects.of(project)
            .order_by()
            .values_list("type", "status")
            .annotate(n=Count("pk"))
        )
    )
    show("all figures of all partners", seconds(lambda: project_progress(project)),
         "one plain count by type and status", plain)  # fmt: skip
    trivial = seconds(lambda: client.get("/health/"))
    for name, url in [
        ("overview", "/elca/"),
        ("indicator with 20,000 rows", "/elca/kpis/6/"),
        ("list of 20,000 rows, first page", "/elca/events/"),
        ("list, searched", "/elca/actions/?q=19999"),
    ]:
        show(name, seconds(partial(client.get, url)), "a trivial page", trivial)
    project.delete()
    measure_imports(load_project(ROOT / "fixtures" / "elca", with_actions=False).project, user)


def run_on(name: str, url: str) -> None:
    print(f"{name}, {ACTIONS:,} actions", flush=True)
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-m", "tests.bench", "--measure"], cwd=ROOT, env=environment)
    subprocess.run([sys.executable, "-m", "tests.bench_exports"], cwd=ROOT, env=environment)


def main() -> None:
    if "--measure" in sys.argv:
        measure()
        return
    sys.path.insert(0, str(ROOT))
    from tests.run_all import CannotRunError, postgresql

    with tempfile.TemporaryDirectory(prefix="elca-bench-") as folder:
        run_on("SQLite", f"sqlite:///{folder}/bench.sqlite3")
    try:
        with postgresql() as url:
            run_on("PostgreSQL", url)
    except CannotRunError as reason:
        print(f"Not measured: PostgreSQL: {reason}.")


if __name__ == "__main__":
    main()
