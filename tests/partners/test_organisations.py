"""Holds that an organisation is one row, and that merging two loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions.models import Action
from partners.models import Change, Organisation, Project, Sector
from partners.services import add_organisation, merge_organisations
from tests.making import make_action
from tests.pages import page


def add(project: Project, name: str, **values: Any) -> Organisation:
    return add_organisation(project=project, user=None, name=name, **values)


def names_of(action: Action) -> list[str]:
    return [o.name for o in Action.objects.get(pk=action.pk).organisations.all()]


def test_the_same_name_written_otherwise_is_refused(elca: Project) -> None:
    with pytest.raises(ValidationError, match="has an organisation of this name"):
        add(elca, "COMPOSITES  UNITED")


def test_a_name_without_a_letter_is_refused(elca: Project) -> None:
    with pytest.raises(ValidationError, match="at least one letter or digit"):
        add(elca, "–––")


def test_merging_moves_everything_and_keeps_every_spelling(elca: Project) -> None:
    sector = Sector.objects.get(project=elca, name="Rail")
    kept = add(elca, "North Works", aliases=["NW"], country="")
    merged = add(
        elca, "Northworks GmbH", aliases=["NW GmbH"], country="DE", note="Wrote", sectors=[sector]
    )
    only_merged = make_action(elca, "sectors", title="One", organisations=("Northworks GmbH",))
    both = make_action(
        elca, "sectors", title="Two", organisations=("North Works", "Northworks GmbH")
    )
    number = merged.pk
    merge_organisations(kept=kept, merged=merged, user=None)
    found = Organisation.objects.get(pk=kept.pk)
    assert {a.name for a in found.aliases.all()} == {"NW", "Northworks GmbH", "NW GmbH"}
    assert (found.country.code, found.note) == ("DE", "Wrote")
    assert list(found.sectors.all()) == [sector]
    assert names_of(only_merged) == names_of(both) == ["North Works"]
    assert not Organisation.objects.filter(pk=number).exists()
    assert list(Organisation.objects.of(elca).named("nw gmbh")) == [found]
    change = Change.objects.get(record="organisation", record_id=kept.pk, kind="merged")
    assert change.fields["merged"] == ["", f"Northworks GmbH (#{number})"]


def test_a_chain_of_merges_keeps_the_first_spelling(elca: Project) -> None:
    a, b, c = (add(elca, name) for name in ("Alpha X", "Beta X", "Gamma X"))
    made = make_action(elca, "sectors", organisations=("Alpha X",))
    merge_organisations(kept=b, merged=a, user=None)
    merge_organisations(kept=c, merged=Organisation.objects.get(pk=b.pk), user=None)
    assert {alias.name for alias in c.aliases.all()} == {"Alpha X", "Beta X"}
    assert names_of(made) == ["Gamma X"]


def test_nothing_merges_into_itself(elca: Project) -> None:
    one = add(elca, "Alone X")
    with pytest.raises(ValueError, match="two different"):
        merge_organisations(kept=one, merged=one, user=None)


def test_merging_on_the_page_asks_and_then_tells(elca: Project, as_user: Any) -> None:
    kept, merged = add(elca, "Kept X"), add(elca, "Merged X")
    made = make_action(elca, "sectors", title="That moves", organisations=("Merged X",))
    client = as_user("admin")
    asked = page(client.get(f"/elca/organisations/{merged.pk}/merge/")).text
    assert "These actions move:" in asked
    assert "That moves" in asked
    told = client.post(f"/elca/organisations/{merged.pk}/merge/", {"into": kept.pk}, follow=True)
    assert "Merged X is now a spelling of Kept X." in page(told).text
    assert names_of(made) == ["Kept X"]
    again = client.post(f"/elca/organisations/{merged.pk}/merge/", {"into": kept.pk})
    assert again.status_code == 404


def test_the_form_warns_of_one_known_by_another_spelling(elca: Project, as_user: Any) -> None:
    add(elca, "Known X", aliases=["The Known"])
    sent = {"name": "the known", "kind": "sme", "country": "DE", "note": "Typed with care"}
    answer = as_user("amz").post("/elca/organisations/new/", sent)
    assert answer.status_code == 422
    text = page(answer).text
    assert "Known X is known already" in text
    assert "Typed with care" in text


def test_one_that_stands_in_actions_is_not_deleted(elca: Project, as_user: Any) -> None:
    found = Organisation.objects.of(elca).named("RIGHTWEIGHT").get()
    told = as_user("leader").post(f"/elca/organisations/{found.pk}/delete/", follow=True)
    assert "merge it into another instead" in page(told).text
    assert Organisation.objects.filter(pk=found.pk).exists()


def test_suggestions_find_by_any_spelling(as_user: Any) -> None:
    client = as_user("amz")
    for words in ("railgr", "TOYOINK", "lightweight assoc"):
        assert client.get("/elca/organisations/suggest/", {"q": words}).json()["results"], words
    assert client.get("/elca/organisations/suggest/?q=").json() == {"results": []}
    assert client.get("/elca/organisations/suggest/?q=%25").json() == {"results": []}


def test_the_page_of_one_shows_all_that_touches_it(elca: Project, as_user: Any) -> None:
    found = Organisation.objects.of(elca).named("ELA").get()
    text = page(as_user("reader").get(found.get_absolute_url())).text
    for reference in ("T2-04", "T3-03", "T4-01", "T10-02"):
        assert reference in text
