"""How large a file may be in every respect, and how much of the machine its reading may take."""

from __future__ import annotations

from partners.childprocess import limit_process

MOST_BYTES_UNPACKED = 200_000_000
MOST_SHEETS = 100
MOST_ROWS = 50_000  # of all sheets together; blank ones are not counted
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
MOST_CHARACTERS = 20_000_000

# The fast reader gives every cell up to the last one, blank or not.
MOST_CELLS_OF_THE_FAST_READER = 8_000_000
MOST_BYTES_OF_A_TREE = 40_000_000  # of XML; a tree takes many times as much memory
LAST_ROW_OF_A_SHEET = 1_048_576
LAST_COLUMN_OF_A_SHEET = 16_384

SECONDS = 20
SECONDS_TO_MARK = 40  # reads by the thorough reader, and writes
BYTES_OF_MEMORY = 1_000_000_000
BYTES_WRITTEN = 150_000_000


def limit_this_process(seconds: int) -> None:
    """Let this process take no more than the reading of a file may."""
    limit_process(memory=BYTES_OF_MEMORY, processor_seconds=seconds, written=BYTES_WRITTEN)
