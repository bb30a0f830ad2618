"""Holds what a consortium's own Word template may do, what it is told, and what it must not do."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.enum.section import WD_SECTION
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from partners.models import Change, Project
from reports.models import DocumentTemplate
from reports.templates import current_template, keep_template, use_built_in
from reports.writing.content import Report, Scope
from reports.writing.word import built_in, writer
from reports.writing.word.writer import TemplateError
from tests.ending import sure_to_end
from tests.pages import member, page
from tests.reports.words import saved, tables_by_caption, template_of, texts, written

URL = "/elca/report/templates/"
LISTED = ("report", "cooperation", "business")


def fill(project: Project, *paragraphs: str, **more: Any) -> Any:
    return written(Report(Scope(project)), template_of(*paragraphs, **more))


def refusal(project: Project, template: bytes) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        writer.write_word(Report(Scope(project)), BytesIO(), template=template)
    return caught.value.messages


def changed(template: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """A template with other parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(template)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    return out.getvalue()


# Filled


def test_values_come_out_in_text_header_and_table(elca: Project) -> None:
    document = fill(
        elca,
        "{{ project.acronym }}: {{ report.title }} of {{ report.day }}",
        header="{{ report.deliverable }}",
        rows=[["{{ project.programme }}", "{{ kpis[3].achieved }} of {{ kpis[3].target }}"]],
    )
    assert texts(document)[0].startswith("ELCA: Cross-fertilisation results of ")
    assert document.sections[0].header.paragraphs[0].text == "D3.2"
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["COSME", "6 of 20"]


def test_a_placeholder_that_word_split_into_runs_comes_out(elca: Project) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ pro", "ject", ".acro", "nym }", "}"):
        paragraph.add_run(piece).bold = True
    block = document.add_paragraph()
    for piece in ("{{", "p time", "line }}"):
        block.add_run(piece)
    filled = written(Report(Scope(elca)), saved(document))
    assert texts(filled)[0] == "ELCA"
    assert len(tables_by_caption(filled)["Table 12. Planning"]) == 22


def test_loops_of_paragraphs_and_rows_come_out(elca: Project) -> None:
    document = fill(
        elca,
        "{%p for kpi in kpis if kpi.number > 8 %}",
        "{{ kpi.number }}: {{ kpi.achieved }}",
        "{%p endfor %}",
        rows=[
            ["{%tr for kpi in kpis %}", ""],
            ["{{ kpi.number }} {{ kpi.title }}", "{{ kpi.achieved }}/{{ kpi.target }}"],
            ["{%tr endfor %}", ""],
        ],
    )
    assert texts(document) == ["9: 5", "10: 3"]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    figures = Report(Scope(elca)).figures
    assert rows == [
        [
            f"{f.indicator.number} {f.indicator.title}",
            f"{f.figure.achieved}/{f.indicator.target}",
        ]
        for f in figures
    ]


def test_every_block_can_stand_alone_with_or_without_its_p(elca: Project) -> None:
    document = fill(elca, "{{p table_7 }}", "{{ timeline }}", "after")
    assert [name.split(".")[0] for name in tables_by_caption(document)] == ["Table 7", "Table 12"]
    assert texts(document)[-1] == "after"


def test_a_block_in_a_cell_leaves_the_cell_whole(elca: Project) -> None:
    document = fill(elca, rows=[["{{p table_11 }}"]])
    cell = document.tables[0].rows[0].cells[0]
    assert cell.tables[0].rows[1].cells[0].text.endswith("T11-01")
    assert cell._tc[-1].tag == qn("w:p")


def test_a_section_that_ends_with_a_block_stays(elca: Project) -> None:
    document = docx.Document()
    document.add_paragraph("before")
    last = document.add_paragraph("{{p rules }}")
    document.add_section(WD_SECTION.NEW_PAGE)
    separate = document.paragraphs[-1]._p
    last._p.get_or_add_pPr().append(separate.pPr.find(qn("w:sectPr")))
    separate.getparent().remove(separate)
    assert len(document.sections) == 2
    filled = written(Report(Scope(elca)), saved(document))
    assert len(filled.sections) == 2


