"""The Word styles that blocks are set in: found by name in a template, added where it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

FONT = "Arial"
INK, BRAND, GREY = "17212E", "14508C", "5B6675"
ROW_ID, TABLE_TEXT, TABLE_HEAD, TABLE_NUMBER = "Row Id", "Table Text", "Table Head", "Table Number"
REPORT_TABLE = "Report Table"
COVER_LABEL, DISCLAIMER, FUNDER = "Cover Label", "Disclaimer", "Funder"
EMBLEM = "Emblem"


@dataclass(frozen=True)
class Look:
    """How a paragraph style looks where the template does not say it; sizes in points."""

    size: float
    base: str = "Normal"
    bold: bool | None = None
    italic: bool | None = None
    color: str = INK
    before: float = 0
    after: float = 0
    with_next: bool = False
    right: bool = False


LOOKS: dict[str, Look] = {
    "Normal": Look(10.5, base="", after=6),
    "Title": Look(30, bold=True, color=BRAND, after=6),
    "Subtitle": Look(15, italic=False, color=INK, after=24),
    "Heading 1": Look(18, bold=True, color=BRAND, before=18, after=8, with_next=True),
    "Heading 2": Look(14, bold=True, color=BRAND, before=16, after=6, with_next=True),
    "Heading 3": Look(11.5, bold=True, color=INK, before=12, after=4, with_next=True),
    "Caption": Look(9.5, bold=True, color=INK, before=12, after=4, with_next=True),
    "TOC Heading": Look(18, bold=True, color=BRAND, after=8, with_next=True),
    "toc 1": Look(10.5, bold=True, before=6, after=2),
    "toc 2": Look(10.5, after=2),
    "List Bullet": Look(10.5, after=3),
    "Header": Look(8.5, color=GREY),
    "Footer": Look(8.5, color=GREY),
    TABLE_TEXT: Look(8.5),
    TABLE_NUMBER: Look(8.5, base=TABLE_TEXT, right=True),
    TABLE_HEAD: Look(8.5, base=TABLE_TEXT, bold=True, with_next=True),
    ROW_ID: Look(7, base=TABLE_TEXT, color=GREY),
    COVER_LABEL: Look(12, bold=True, color=GREY, before=120, after=6),
    DISCLAIMER: Look(9, color=GREY, before=4),
    FUNDER: Look(10, bold=True, before=8, with_next=True),
    EMBLEM: Look(10, before=28, with_next=True),
}
_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="B9C2CD"'


def style_id(document: Document, name: str) -> str:
    """The id of a style of that name; one that the template lacks is added with our own look."""
    styles = document.styles
    if name not in styles:
        if name == REPORT_TABLE:
            add_table_style(document)
        else:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name[0].islower())
            dress(document, name)
    found: str = styles[name].style_id
    return found


def dress(document: Document, name: str) -> None:
    """Give a style the look that it has with us."""
    look, style = LOOKS[name], document.styles[name]
    if look.base:
        style_id(document, look.base)
        style.base_style = document.styles[look.base]
    font, layout = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold, look.italic
    font.color.rgb = RGBColor.from_string(look.color)
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.keep_with_next = look.with_next or None
    if look.right:
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    style.hidden, style.quick_style = False, True


def add_table_style(document: Document) -> None:
    """A table with thin lines, and a first row that stands out."""
    xml = f"""
    <w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">
      <w:name w:val="{REPORT_TABLE}"/><w:uiPriority w:val="59"/><w:qFormat/>
      <w:tblPr>
        <w:tblBorders><w:top {_LINE}/><w:left {_LINE}/><w:bottom {_LINE}/><w:right {_LINE}/>
          <w:insideH {_LINE}/><w:insideV {_LINE}/></w:tblBorders>
        <w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
          <w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>
      </w:tblPr>
      <w:tblStylePr w:type="firstRow">
        <w:rPr><w:b/></w:rPr>
        <w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E8F0F9"/></w:tcPr>
      </w:tblStylePr>
    </w:style>"""
    document.styles.element.append(parse_xml(xml))


def heading_ids(document: Document) -> dict[int, str]:
    """The ids of the styles of headings that a document has, by level."""
    names = {level: f"Heading {level}" for level in (1, 2, 3)}
    styles = document.styles
    return {level: styles[name].style_id for level, name in names.items() if name in styles}


def style_of(paragraph: Any) -> str:
    """The id of a paragraph's style, or nothing where it has the usual one."""
    properties = paragraph.find(qn("w:pPr"))
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    return style.get(qn("w:val"), "") if style is not None else ""
