"""Holds the report as a Word document: every row, date and figure, read by another library."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx.oxml.ns import qn

from kpis.models import Deviation
from partners.models import Project
from reports.writing.content import Report, Scope, TooLongError, month_label
from reports.writing.word import writer
from reports.writing.word.report_facts import report_facts
from tests.making import make_action, on
from tests.reports.words import chapter, tables_by_caption, texts, written

NASTY = [
    "żółć łódź piñata Müller café",
    "an emoji \N{PARTY POPPER} and another \N{FLAG IN HOLE}",
    "one line\nanother line\ttabbed",
    "=1+1",
    "@cmd",
    "<b>bold</b> & <w:p/> &amp;",
    "{{ 7*7 }} {% for x in y %} {# no #} {_{ }_} {_% %_}",
    "x" * 10_000,
]


def expected_rows(table: Any) -> list[list[str]]:
    """What each cell of a table should say: the printed columns, the id under the title, status."""
    columns = table.columns[: table.printed]
    title = next(at for at, column in enumerate(columns) if "title" in column.parts)
    found = [[c.heading for c in columns] + ([] if table.has_status else ["Status"])]
    for row in table.rows():
        cells = ["" if cell is None else str(cell) for cell in row.cells[: table.printed]]
        cells[title] += f"\n{row.reference}"
        found.append(cells + ([] if table.has_status else [row.status_word]))
    return found


@pytest.mark.parametrize(
    ("day", "since", "code"),
    [
        (None, None, ""),
        (date(2022, 6, 30), None, ""),
        (None, None, "AMZ"),
        (date(2022, 6, 30), date(2021, 7, 1), ""),
        (date(2022, 6, 30), date(2021, 7, 1), "BIC"),
    ],
)
def test_every_cell_of_every_table_is_the_application_s(
    elca: Project, day: date | None, since: date | None, code: str
) -> None:
    partner = elca.partners.get(code=code) if code else None
    report = Report(Scope(elca, day, since, partner))
    document = written(report)
    tables = tables_by_caption(document)
    said = texts(document)
    for table in report.tables:
        rows, caption = expected_rows(table), f"{table.name}. {table.caption}"
        if len(rows) > 1:
            assert tables[caption] == rows
        else:
            assert caption in said
            assert caption not in tables
    assert len([name for name in tables if name.startswith("Table ")]) == 2 + sum(
        len(expected_rows(table)) > 1 for table in report.tables
    )


def test_the_rows_of_elca_are_all_there(elca: Project) -> None:
    tables = tables_by_caption(written(Report(Scope(elca))))
    actions = {n: rows for n, rows in tables.items() if n.startswith("Table ")}
    counts = {name.split(".")[0]: len(rows) - 1 for name, rows in actions.items()}
    assert counts == {
        "Table 0": 10, "Table 2": 18, "Table 3": 13, "Table 4": 11, "Table 5": 20, "Table 6": 10,
        "Table 7": 10, "Table 8": 9, "Table 9": 7, "Table 10": 5, "Table 11": 1, "Table 12": 21,
    }  # fmt: skip


def test_the_timeline_has_every_deadline(elca: Project) -> None:
    rows = tables_by_caption(written(Report(Scope(elca))))["Table 12. Planning"]
    assert rows[1:] == [
        [
            month_label(deadline),
            deadline.activity,
            deadline.mission.name if deadline.mission else "",
            deadline.get_status_display(),
        ]
        for deadline in Report(Scope(elca)).deadlines
    ]


@pytest.mark.parametrize(
    "options",
    [[], ["--as-of", "2022-06-30"], ["--since", "2022-01-01", "--as-of", "2022-12-31"]],
)
@pytest.mark.parametrize("code", ["", "AMZ", "MECH"])
def test_the_figures_are_those_of_kpi_report(elca: Project, options: list[str], code: str) -> None:
    out = StringIO()
    partner_option = ["--partner", code] if code else []
    call_command("kpi_report", "--format", "json", *options, *partner_option, stdout=out)
    told = json.loads(out.getvalue())
    days = dict(zip(options[::2], map(date.fromisoformat, options[1::2]), strict=True))
    partner = elca.partners.get(code=code) if code else None
    report = Report(Scope(elca, days.get("--as-of"), days.get("--since"), partner))
    document = written(report)
    shown = tables_by_caption(document)["Table 0. Performance indicators"][1:]
    for row, indicator in zip(shown, told["indicators"], strict=True):
        figure = indicator["partners"][code] if code else indicator
        assert row[0] == str(indicator["number"])
        assert row[1].startswith(indicator["title"])
        assert row[2] == ("–" if figure["target"] is None else str(figure["target"]))
        assert row[3] == (str(figure["achieved"]) if figure["rows"] else "–")
    assert report.coverage in " ".join(texts(document))
    by_partner = tables_by_caption(document).get("Achieved by partner")
    assert (by_partner is None) is bool(code)
    for row, indicator in zip((by_partner or [])[1:], told["indicators"], strict=bool(by_partner)):
        for shown_share, (_code, share) in zip(
            row[2:-1], indicator["partners"].items(), strict=True
        ):
            achieved = str(share["achieved"]) if share["rows"] else "–"
            target = "" if share["target"] is None else f" of {share['target']}"
            assert shown_share == achieved + target


def test_figures_by_partner_stand_under_their_partners(elca: Project) -> None:
    rows = tables_by_caption(written(Report(Scope(elca))))["Achieved by partner"]
    assert rows[0][2:] == ["AMZ", "MAV", "POL", "BIC", "MECH", "ELCA", "All"]
    assert rows[1][2:] == ["9", "5", "1", "1", "2", "–", "18"]
    assert rows[4][2:6] == ["3 of 4", "2 of 4", "0 of 4", "0 of 4"]


def test_the_annex_names_the_rows_behind_each_figure(elca: Project) -> None:
    report = Report(Scope(elca))
    lines = chapter(written(report), "Annex: the rows behind each figure")
    starts = [at for at, line in enumerate(lines) if line.startswith("KPI ")]
    for at, end, proof in zip(starts, [*starts[1:], len(lines)], report.proofs, strict=True):
        indicator = proof.line.indicator
        assert lines[at].startswith(f"KPI {indicator.number}: {indicator.title} (")
        counted = ", ".join(proof.counted)
        assert lines[at + 1] == f"Counted ({len(proof.counted)}): {counted}"
        for reference, reason in proof.left_out:
            line = next(line for line in lines[at + 2 : end] if reference in line)
            assert line.startswith(f"{reason} (")


def test_deviations_say_what_is_missing_and_the_partners_words(elca: Project) -> None:
    indicator = elca.indicators.get(number=4)
    amz = elca.partners.get(code="AMZ")
    Deviation.objects.create(indicator=indicator, partner=amz, text="Zażółć:\n{{ 7*7 }} <b>")
    lines = chapter(written(Report(Scope(elca))), "Deviations")
    assert [line for line in lines if line.startswith("KPI ")] == [
        f"KPI {i.number}: {i.title}" for i in elca.indicators.filter(number__in=[2, 4, 5])
    ]
    at = lines.index(f"KPI 4: {indicator.title}")
    assert lines[at + 1].startswith(
        "6 of 20 achieved, 14 missing. Short of their own share: AMZ (3 of 4)"
    )
    assert lines[at + 2] == "AMZ: Zażółć:\n{{ 7*7 }} <b>"
    assert lines.count("No partner has given a reason yet.") == 2


@pytest.mark.parametrize("text", NASTY)
def test_the_words_of_users_come_out_as_they_are(elca_empty: Project, text: str) -> None:
    make_action(
        elca_empty, "national-workshops", title=text[:300].replace("\n", " "), description=text,
        status="achieved", occasions=(on(2022, 3, 1),),
    )  # fmt: skip
    elca_empty.report_title = text[:200]
    elca_empty.disclaimer = text[:1000]
    document = written(Report(Scope(elca_empty), author=text[:100]))
    rows = tables_by_caption(document)["Table 7. National workshops with SMEs"]
    assert rows[1][0].split("\n")[0] == text[:300].replace("\n", " ").replace("\t", "\t")
    assert rows[1][2] == text
    assert text[:1000] in [p.text for p in document.paragraphs]
    assert document.core_properties.title == f"ELCA D3.2 {text[:200]}"[:255]
    assert document.core_properties.author == text[:100]


def test_what_xml_forbids_becomes_a_sign(elca_empty: Project) -> None:
    make_action(elca_empty, "sectors", title="Bell", description="a\x07b\x0cc\x0bd\ufffee")
    rows = tables_by_caption(written(Report(Scope(elca_empty))))
    cell = next(r for name, r in rows.items() if name.startswith("Table 11"))[1][2]
    assert cell == "a\ufffdb\nc\nd\ufffde"


def test_headings_are_numbered_by_a_list_and_named_in_the_contents(elca: Project) -> None:
    document = written(Report(Scope(elca)))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    sections = [text for text in headings if not text.startswith("KPI ")]
    assert sections == [
        "Cluster organisations and business networks", "Cooperation agreements",
        "Business agreements", "Events", "Matchmaking meetings", "Sectors beyond mobility",
    ]  # fmt: skip
    numbered = document.styles["Heading 2"].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    assert numbered is not None
    entries = [p for p in document.paragraphs if p.style.name.lower() in ("toc 1", "toc 2")]
    below = [p.text for p in entries if p.style.name.lower() == "toc 2"]
    assert [text for text in below if "KPI" not in text] == [
        f"4.{number}\t{text}" for number, text in enumerate(sections, start=1)
    ]
    # Deviations have a number, the indicators of the annex have none.
    assert [text.split(":")[0] for text in below if "KPI" in text] == [
        "6.1\tKPI 2", "6.2\tKPI 4", "6.3\tKPI 5", *(f"KPI {number}" for number in range(1, 11)),
    ]  # fmt: skip
    marks = {m.get(qn("w:name")) for m in document.element.body.iter(qn("w:bookmarkStart"))}
    links = {h.get(qn("w:anchor")) for p in entries for h in p._p.iter(qn("w:hyperlink"))}
    assert len(links) == len(entries)
    assert links <= marks
    assert document.settings.element.find(qn("w:updateFields")) is not None


def test_tables_repeat_their_headings_and_rows_stay_whole(elca: Project) -> None:
    long = make_action(elca, "sectors", title="Long", description="word " * 400)
    document = written(Report(Scope(elca)))
    tables = [t for t in document.tables if t.style and t.style.name == "Report Table"]
    assert len(tables) == 14
    for table in tables:
        head, *rows = table._tbl.tr_lst
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for row in rows:
            text = "".join(t.text or "" for t in row.iter(qn("w:t")))
            whole = row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
            assert whole is (f"Long{long.reference}" not in text)
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert document.styles["Caption"].paragraph_format.keep_with_next
    charts = len(document.inline_shapes) - 1  # the emblem has no caption
    assert len(captions) == len(tables) + charts


def test_a_chart_has_words_for_those_who_do_not_see_it(elca: Project) -> None:
    document = written(Report(Scope(elca)))
    emblem, overview, timeline = document.inline_shapes
    assert emblem._inline.docPr.get("descr") == "Emblem of the European Union"
    assert "18 of 12" in overview._inline.docPr.get("descr")
    assert "deadlines are done" in timeline._inline.docPr.get("descr")
    assert max(overview.width, timeline.width) < document.sections[0].page_width


def test_an_empty_table_says_so(elca_empty: Project) -> None:
    lines = texts(written(Report(Scope(elca_empty))))
    assert lines.count("There is no action in this table.") == 10


def test_the_title_page_leaves_out_what_is_not_known(elca: Project) -> None:
    for name in ("deliverable", "report_title", "work_package", "disclaimer"):
        setattr(elca, name, "")
    document = written(Report(Scope(elca)))
    assert texts(document)[:2] == ["Report", "Report on performance indicators"]
    facts = {row.cells[0].text for row in document.tables[0].rows}
    assert "Work package" not in facts
    assert "" not in facts


def test_what_is_too_long_is_refused_in_words(
    elca: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_ROWS", 103)
    with pytest.raises(TooLongError, match="at most 103 rows"):
        writer.write_word(Report(Scope(elca)), BytesIO())


def test_a_document_takes_as_many_queries_for_many_rows_as_for_few(elca_empty: Project) -> None:
    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            report_facts(Report(Scope(elca_empty)))
        return len(captured)

    for number in range(2):
        make_action(elca_empty, "national-workshops", title=f"One {number}")
    few = taken()
    for number in range(20):
        make_action(elca_empty, "national-workshops", title=f"More {number}")
    assert taken() == few


def test_the_document_says_what_it_is(elca: Project) -> None:
    document = written(Report(Scope(elca, date(2022, 6, 30)), author="Anna Nowak"))
    properties = document.core_properties
    assert properties.title == "ELCA D3.2 Cross-fertilisation results"
    assert (properties.author, properties.language) == ("Anna Nowak", "en-GB")
    assert properties.subject == "What was achieved by 30.06.2022."
    footers = {p.text for s in document.sections for p in s.footer.paragraphs}
    assert footers == {
        "Grant agreement 951158\tPage  of ",
        "Co-funded by the COSME programme of the European Union",
    }
    fields = {
        f.get(qn("w:instr")) for f in document.sections[0].footer._element.iter(qn("w:fldSimple"))
    }
    assert fields == {"PAGE", "NUMPAGES"}
