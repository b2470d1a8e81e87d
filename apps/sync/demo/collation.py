"""How MariaDB compares what is in a column: text without case and accents, moments as moments."""

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

SECOND: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SECONDS_LONG: Final = len("2026-11-05 10:00:00")
NEVER: Final = "0001-01-01"  # what frappe makes of a text that is no date
MOMENT: Final = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6})\d*)?)?\s*(?:Z|[+-]\d\d:?\d\d)?\s*"
)


@lru_cache(maxsize=500_000)
def collated(text: object) -> str:
    """A text as MariaDB's utf8mb4_unicode_ci compares it: neither case nor accents count."""
    words = str(text)
    if words.isascii():
        return words.lower()
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def worded(value: Any) -> str:
    """Collated text; a moment in full, for MariaDB compares moments and not how they are written."""
    words = collated(value if value is not None else "")
    return f"{words}.000000" if len(words) == SECONDS_LONG and SECOND.fullmatch(words) else words


def moment(wanted: Any, *, end: bool = False) -> str:
    """What a filter's text means as a moment; the zone is ignored, a date alone is its midnight."""
    found = MOMENT.fullmatch(str(wanted))
    if found is None:
        return f"{NEVER} 00:00:00.000000"
    day, minute, second, fraction = found.groups()
    if minute is None:
        return f"{day} 23:59:59.999999" if end else f"{day} 00:00:00.000000"
    return f"{day} {minute}{second or ':00'}.{(fraction or '').ljust(6, '0')}"


def day(wanted: Any) -> str:
    """What a filter's text means as a date."""
    return moment(wanted)[: len(NEVER)]


def sort_key(value: Any) -> tuple[int, float, str]:
    """What a value is sorted by: nothing first, then numbers, then text."""
    if value is None:
        return 0, 0, ""
    if isinstance(value, int | float):
        return 1, value, ""
    return 2, 0, worded(value)
