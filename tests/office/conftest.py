"""What tests with an office program share: the program, or a word that it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run_all import CannotRunError, find_office

from .libreoffice import LibreOffice


@pytest.fixture
def office(tmp_path: Path) -> LibreOffice:
    try:
        find_office()
    except CannotRunError as reason:
        pytest.skip(str(reason))
    return LibreOffice(tmp_path)
