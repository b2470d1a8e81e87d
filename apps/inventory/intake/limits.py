"""How large a supplier's file may be. Knows neither Django nor a parser: the child reads it too."""

from typing import Final

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 5_000
HELD_ROWS: Final = MOST_ROWS + 100  # of a longer file the rest is only counted
MOST_COLUMNS: Final = 256
HEADER_WITHIN: Final = 20  # filled rows from the top
MOST_SIGNS: Final = 4_000  # of one cell; a spreadsheet itself allows 32,767
MOST_TEXT: Final = 16 * 1024 * 1024  # signs of all cells; a workbook stores a text once and uses it often
MOST_MERGED: Final = 500  # blocks of merged cells that are looked at; they only better a reason
MOST_SHOWN: Final = 500  # of each kind of finding; the rest is counted

# A workbook is a ZIP of XML, so its bytes say little about what comes out of it.
MOST_ENTRIES: Final = 2_000
MOST_UNPACKED: Final = 64 * 1024 * 1024  # of the parts that we read
MOST_RATIO: Final = 250  # unpacked to packed, of a part above ``FREE_OF_RATIO``
FREE_OF_RATIO: Final = 8 * 1024 * 1024
MOST_SPREAD: Final = 3_000_000  # rows times columns from the first filled cell to the last
SECONDS: Final = 20  # of the child's CPU; the largest honest file takes about one
MEMORY: Final = 768 * 1024 * 1024  # address space of that child


class UnfitError(Exception):
    """Why a whole file is not taken: a code of ``wording.REFUSALS`` and what its sentence names."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
