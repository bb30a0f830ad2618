"""Drives LibreOffice without a screen, in a profile of its own: converts files, edits cells."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.run_all import find_office

SECONDS = 180
# Count every formula anew on loading, whatever value stands in the file beside it.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Edit
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  Dim number As Integer, sheet As String, place As String, words As String
  Dim book As Object
  book = StarDesktop.loadComponentFromURL(Environ("EDIT_FROM"), "_blank", 0, hidden())
  number = FreeFile
  Open Environ("EDIT_CELLS") For Input As #number
  Do While Not EOF(number)
    Line Input #number, sheet
    Line Input #number, place
    Line Input #number, words
    book.Sheets.getByName(sheet).getCellRangeByName(place).setString(words)
  Loop
  Close #number
  book.storeToURL(Environ("EDIT_TO"), kind())
  book.close(True)
End Sub
</script:module>
"""


class LibreOffice:
    """One LibreOffice with a fresh profile below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        settings = self.profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(RECALCULATE, encoding="utf-8")
        # The first start puts an empty module for macros into the profile.
        self._run("--terminate_after_init")
        module = self.profile / "user" / "basic" / "Standard" / "Module1.xba"
        module.write_text(MODULE, encoding="utf-8")

    def convert(self, path: Path, ending: str) -> Path:
        """The file as LibreOffice writes it in another form, or in its own again."""
        out = self.folder / "converted"
        self._run("--convert-to", ending, "--outdir", str(out), str(path))
        return out / f"{path.stem}.{ending}"

    def edit(self, path: Path, cells: Iterable[tuple[str, str, str]]) -> Path:
        """The workbook after LibreOffice put texts into cells, each a sheet, a place, a text."""
        edited, said = self.folder / f"edited-{path.name}", self.folder / "cells.txt"
        said.write_text("".join(f"{line}\n" for cell in cells for line in cell), encoding="utf-8")
        names = {
            "EDIT_FROM": path.as_uri(), "EDIT_TO": edited.as_uri(), "EDIT_CELLS": str(said),
        }  # fmt: skip
        self._run("macro:///Standard.Module1.Edit", **names)
        return edited

    def _run(self, *arguments: str, **environment: str) -> None:
        profile = f"-env:UserInstallation={self.profile.as_uri()}"
        command = [find_office(), profile, "--headless", "--norestore", *arguments]
        subprocess.run(
            command,
            env=os.environ | environment,
            check=True,
            timeout=SECONDS,
            capture_output=True,
        )
