"""Holds what pages and files show of the funder: emblem, statement and disclaimer."""

from __future__ import annotations

import json
import math
import re
import struct
import zipfile
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from partners.funder import EU_EMBLEM, Funder, Picture, emblem_of
from partners.models import Change, Project
from partners.services import change_funder
from reports.sealing.opening import opened
from reports.sealing.plain import canonical
from reports.sealing.reopening import Reopened
from reports.writing.content import Report, Scope
from reports.writing.formats import FORMATS
from reports.writing.sheets import LONGEST_FOOTER, Workbook
from tests.pages import filled, page
from tests.reports.sealed import seal

URL = "/elca/report/funder/"
STATEMENT = "Co-funded by the COSME programme of the European Union"
DISCLAIMER = "The authors alone answer for what is said here."
WORDS = "Emblem of the European Union"
# A grey square of 16 by 16, as small as a JPEG can be.
JPEG = b64decode(
    "/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    "AQEBAQEBAQEBAQH/wAALCAAQABABAREA/8QAFAAAAQAAAAAAAAAAAAAAAAAAAP/EABQQAAEAAAAAAAAA"
    "AAAAAAAAAAD/2gAIAQEAAD8AAAD/2Q=="
)
SVG = Path(EU_EMBLEM).with_suffix(".svg")


