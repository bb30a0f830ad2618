"""Which of many found rows come first, said to the database: the best fit of a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, Value, When

from .spelling import Asked, pattern_of


def best_first(asked: Asked, name: str, *, exact: Iterable[str] = (), by: str = "") -> Case:
    """The rank of a row as ``Asked.rank`` gives it; ``exact`` are values of the column ``by``."""
    whole = pattern_of(asked.phrase)
    every = Q()
    for key in asked.keys:
        every &= Q(**{f"{name}__regex": pattern_of(key)})
    tests = [
        Q(**{f"{by}__in": list(exact)}) if by else None,
        Q(**{f"{name}__regex": f"^{whole}$"}),
        Q(**{f"{name}__regex": f"^{whole}"}),
        every,
    ]
    cases = [When(test, then=Value(rank)) for rank, test in enumerate(tests) if test is not None]
    return Case(*cases, default=Value(len(tests)), output_field=IntegerField())
