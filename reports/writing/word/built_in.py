"""Makes our own Word templates, with real styles: they are filled as a consortium's own are."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any

import docx
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm, Pt
from lxml import etree

from reports.writing.document import CHAPTERS, CONTENTS, Chapter

from .agreement_words import Clause, business, cooperation
from .blocks import leave_unnumbered
from .facts import LANGUAGE
from .styles import COVER_LABEL, DISCLAIMER, FONT, FUNDER, LOOKS, REPORT_TABLE, dress, style_id

RUNNING = "{{ report.deliverable }} {{ report.title }}"
# What stands in the texts of chapters until the template is filled.
SAID = {
    "project": "{{ project.acronym }}",
    "coverage": "{{ report.coverage }}",
    "written_on": "{{ report.written_on }}",
}
WIDE, HIGH, MARGIN = Cm(21), Cm(29.7), Cm(2.2)
_LIST = 41  # of the numbers before headings; of no other list in python-docx's own template
_TWIPS = 635  # English metric units in one


def report_template() -> bytes:
    """The deliverable with placeholders."""
    return _report_template(get_language() or "")


@cache
def _report_template(_language: str) -> bytes:
    document = _new_document()
    _number_headings(document)
    _title_page(document)
    _running_lines(document.sections[0], RUNNING)
    document.sections[0].different_first_page_header_footer = True
    _contents_page(document)
    for number, (is_wide, chapters) in enumerate(groupby(CHAPTERS, key=_is_wide)):
        if number:
            _turn_pages(document, is_wide=is_wide)
        for chapter in chapters:
            _chapter(document, chapter)
    return _bytes(document)


def cooperation_template() -> bytes:
    """A cooperation agreement with placeholders."""
    return _agreement_template(get_language() or "", "cooperation")


def business_template() -> bytes:
    """A business agreement with placeholders."""
    return _agreement_template(get_language() or "", "business")


@cache
def _agreement_template(_language: str, kind: str) -> bytes:
    document = _new_document()
    words = business() if kind == "business" else cooperation()
    _make_compact(document)
    document.add_paragraph(words.title, "Title")
    document.add_paragraph("{{ agreement.title }}", "Subtitle")
    document.add_paragraph(words.opening)
    _parties(document)
    for number, clause in enumerate(words.clauses, start=1):
        _clause(document, number, clause)
    _signatures(document, words.signing)
    _running_lines(document.sections[0], _("Agreement {{ agreement.reference }}"))
    return _bytes(document)


def _make_compact(document: Document) -> None:
    """Smaller headings than a report has: an agreement is a page or two."""
    for name, size, before, after in (
        ("Title", 20, 0, 2),
        ("Subtitle", 13, 0, 10),
        ("Heading 2", 11.5, 9, 3),
        ("Normal", 10, 0, 4),
    ):
        style = document.styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)


def _bytes(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _new_document() -> Document:
    """An empty document in our look, on A4."""
    document: Document = docx.Document()
    for name in LOOKS:
        style_id(document, name)
        dress(document, name)
        _set_font(document.styles[name].element)
    style_id(document, REPORT_TABLE)
    for spacing in document.styles["Subtitle"].element.get_or_add_rPr().findall(qn("w:spacing")):
        spacing.getparent().remove(spacing)  # letters drawn apart
    _drop(document.styles["Title"], "w:pBdr")  # the line below it
    for name in ("Header", "Footer"):
        _drop(document.styles[name], "w:tabs")  # made for another width
    _shape_page(document.sections[0])
    _shape_contents(document)
    properties = document.core_properties
    properties.author, properties.comments, properties.language = "", "", LANGUAGE
    return document


def _set_font(style: Any) -> None:
    """One font for all scripts: the fonts of the theme would win over its name alone."""
    properties = style.get_or_add_rPr()
    for former in properties.findall(qn("w:rFonts")):
        properties.remove(former)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    for former in properties.findall(qn("w:lang")):
        properties.remove(former)
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{LANGUAGE}"/>'))


def _drop(style: Any, tag: str) -> None:
    """Take away what python-docx's own template says of the paragraphs of a style."""
    properties = style.element.get_or_add_pPr()
    for former in properties.findall(qn(tag)):
        properties.remove(former)


def _shape_page(section: Section) -> None:
    section.page_width, section.page_height = WIDE, HIGH
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)


def _shape_contents(document: Document) -> None:
    """A place for the number of each heading in the contents, and one for that of its page."""
    right = (WIDE - 2 * MARGIN) // _TWIPS
    for level, indent in ((1, 0), (2, 567)):
        _add_tabs(
            document.styles[f"toc {level}"].element.get_or_add_pPr(),
            f'<w:tab w:val="left" w:pos="{indent + 567}"/>'
            f'<w:tab w:val="right" w:leader="dot" w:pos="{right}"/>',
        )
        document.styles[f"toc {level}"].paragraph_format.left_indent = indent * _TWIPS


def _add_tabs(properties: Any, tabs: str) -> None:
    """Add tab stops where the schema wants them: before spacing and indents."""
    element = parse_xml(f"<w:tabs {nsdecls('w')}>{tabs}</w:tabs>")
    later = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
    following = next((child for child in properties if child.tag in map(qn, later)), None)
    properties.append(element) if following is None else following.addprevious(element)


