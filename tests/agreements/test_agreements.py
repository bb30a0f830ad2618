"""Holds what is particular to agreements: the printed signature, what date counts, the words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions.columns import CellError
from actions.dates import PartialDate
from actions.lookup import Lookup
from actions.models import Action, Status
from actions.records import record_type
from agreements.records import state_in
from partners.models import Project
from tests.making import make_action, on
from tests.pages import filled

SIGNATURES: list[tuple[object, str, str, str]] = [
    ("20.10.2022 SIGNED", "achieved", "20.10.2022", ""),
    ("Started Jan. 2021 SIGNED", "achieved", "01.2021", ""),
    ("08/04/2022\nSIGNED", "achieved", "08.04.2022", ""),
    ("July 2021 SIGNED", "achieved", "07.2021", ""),
    ("Not defined signature day NOT SIGNED", "planned", "", ""),
    ("NOT SIGNED", "planned", "", ""),
    ("Started Nov. 2022 TO BE SIGNED JAN.23", "under_way", "", "01.2023"),
    ("Not pursued", "dropped", "", ""),
    ("", "planned", "", ""),
    (date(2022, 10, 20), "planned", "", "20.10.2022"),
    ("signed on 3.5.2022", "achieved", "03.05.2022", ""),
    ("Meeting 1.2.2022, signed on 3.5.2022", "achieved", "03.05.2022", ""),
    ("unterzeichnet am 3. Mai 2022", "achieved", "03.05.2022", ""),
    ("firmado el 3 de mayo de 2022", "achieved", "03.05.2022", ""),
    ("signé le 3 mai 2022", "achieved", "03.05.2022", ""),
    ("SIGNÉ 2022", "achieved", "2022", ""),
    ("firmato 05.2022", "achieved", "05.2022", ""),
    ("podpisane 5 stycznia 2022", "achieved", "05.01.2022", ""),
    ("to be signed in March 2023", "under_way", "", "03.2023"),
    ("wird im Januar 2023 unterzeichnet", "under_way", "", "01.2023"),
    ("do podpisania 01.2023", "under_way", "", "01.2023"),
    ("in negotiation since 03.2022", "under_way", "", ""),
]

STATES: dict[str, str] = {
    "achieved": (
        "SIGNED|Signed.|it was signed last week|unterzeichnet|unterschrieben|firmado|signé|"
        "signée|firmato|podpisane|podpisana|podpisany"
    ),
    "planned": (
        "NOT SIGNED|not yet signed|unsigned|nicht unterzeichnet|noch nicht unterzeichnet|"
        "no firmado|sin firmar|non signé|pas encore signé|non firmato|niepodpisane|"
        "nie podpisano|no agreement signed|signed by one side? NOT SIGNED"
    ),
    "under_way": (
        "TO BE SIGNED JAN.23|will be signed|under negotiation|In negotiation|pending|"
        "wird unterzeichnet|soll bald unterzeichnet werden|por firmar|à signer|da firmare|"
        "do podpisania"
    ),
    "dropped": "not pursued|will not be signed",
    "": (
        "designed by us|assigned|the signature day|262 participants signed up|un signe de vie|"
        "undersigned|a signer of the charter|resigned"
    ),
}


@pytest.mark.parametrize(
    ("text", "status"),
    [(text, status) for status, texts in STATES.items() for text in texts.split("|")],
)
def test_a_state_is_found_in_any_text(text: str, status: str) -> None:
    assert (state_in(text) or "") == status
    assert status != "" or state_in(f"{text} NOT SIGNED") == "planned"


@pytest.mark.parametrize(
    ("record", "cell", "status"),
    [
        ("agreement", "Signed", "achieved"),
        ("agreement", "nicht unterzeichnet", "planned"),
        ("agreement", "podpisana", "achieved"),
        ("agreement", "in negotiation", "under_way"),
        ("action", "under_way", "under_way"),
        ("action", "erledigt", "achieved"),
        ("action", "Réalisé", "achieved"),
        ("action", "prevu", "planned"),
        ("event", "Held", "achieved"),
        ("event", "w toku", "under_way"),
        ("event", "Odwołane", "dropped"),
        ("event", "abgesagt", "dropped"),
        ("event", "", "planned"),
    ],
)
def test_a_status_is_read_in_the_words_of_its_record_or_of_anyone(
    elca: Project, record: str, cell: str, status: str
) -> None:
    assert record_type(record).column("status").read(cell, Lookup(elca)) == status


def test_another_status_is_refused_with_the_words_that_are_known(elca: Project) -> None:
    with pytest.raises(CellError, match="“perhaps” is none of: Identified, In negotiation, Signed"):
        record_type("agreement").column("status").read("perhaps", Lookup(elca))


def test_words_beside_a_state_are_kept_and_a_missing_state_is_said(elca: Project) -> None:
    signature, lookup = record_type("agreement").printed("signature"), Lookup(elca)
    assert signature.read("Talks since May, SIGNED", lookup)["dates_note"] == "Talks since May"
    assert signature.read("under negotiation", lookup)["dates_note"] == "under negotiation"
    assert lookup.warnings == []
    assert signature.read("designed 2021", lookup)["status"] == "planned"
    assert lookup.warnings == ["“SIGNED” or “NOT SIGNED” is missing: read as not signed."]
    with pytest.raises(CellError, match="at most 2000 characters"):
        signature.read("very " * 600 + "SIGNED", lookup)


@pytest.mark.parametrize(("cell", "status", "signed", "expected"), SIGNATURES)
def test_a_printed_signature_is_read(
    elca: Project, cell: object, status: str, signed: str, expected: str
) -> None:
    found = record_type("agreement").printed("signature").read(cell, Lookup(elca))
    said = [str(found[name] or "") for name in ("status", "signed_on", "expected_signature")]
    assert said == [status, signed, expected]


def test_every_signature_of_elca_reads_back_as_it_was_written(elca: Project) -> None:
    record, lookup = record_type("agreement"), Lookup(elca)
    signature = record.printed("signature")
    agreements = record.model._default_manager.filter(type__table_number__in=[3, 4, 5])
    assert agreements.count() == 44
    for agreement in agreements:
        values = record.values(agreement)
        read = signature.read(signature.write(values), lookup)
        assert {name: values[name] for name in read} == read, agreement.reference


def test_the_signature_counts_before_any_occasion(elca: Project) -> None:
    made = make_action(
        elca,
        "sme-business",
        status=Status.ACHIEVED,
        signed_on=PartialDate.month(2022, 5),
        occasions=(on(2022, 1, 10),),
    )
    assert (made.first_on, made.counts_from) == (date(2022, 5, 1), date(2022, 5, 31))


def test_without_a_signature_the_first_occasion_counts(elca: Project) -> None:
    made = make_action(
        elca,
        "sme-business",
        status=Status.ACHIEVED,
        occasions=(on(2022, 3, 1), on(2022, 1, 10)),
    )
    assert made.counts_from == date(2022, 1, 10)


def test_a_signature_before_the_project_is_refused_beside_its_field(elca: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        make_action(
            elca,
            "cluster-agreements",
            status=Status.ACHIEVED,
            signed_on=PartialDate.day(date(2019, 1, 1)),
        )
    assert "before the project began" in refused.value.message_dict["signed_on"][0]


def test_a_signature_in_the_future_is_refused_beside_its_field(elca: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        make_action(
            elca,
            "cluster-agreements",
            status=Status.ACHIEVED,
            signed_on=PartialDate.day(date(2099, 1, 1)),
        )
    assert "lies in the future" in refused.value.message_dict["signed_on"][0]


def test_an_agreement_speaks_its_own_words(elca: Project, as_user: Any) -> None:
    signed = Action.objects.get(project=elca, reference="T3-01")
    page = as_user("reader").get(signed.get_absolute_url()).content.decode()
    assert signed.get_absolute_url().startswith("/elca/agreements/")
    assert "Signed on" in page
    listed = as_user("reader").get("/elca/agreements/?status=under_way").content.decode()
    assert "In negotiation" in listed
    assert listed.count("/elca/agreements/") > 20


def test_the_form_asks_for_the_signature_and_refuses_what_is_no_date(
    elca: Project, as_user: Any
) -> None:
    url = f"/elca/agreements/{Action.objects.get(project=elca, reference='T3-04').pk}/edit/"
    client = as_user("amz")
    page = client.get(url).content.decode()
    assert 'name="expected_signature" value="01.2023"' in page
    sent = {
        "basis": filled(client.get(url))["basis"],
        "title": "CDI",
        "partners": [elca.partners.get(code="AMZ").pk],
        "status": "achieved",
        "signed_on": "31.02.2023",
        "expected_signature": "4-8.02.2022",
        **{
            f"{prefix}-{name}": 0
            for prefix in ("occasions", "evidence")
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        },
    }
    answer = client.post(url, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "is not a day in the calendar" in text
    assert "several days" in text
    assert 'value="31.02.2023"' in text
    assert Action.objects.get(project=elca, reference="T3-04").status == Status.UNDER_WAY
