"""Asking for the rows of many others by their ids, on either database."""

from __future__ import annotations

import pytest
from django.db.models import F

from actions.models import Occasion
from partners.lookups import Among
from partners.models import Project

pytestmark = pytest.mark.django_db


def test_it_finds_what_an_in_would_find(elca: Project) -> None:
    ids = [action.pk for action in elca.actions.all()[:40]]
    found = Occasion.objects.filter(Among(F("action"), ids))
    assert 0 < found.count() < Occasion.objects.count()
    assert set(found) == set(Occasion.objects.filter(action__in=ids))


def test_none_of_no_ids() -> None:
    assert not Occasion.objects.filter(Among(F("action"), [])).exists()