def _number_headings(document: Document) -> None:
    """Number chapters and sections as one list of two levels, which Word keeps up."""
    numbering = document.part.numbering_part.element
    ids = [document.styles[f"Heading {level}"].style_id for level in (1, 2)]
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="{ids[at]}"/><w:suff w:val="tab"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{indent}"/></w:tabs>'
        f'<w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
        for at, (text, indent) in enumerate([("%1", 567), ("%1.%2", 737)])
    )
    kind = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_LIST}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first = numbering.find(qn("w:num"))
    numbering.insert(numbering.index(first), kind) if first is not None else numbering.append(kind)
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{_LIST}"><w:abstractNumId w:val="{_LIST}"/></w:num>'
        )
    )
    for level in (1, 2):
        properties = document.styles[f"Heading {level}"].element.get_or_add_pPr()
        number = properties.get_or_add_numPr()
        number.get_or_add_ilvl().val = level - 1
        number.get_or_add_numId().val = _LIST


def _title_page(document: Document) -> None:
    label = f"{_('Deliverable')} {{{{ report.deliverable }}}}"
    label = f"{{% if report.deliverable %}}{label}{{% else %}}{_('Report')}{{% endif %}}"
    document.add_paragraph(label, COVER_LABEL)
    document.add_paragraph("{{ report.title }}", "Title")
    document.add_paragraph("{{ project.acronym }} · {{ project.title }}", "Subtitle")
    _cover_facts(document)
    document.add_paragraph("{{p emblem }}")
    _only_if(document, "report.funding", FUNDER)
    _only_if(document, "report.disclaimer", DISCLAIMER)


def _only_if(place: Any, value: str, style: Any = None) -> None:
    """A paragraph of a value, and none where the value is empty."""
    place.add_paragraph(f"{{%p if {value} %}}")
    place.add_paragraph(f"{{{{ {value} }}}}", style)
    place.add_paragraph("{%p endif %}")


def _cover_facts(document: Document) -> None:
    """The facts of the title page as a table without lines: a row for each that is known."""
    table = document.add_table(rows=3, cols=2)
    table.autofit = False
    table.rows[0].cells[0].text = "{%tr for fact in cover %}"
    table.rows[1].cells[0].text = "{{ fact.label }}"
    table.rows[1].cells[1].text = "{{ fact.value }}"
    table.rows[2].cells[0].text = "{%tr endfor %}"
    for column, width in enumerate((Cm(4.2), Cm(12.4))):
        table.columns[column].width = width
        for cell in table.columns[column].cells:
            cell.width = width
            cell.paragraphs[0].paragraph_format.space_after = Pt(3)
    table.rows[1].cells[0].paragraphs[0].runs[0].bold = True


def _contents_page(document: Document) -> None:
    heading = document.add_paragraph(str(CONTENTS), "TOC Heading")
    heading.paragraph_format.page_break_before = True
    document.add_paragraph("{{p contents }}")


def _is_wide(chapter: Chapter) -> bool:
    return chapter.is_wide


def _chapter(document: Document, chapter: Chapter) -> None:
    heading = document.add_paragraph(str(chapter.heading), "Heading 1")
    heading.paragraph_format.page_break_before = chapter.on_new_page or None
    if not chapter.is_numbered:
        leave_unnumbered(heading._p)
    for text in chapter.opening(SAID):
        document.add_paragraph(text)
    for block in chapter.blocks:
        document.add_paragraph(f"{{{{p {block} }}}}")


def _turn_pages(document: Document, *, is_wide: bool) -> None:
    """Begin a part of the document on pages that lie on their side, or stand upright again."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (HIGH, WIDE) if is_wide else (WIDE, HIGH)
    section.different_first_page_header_footer = False
    _running_lines(section, RUNNING)


# Head and foot of every page


def _running_lines(section: Section, words: str) -> None:
    """The head and the foot of a section's pages, each with one tab stop at the right margin."""
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    right = ((section.page_width or 0) - margins) // _TWIPS
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        _add_tabs(paragraph._p.get_or_add_pPr(), f'<w:tab w:val="right" w:pos="{right}"/>')
    head.add_run(f"{{{{ project.acronym }}}}\t{words}")
    foot.add_run(_("Grant agreement {{ project.grant_agreement }}") + "\t" + _("Page") + " ")
    _field(foot, "PAGE")
    foot.add_run(" " + _("of") + " ")
    _field(foot, "NUMPAGES")
    _only_if(section.footer, "project.funding", "Footer")


def _field(paragraph: Any, name: str) -> None:
    field = etree.SubElement(paragraph._p, qn("w:fldSimple"))
    field.set(qn("w:instr"), name)
    etree.SubElement(etree.SubElement(field, qn("w:r")), qn("w:t")).text = "1"


# Agreements


def _parties(document: Document) -> None:
    for loop, name in (("partners", "partner"), ("parties", "party")):
        document.add_paragraph(f"{{%p for {name} in {loop} %}}")
        document.add_paragraph(f"{{{{ {name}.name }}}} ({{{{ {name}.country }}}})", "List Bullet")
        document.add_paragraph("{%p endfor %}")


def _clause(document: Document, number: int, clause: Clause) -> None:
    document.add_paragraph(f"{number}. {clause.heading}", "Heading 2")
    for text in clause.texts:
        document.add_paragraph(text)


def _signatures(document: Document, words: str) -> None:
    lead = document.add_paragraph(words)
    lead.paragraph_format.keep_with_next = True
    table = document.add_table(rows=4, cols=3, style=REPORT_TABLE)
    heads = (_("Organisation"), _("Name and function"), _("Place, date and signature"))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
        cell.paragraphs[0].style = document.styles["Table Head"]
    table.rows[1].cells[0].text = "{%tr for signatory in signatories %}"
    table.rows[2].cells[0].text = "{{ signatory.name }}"
    table.rows[2].height = Cm(1.8)
    table.rows[3].cells[0].text = "{%tr endfor %}"
    _keep_rows(table)


def _keep_rows(table: Any) -> None:
    """Repeat the first row on each page, and tear no row."""
    etree.SubElement(table.rows[0]._tr.get_or_add_trPr(), qn("w:tblHeader"))
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