def png(width: int = 40, height: int = 20, note: bytes = b"") -> bytes:
    """A red picture, with a note hidden in it where one is given."""

    def part(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xc0\x10\x10" * width) * height
    parts = part(b"IHDR", head) + (part(b"tEXt", b"Comment\0" + note) if note else b"")
    return b"\x89PNG\r\n\x1a\n" + parts + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def written_report(project: Project, ending: str) -> bytes:
    out = BytesIO()
    FORMATS[ending].write(Report(Scope(project)), out)
    return out.getvalue()


def picture(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def save(client: Client, **values: Any) -> Any:
    return client.post(URL, {**filled(client.get(URL)), **values})


# The emblem of the European Union


def test_the_emblem_has_the_shape_that_the_guide_asks_for() -> None:
    """Two to three; twelve upright stars on a circle of a third of the height, of an eighteenth."""
    root = ElementTree.parse(SVG).getroot()
    name = "{http://www.w3.org/2000/svg}"
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert width / height == 1.5
    ground, group = root.find(f"{name}rect"), root.find(f"{name}g")
    assert ground is not None
    assert group is not None
    assert ground.get("fill") == "#003399"
    assert group.get("fill") == "#ffcc00"
    assert len(group) == 12
    for hour, star in enumerate(group):
        points = [tuple(map(float, p.split(","))) for p in star.get("points", "").split()]
        tips = points[::2]
        x, y = (sum(each) / 5 for each in zip(*tips, strict=True))
        angle = math.radians(30 * hour)
        assert x == pytest.approx(width / 2 + height / 3 * math.sin(angle), abs=0.05)
        assert y == pytest.approx(height / 2 - height / 3 * math.cos(angle), abs=0.05)
        for tip in tips:
            assert math.dist(tip, (x, y)) == pytest.approx(height / 18, abs=0.05)
        assert tips[0][0] == pytest.approx(x, abs=0.05)
        assert tips[0][1] == min(point[1] for point in points)
    assert Picture(EU_EMBLEM.read_bytes(), "").size == (900, 600)


# Pages


def test_each_page_of_the_project_shows_it_and_no_other(as_user: Any, elca: Project) -> None:
    client = as_user("reader")
    for address in ("/elca/", "/elca/timeline/", "/elca/history/"):
        said = page(client.get(address))
        assert STATEMENT in said.text
        assert DISCLAIMER in said.text
        assert f'alt="{WORDS}"' in client.get(address).content.decode()
    for address in ("/sign-in/", "/privacy/"):
        assert STATEMENT not in page(Client().get(address)).text
    elca.emblem, elca.funder_statement, elca.disclaimer = "", "", ""
    elca.save()
    assert "funder" not in client.get("/elca/").content.decode()


def test_it_is_changed_with_history(as_user: Any, elca: Project) -> None:
    sent = {
        "funder_statement": "Funded by a fund",
        "disclaimer": "One line\r\nAnother",
        "emblem": "",
    }
    assert save(as_user("leader"), **sent).status_code == 302
    elca.refresh_from_db()
    assert (elca.funder_statement, elca.disclaimer, elca.emblem) == (
        "Funded by a fund", "One line\nAnother", "",
    )  # fmt: skip
    fields = Change.objects.filter(record="project").latest("pk").fields
    assert fields["funder_statement"] == [STATEMENT, "Funded by a fund"]
    assert fields["emblem"] == [WORDS, "None"]
    assert "One line<br>Another" in as_user("reader").get("/elca/").content.decode()


def test_a_picture_of_ones_own_is_drawn_anew(as_user: Any, elca: Project) -> None:
    client = as_user("leader")
    assert client.get("/elca/emblem/").status_code == 404
    sent = {"emblem": "own", "picture": picture(png(note=b"a secret")), "emblem_alt": "A red fund"}
    assert save(client, **sent).status_code == 302
    elca.refresh_from_db()
    found = emblem_of(elca)
    assert found is not None
    assert (found.size, found.alt) == ((40, 20), "A red fund")
    assert b"secret" not in found.png
    answer = client.get("/elca/emblem/")
    assert b"".join(answer.streaming_content) == found.png
    assert answer["Content-Type"] == "image/png"
    shown = client.get("/elca/").content.decode()
    assert 'alt="A red fund"' in shown
    assert "/elca/emblem/?" in shown
    # Saved again without a file, it stays.
    assert save(client, disclaimer="Another").status_code == 302
    assert emblem_of(Project.objects.get()) == found


def test_a_large_picture_is_made_smaller(as_user: Any) -> None:
    sent = {"emblem": "own", "picture": picture(png(1200, 300)), "emblem_alt": "Wide"}
    assert save(as_user("leader"), **sent).status_code == 302
    found = emblem_of(Project.objects.get())
    assert found is not None
    assert found.size == (600, 150)


def test_a_jpeg_is_taken(as_user: Any) -> None:
    sent = {"emblem": "own", "picture": picture(JPEG, "logo.jpg"), "emblem_alt": "A grey dot"}
    answer = save(as_user("leader"), **sent)
    assert answer.status_code == 302
    found = emblem_of(Project.objects.get())
    assert found is not None
    assert found.size == (16, 16)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "no PNG or JPEG"),
        (b"GIF89a" + b"x" * 50, "no PNG or JPEG"),
        (png()[:60], "it is damaged"),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x20\x00\x20\x01", "it is damaged"),
        (png()[:16] + struct.pack(">II", 60_000, 60_000) + png()[24:], "more than 6000 pixels"),
        (png(1000, 2), "too narrow"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000, "larger than"),
    ],
)  # fmt: skip
def test_what_is_no_plain_picture_is_refused_in_words(
    as_user: Any, elca: Project, content: bytes, words: str
) -> None:
    sent = {"emblem": "own", "picture": picture(content), "emblem_alt": "A fund"}
    answer = save(as_user("admin"), **sent)
    assert answer.status_code == 422
    assert words in page(answer).text
    elca.refresh_from_db()
    assert elca.emblem == "eu"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"emblem": "own", "emblem_alt": "A fund"}, "Choose the picture of your emblem."),
        ({"emblem": "own", "picture": True}, "Say what the picture shows."),
        ({"emblem": "eu", "picture": True}, "Choose “A picture of your own”"),
        ({"emblem": "moon"}, "is not one of the available choices"),
        ({"disclaimer": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_does_not_fit_together_is_said(
    as_user: Any, elca: Project, values: dict[str, Any], words: str
) -> None:
    sent = {k: picture(png()) if k == "picture" else v for k, v in values.items()}
    answer = save(as_user("leader"), **sent)
    assert answer.status_code == 422
    assert words in page(answer).text
    elca.refresh_from_db()
    assert (elca.emblem, elca.emblem_image) == ("eu", "")


# Files


def test_the_workbook_shows_it_on_its_title_sheet_and_below_each_page(elca: Project) -> None:
    book = openpyxl.load_workbook(BytesIO(written_report(elca, "xlsx")))
    cover = book["Cover"]
    cells = [str(cell.value) for row in cover.iter_rows() for cell in row]
    assert STATEMENT in cells
    assert any(text.startswith(DISCLAIMER) for text in cells)
    for sheet in book:
        assert sheet.oddFooter.center.text == STATEMENT
    with zipfile.ZipFile(BytesIO(written_report(elca, "xlsx"))) as parts:
        assert parts.read("xl/media/image1.png") == EU_EMBLEM.read_bytes()
        drawings = [parts.read(n).decode() for n in parts.namelist() if "drawings/drawing" in n]
    assert any(f'descr="{WORDS}"' in drawing for drawing in drawings)


def test_the_word_document_shows_it_first_and_below_each_page(elca: Project) -> None:
    document = docx.Document(BytesIO(written_report(elca, "docx")))
    front = [p.text for p in document.paragraphs[:14]]
    assert STATEMENT in front
    assert any(text.startswith(DISCLAIMER) for text in front)
    first = document.element.body.xpath(".//wp:docPr")[0]
    assert first.get("descr") == WORDS
    for section in document.sections:
        assert STATEMENT in [p.text for p in section.footer.paragraphs]


def test_the_pdf_shows_it_first_and_below_each_page(elca: Project) -> None:
    reader = PdfReader(BytesIO(written_report(elca, "pdf")))
    first, *others = (" ".join(p.extract_text().split()) for p in reader.pages)
    assert STATEMENT in first
    assert DISCLAIMER in first
    assert all(STATEMENT in text for text in others)
    assert len(reader.pages[0].images) == 1
    # Tagged, as the accessibility statement says.
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith("en")


def test_texts_for_programs_say_it(elca: Project) -> None:
    with zipfile.ZipFile(BytesIO(written_report(elca, "zip"))) as pack:
        read_me = pack.read("README.txt").decode()
        assert STATEMENT in read_me
        assert DISCLAIMER in read_me
        assert f"emblem.png: {WORDS}" in read_me
        assert pack.read("emblem.png") == EU_EMBLEM.read_bytes()
        assert STATEMENT in json.loads(pack.read("datapackage.json"))["description"]
    assert STATEMENT in written_report(elca, "csv").decode("utf-8-sig")


def test_lists_and_the_index_of_evidence_say_it(as_user: Any) -> None:
    client = as_user("leader")
    book = openpyxl.load_workbook(BytesIO(client.get("/elca/lists/event/").content))
    assert book.worksheets[0].oddFooter.center.text == STATEMENT
    pack = zipfile.ZipFile(BytesIO(client.get("/elca/report/evidence/").content))
    sheet = openpyxl.load_workbook(BytesIO(pack.read("index.xlsx"))).worksheets[0]
    assert sheet.oddFooter.center.text == STATEMENT
    assert STATEMENT in [row[0].value for row in sheet.iter_rows()]


def test_a_project_without_a_funder_writes_as_before(elca: Project) -> None:
    elca.emblem, elca.funder_statement, elca.disclaimer = "", "", ""
    document = docx.Document(BytesIO(written_report(elca, "docx")))
    assert "Funding" not in " ".join(p.text for p in document.paragraphs)
    assert [p.text for p in document.sections[0].footer.paragraphs][1:] == []
    book = openpyxl.load_workbook(BytesIO(written_report(elca, "xlsx")))
    assert book["Cover"].oddFooter.center.text is None
    assert len(PdfReader(BytesIO(written_report(elca, "pdf"))).pages[0].images) == 0
    with zipfile.ZipFile(BytesIO(written_report(elca, "zip"))) as pack:
        assert "emblem.png" not in pack.namelist()


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_a_picture_of_ones_own_goes_into_files(as_user: Any, ending: str) -> None:
    sent = {"emblem": "own", "picture": picture(png(30, 90)), "emblem_alt": "A red fund"}
    save(as_user("leader"), **sent)
    content = written_report(Project.objects.get(), ending)
    if ending == "pdf":
        assert len(PdfReader(BytesIO(content)).pages[0].images) == 1
        return
    with zipfile.ZipFile(BytesIO(content)) as parts:
        found = emblem_of(Project.objects.get())
        assert found is not None
        assert found.png in [parts.read(n) for n in parts.namelist() if "/media/" in n]


def test_charts_that_leave_carry_the_statement(as_user: Any, elca: Project) -> None:
    client = as_user("reader")
    [address] = re.findall(r'href="(/elca/[^"]*overview[^"]*\.svg[^"]*)"', shown(client))[:1]
    svg = client.get(address).content.decode()
    root = ElementTree.fromstring(svg)
    last = [e for e in root.iter() if e.tag.endswith("text")][-1]
    assert last.text == STATEMENT
    height = float(root.get("height", 0))
    assert float(last.get("y", 0)) < height
    png_of = client.get(address.replace(".svg", ".png")).content
    assert struct.unpack(">I", png_of[20:24])[0] == pytest.approx(2 * height, abs=2)
    elca.funder_statement = ""
    elca.save()
    assert STATEMENT not in client.get(address).content.decode()


def shown(client: Client) -> str:
    return client.get("/elca/").content.decode()


def test_the_foot_of_a_sheet_is_never_too_long_for_excel() -> None:
    for title, foot in (("&" * 90, "&" * 120), ("x&" * 45, "y" * 120), ("a", "")):
        with Workbook(BytesIO(), title, foot=foot) as book:
            footer = book._footer()
            book.sheet("One")
        assert len(footer) <= LONGEST_FOOTER
        left = footer.partition("&C" if foot else "&RPage")[0].removeprefix("&L")
        assert left.replace("&&", "").count("&") == 0


# Sealed reports


def test_a_sealed_report_keeps_what_it_showed(elca: Project) -> None:
    sealed = seal(elca)
    change_funder(
        project=elca,
        user=None,
        values={"funder_statement": "Another", "disclaimer": "Other words", "emblem": ""},
    )
    report = opened(sealed).report
    assert report.funder == Funder(
        STATEMENT, report.project.disclaimer, Picture(EU_EMBLEM.read_bytes(), WORDS)
    )
    assert report.funder.disclaimer.startswith(DISCLAIMER)
    assert Report(Scope(elca)).funder == Funder("Another", "Other words", None)


def test_a_report_sealed_before_there_were_emblems_opens_without() -> None:
    path = Path(__file__).parent / "sealed_format_1.json"
    text = path.read_text(encoding="utf-8").strip()
    content = json.loads(text)
    assert "emblem" not in content
    assert "funder_statement" not in content["project"]
    assert canonical(content) == text
    funder = Reopened(content).funder
    assert (funder.statement, funder.emblem) == ("", None)