def test_blocks_take_the_styles_of_the_template(elca: Project) -> None:
    document = docx.Document()
    document.styles["Caption"].font.italic = True
    document.add_paragraph("{{p table_7 }}")
    filled = written(Report(Scope(elca)), saved(document))
    caption = next(p for p in filled.paragraphs if p.text.startswith("Table 7"))
    assert caption.style.name == "Caption"
    assert caption.style.font.italic
    # What the template lacks is added.
    assert filled.styles["Row Id"].font.size.pt == 7


def test_a_word_template_file_is_taken_as_well(elca: Project) -> None:
    plain = b"wordprocessingml.document.main+xml"
    dotx = changed(
        template_of("{{ project.acronym }}"),
        lambda _name, content: content.replace(plain, plain.replace(b"document", b"template", 1)),
    )
    assert texts(written(Report(Scope(elca)), dotx)) == ["ELCA"]


def test_the_built_in_template_can_be_changed_and_brought_back(elca: Project) -> None:
    document = docx.Document(BytesIO(built_in.report_template()))
    document.add_paragraph("Our own end: {{ project.acronym }}")
    filled = written(Report(Scope(elca)), saved(document))
    assert texts(filled)[-1] == "Our own end: ELCA"
    assert len(tables_by_caption(filled)["Table 7. National workshops with SMEs"]) == 11


# Broken


@pytest.mark.parametrize(
    ("paragraphs", "words"),
    [
        (["{{ project.acronim }}"], ["“project.acronim”", "“project.acronym” meant"]),
        (["{{ projekt.acronym }}"], ["“projekt”", "“project” meant"]),
        (["{{p tabel_7 }}"], ["“tabel_7”", "“table_7” meant"]),
        (["{{ frobnicate }}"], ["no placeholder “frobnicate”"]),
        (["{{ project.acronym"], ["{{ project.acronym is not closed"]),
        (["{{ project.acronym + }}"], ["{{ project.acronym + }}", "cannot be understood"]),
        (["{{ project.acronym | shout }}"], ["{{ project.acronym | shout }}", "shout"]),
        (["Here: {{p actions }}"], ["{{p actions }} must stand alone"]),
        (["Here: {{ actions }}"], ["{{ actions }} must stand alone"]),
        (["{{ actions | upper }}"], ["{{ actions | upper }} must stand alone"]),
        (["{%p for kpi in kpis %}", "x"], ["{%p for kpi in kpis %} is never ended", "endfor"]),
        (["{% if kpis %}"], ["{% if kpis %} is never ended"]),
        (["{% endfor %}"], ["{% endfor %} ends or divides"]),
        (["{% include 'x' %}"], ["{% include 'x' %} is not possible"]),
        (["{%p for kpi in kpis %} lost"], ["must stand alone in its paragraph"]),
        (
            ["{%p for kpi in kpis %}", "{{ kpi.titel }}", "{%p endfor %}"],
            ["“kpi.titel”", "“kpi.title” meant"],
        ),
    ],
)
def test_a_broken_template_names_the_placeholder(
    elca: Project, paragraphs: list[str], words: list[str]
) -> None:
    messages = refusal(elca, template_of(*paragraphs))
    for each in words:
        assert each in messages[0]
    assert "in the text" in messages[0]


def test_where_a_fault_stands_is_said(elca: Project) -> None:
    template = template_of("fine", header="{{ a }}", rows=[["{{ b }}"]])
    first, second = sorted(refusal(elca, template))
    assert "“a”: {{ a }} (in a header)" in first
    assert "“b”: {{ b }} (in a table)" in second
    (message,) = refusal(elca, template_of("fine", header="{{p actions }}"))
    assert "but not in a header" in message


