"""The process in which typst works: small, limited, and without Django.

It is started with a folder that holds ``main.typ``, what that reads, and the ``request``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst

from partners.childprocess import limit_process, request_in

from . import FONTS


def main(folder: Path) -> None:
    request = request_in(folder)
    # The clock of the processor runs for each thread.
    limit_process(memory=request["memory"], processor_seconds=request["seconds"] * 8)
    kind = request["kind"]
    typst.compile(
        str(folder / "main.typ"),
        output=str(folder / f"main.{kind}"),
        root=str(folder),
        font_paths=[str(FONTS)],
        format=kind,
        ppi=request["ppi"],
        pdf_standards=["ua-1"] if kind == "pdf" else [],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
