"""The process in which typst works: small, limited, and without Django.

It is started with a folder that holds ``main.typ``, what that reads, and the ``request``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typst

from . import FONTS


def main(folder: Path) -> None:
    request = json.loads((folder / "request").read_bytes())
    _limit(request)
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


def _limit(request: dict[str, Any]) -> None:
    """Take no more than is allowed; without effect where the system knows no limits."""
    try:
        import resource
    except ImportError:
        return
    wished = {
        resource.RLIMIT_AS: request["memory"],
        # The clock of the processor runs for each thread.
        resource.RLIMIT_CPU: request["seconds"] * 8,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wished.items():
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(kind, (most, hard))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