def test_a_row_that_would_be_lost_is_named(elca: Project) -> None:
    rows = [["{%tr for kpi in kpis %}", "words"], ["x", "y"], ["{%tr endfor %}", ""]]
    (message,) = refusal(elca, template_of("fine", rows=rows))
    assert "{%tr for kpi in kpis %} must stand alone in its row" in message


def test_a_loop_that_tears_a_table_is_told(elca: Project) -> None:
    rows = [["{% for kpi in kpis %}"]]
    document = docx.Document(BytesIO(template_of("x", rows=rows)))
    document.add_paragraph("{% endfor %}")
    (message,) = refusal(elca, saved(document))
    assert "A loop or a condition begins" in message


def test_loops_over_nothing_are_checked_all_the_same(elca_empty: Project) -> None:
    elca_empty.deadlines.all().delete()
    paragraphs = ["{%p for d in deadlines %}", "{{ d.mont }}", "{%p endfor %}"]
    (message,) = refusal(elca_empty, template_of(*paragraphs))
    assert "“d.month” meant" in message


# Hostile


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 10**8 }}",
        "{{ 9**(9**9) }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ project.__class__ }}",
        "{{ kpis.append(1) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ],
)
def test_hostile_placeholders_end_in_a_sentence(
    elca: Project, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(writer, "SECONDS", 4)
    with sure_to_end():
        messages = refusal(elca, template_of(text))
    assert messages[0].endswith(".")


def test_loops_in_loops_are_stopped(elca: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SECONDS", 3)
    loops = "".join(f"{{% for a{n} in kpis %}}" for n in range(9)) + "{% endfor %}" * 9
    (message,) = refusal(elca, template_of(loops))
    assert "too long" in message


def test_entities_bombs_macros_and_outside_things_are_refused(elca: Project) -> None:
    plain = template_of("{{ project.acronym }}")

    def entity(name: str, content: bytes) -> bytes:
        if name != "word/document.xml":
            return content
        bomb = b"?>\n<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
        return content.replace(b"?>", bomb, 1)

    def same(_name: str, content: bytes) -> bytes:
        return content

    assert "must not hold" in refusal(elca, changed(plain, entity))[0]
    assert "macros" in refusal(elca, changed(plain, same, word__vbaProject=b"x", **{
        "word__vbaProject.bin": b"x"}))[0]  # fmt: skip
    big = changed(plain, same, word__big=b"\0" * 70_000_000)
    assert "far too large" in refusal(elca, big)[0]
    inside = changed(plain, same, **{"word__embeddings__a.bin": b"x"})
    assert "another file inside" in refusal(elca, inside)[0]
    assert "no Word document" in refusal(elca, b"%PDF-1.7")[0]
    assert "damaged" in refusal(elca, b"PK\x03\x04 and nothing more")[0]


def test_what_lies_outside_is_refused_and_its_own_template_forgotten(elca: Project) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    document = docx.Document()
    document.add_paragraph("{{ project.acronym }}")
    document.part.relate_to("http://evil.example/x.png", f"{base}/image", is_external=True)
    assert "evil.example" in refusal(elca, saved(document))[0]
    document = docx.Document()
    document.add_paragraph("{{ project.acronym }}")
    settings = document.part._settings_part
    key = settings.relate_to("http://evil.example/n.dotm", f"{base}/attachedTemplate", True)
    attached = f'<w:attachedTemplate {nsdecls("w", "r")} r:id="{key}"/>'
    document.settings.element.insert(0, parse_xml(attached))
    out = BytesIO()
    writer.write_word(Report(Scope(elca)), out, template=saved(document))
    with zipfile.ZipFile(out) as packed:
        assert not any(b"evil.example" in packed.read(name) for name in packed.namelist())


def with_notes(kind: str, inside: str) -> bytes:
    """A template with footnotes or endnotes, whose part holds some XML."""
    document = docx.Document()
    names = f'{nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"'
    blob = f"<w:{kind} {names}><w:p><w:r>{inside}</w:r></w:p></w:{kind}>".encode()
    base = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    part = Part(PackURI(f"/word/{kind}.xml"), f"{base}.{kind}+xml", blob, document.part.package)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    document.part.relate_to(part, f"{relation}/{kind}")
    return saved(document)


@pytest.mark.parametrize(
    ("kind", "inside", "words"),
    [
        ("footnotes", '<w:instrText> INCLUDEPICTURE "http://e.example"</w:instrText>', "INCLUDEP"),
        ("endnotes", '<w:instrText> RD "http://e.example"</w:instrText>', "RD"),
        ("footnotes", '<w:pict><v:imagedata src="http://e.example/x"/></w:pict>', "e.example"),
        ("endnotes", "<w:t>{{ project.title }}</w:t>", "endnote"),
    ],
)
def test_notes_fetch_nothing_and_hide_no_placeholder(
    elca: Project, kind: str, inside: str, words: str
) -> None:
    assert words in refusal(elca, with_notes(kind, inside))[0]
    assert written(Report(Scope(elca)), with_notes(kind, "<w:t>A note</w:t>"))


def test_a_field_right_behind_another_is_seen(elca: Project) -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run()._r
    for words in ("PAGE", 'INCLUDE "http://e.example"'):
        field = parse_xml(f"<w:instrText {nsdecls('w')}/>")
        field.text = words
        run.append(field)
    assert "INCLUDE" in refusal(elca, saved(document))[0]


@pytest.mark.parametrize("field", ["INCLUDEPICTURE", "DDEAUTO", "includetext"])
def test_fields_that_fetch_something_are_refused(elca: Project, field: str) -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run()._r
    for piece in (field[:4], field[4:] + ' "http://evil.example"'):
        words = parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"/>')
        words.text = piece
        run.append(words)
    assert field.upper() in refusal(elca, saved(document))[0]


def test_a_link_of_the_text_stays(elca: Project) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    document = docx.Document()
    document.add_paragraph("{{ project.acronym }}")
    document.part.relate_to("https://example.org", base, is_external=True)
    assert texts(written(Report(Scope(elca)), saved(document))) == ["ELCA"]


def test_words_of_users_are_never_a_template(elca: Project) -> None:
    elca.title = "{{ 7*7 }}{% for x in kpis %}{{p actions }}"
    document = fill(elca, "{{ project.title }}", header="{{ project.title }}")
    assert texts(document) == [elca.title]
    assert document.sections[0].header.paragraphs[0].text == elca.title


def test_the_other_process_knows_no_django() -> None:
    folder = Path(writer.__file__).parent
    names = ["child", "filling", "opening", "tags", "blocks", "contents", "styles", "texts"]
    # The runner of such processes is the one module of an app that knows no Django either.
    apps = r"^\s*(from|import) (django|partners(?!\.childprocess)|actions|kpis)"
    for name in names:
        text = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert not re.search(apps, text, re.M), name


# Kept


def upload(client: Client, template: bytes, kind: str = "report", name: str = "own.docx") -> Any:
    return client.post(f"{URL}{kind}/", {"file": SimpleUploadedFile(name, template)})


def test_an_uploaded_template_is_used_kept_and_given_back(elca: Project) -> None:
    leader = member(elca, "leader")
    template = template_of("Ours: {{ project.acronym }}")
    assert upload(leader, template).status_code == 302
    assert current_template(elca, "report") == template
    answer = leader.get("/elca/report/file/?form=docx")
    content = b"".join(answer)
    assert texts(docx.Document(BytesIO(content))) == ["Ours: ELCA"]
    given = leader.get(f"{URL}report/file/")
    assert b"".join(given) == template
    assert b"".join(leader.get(f"{URL}report/file/?built-in")) != template
    kept = DocumentTemplate.objects.get()
    assert re.fullmatch(rf"templates/{elca.pk}/[0-9a-f]{{32}}\.docx", kept.file.name)
    assert "own.docx" in page(leader.get(URL)).text


def test_what_is_replaced_stays_as_a_row_and_in_the_history(elca: Project) -> None:
    for name in ("one.docx", "two.docx"):
        keep_template(project=elca, kind="report", content=template_of(name), name=name, user=None)
    assert use_built_in(project=elca, kind="report", user=None)
    assert not use_built_in(project=elca, kind="report", user=None)
    assert current_template(elca, "report") is None
    assert DocumentTemplate.objects.filter(replaced_at=None).count() == 0
    assert DocumentTemplate.objects.count() == 2
    changes = Change.objects.of(elca).filter(record="project", kind="changed").order_by("pk")
    assert [change.fields["template_report"] for change in changes] == [
        ["", "one.docx"], ["one.docx", "two.docx"], ["two.docx", ""],
    ]  # fmt: skip


def test_a_faulty_template_is_not_kept_and_the_field_says_why(elca: Project) -> None:
    leader = member(elca, "leader")
    answer = upload(leader, template_of("{{ project.acronim }}"))
    assert answer.status_code == 422
    assert "Is “project.acronym” meant?" in page(answer).text
    assert "file" in answer.context["form"].errors
    assert not DocumentTemplate.objects.exists()
    for name in ("own.docm", "own.pdf"):
        assert upload(leader, template_of("x"), name=name).status_code == 422
    assert upload(leader, b"", name="own.docx").status_code == 422
    assert leader.post(f"{URL}report/").status_code == 422


def test_a_lost_template_is_told_and_no_fault_of_the_page(elca: Project) -> None:
    leader = member(elca, "leader")
    upload(leader, template_of("x"))
    kept = DocumentTemplate.objects.get()
    Path(kept.file.path).unlink()
    assert "no longer there" in page(leader.get("/elca/report/file/?form=docx")).text
    assert leader.get(f"{URL}report/file/").status_code == 302
    assert "no longer there" in page(leader.get(f"{URL}report/")).text


@pytest.mark.parametrize("kind", LISTED)
def test_the_help_names_only_what_can_be_filled(elca: Project, kind: str) -> None:
    leader = member(elca, "leader")
    shown = leader.get(f"{URL}{kind}/").context["help"]
    values = [each.text for each in (*shown.values, *shown.blocks)]
    for loop in shown.loops:
        values += [loop.opening, *(part.text for part in loop.parts), loop.closing]
    assert len(values) > 20
    assert upload(leader, template_of(*values), kind).status_code == 302


def test_the_pages_of_one_project_keep_to_it(elca: Project) -> None:
    leader = member(elca, "leader")
    assert leader.get(f"{URL}unknown/").status_code == 404
    assert leader.get("/other/report/templates/").status_code == 404
    for role, partner in (("reader", ""), ("partner", "AMZ")):
        assert member(elca, role, partner).get(URL).status_code == 403


def test_the_title_page_is_changed_with_history(elca: Project) -> None:
    leader = member(elca, "leader")
    url = "/elca/report/title-page/"
    sent = {"deliverable": "D4", "report_title": "żółć", "work_package": ""}
    assert leader.post(url, sent).status_code == 302
    elca.refresh_from_db()
    assert (elca.deliverable, elca.report_title) == ("D4", "żółć")
    change = Change.objects.of(elca).filter(record="project", kind="changed").get()
    assert change.fields["deliverable"] == ["D3.2", "D4"]
    assert set(change.fields) == {"deliverable", "report_title", "work_package"}
    assert leader.post(url, sent).status_code == 302
    assert Change.objects.of(elca).filter(record="project", kind="changed").count() == 1
    refused = leader.post(url, {**sent, "deliverable": "x" * 41})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"deliverable"}
