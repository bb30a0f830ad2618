"""The process that fills a Word template which might do harm: limited, and without Django.

It is started with a folder that holds the ``template`` and the ``request``, and leaves there the
``document``, or an ``answer`` that says what is wrong with the template.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from partners.childprocess import OUT_OF_MEMORY, request_in
from reports.reading import limits

from .faults import FaultyError, refuse
from .filling import fill
from .opening import open_template
from .texts import clean_all


def main(folder: Path) -> None:
    request = clean_all(request_in(folder))
    limits.limit_this_process(request["seconds"])
    answer: list[list[object]] = []
    try:
        document = fill(open_template(folder / "template"), request, folder)
        document.save(str(folder / "document"))
    except FaultyError as error:
        answer = _told(error)
    except (MemoryError, RecursionError):
        sys.exit(OUT_OF_MEMORY)
    except Exception as error:
        # Libraries raise whatever a broken file leads them to.
        answer = _told(refuse("damaged", reason=repr(error)[:300]))
    (folder / "answer").write_text(json.dumps(answer), encoding="utf-8")


def _told(error: FaultyError) -> list[list[object]]:
    return [[fault.code, fault.params] for fault in error.faults]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
