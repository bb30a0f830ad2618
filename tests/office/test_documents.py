"""Holds that an office program reads the Word report whole: numbered chapters, every row."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.models import Action
from partners.models import Project
from reports.writing.content import Report, Scope
from reports.writing.word.writer import write_word

from .libreoffice import LibreOffice

pytestmark = pytest.mark.office


def test_libreoffice_numbers_the_sections_and_shows_every_row(
    elca: Project, office: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "report.docx"
    with path.open("wb") as out:
        write_word(Report(Scope(elca)), out)
    lines = office.convert(path, "txt").read_text(encoding="utf-8-sig").splitlines()
    sections = [section.heading for section in Report(Scope(elca)).sections]
    for number, heading in enumerate(sections, start=1):
        assert f"4.{number} {heading}" in [line.replace("\t", " ") for line in lines]
    said = [line.strip() for line in lines]
    for action in Action.objects.of(elca):
        assert action.title in said
        assert action.reference in said
