"""Search by the beginnings of words, by an index. A word is what stands between spaces and punctuation.

Case and accents do not count: "siobhan" finds "Siobhán". PostgreSQL's own parser keeps "mail.example" and
"-2026" in one piece, and may take any sign beyond ASCII for a letter: so we part the words, by ranges that
mean the same to PostgreSQL and to Python.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

# Spaces and punctuation of ASCII and Latin-1, of Arabic, of print, of money and of Chinese.
BETWEEN_WORDS: Final = (
    r"[\u0000-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u060c\u061b\u061f\u2000-\u206f\u20a0-\u20cf\u3000-\u303f]+"
)
# What Unicode takes off a letter: its accents; of an Arabic one its vowels and hamza.
MARKS: Final = r"[\u0300-\u036f\u064b-\u0655]+"
MARKED: Final = "ıøØđĐłŁ"  # letters off which Unicode takes nothing, and staff without them type
UNMARKED: Final = "ioOdDlL"
LONGEST_WORD: Final = 140  # letters: no name in ERPNext has more, and PostgreSQL refuses 2,047 bytes

Rows = TypeVar("Rows", bound=QuerySet[Any, Any])


def words_of(*columns: str) -> SearchVector:
    """The words of these columns. An index must be built on this very expression: change both or neither."""
    words = (_replaced(_plain(F(column)), BETWEEN_WORDS, " ") for column in columns)
    return SearchVector(*words, config="simple")


def beginnings(typed: str) -> SearchQuery | None:
    """Every word of ``typed``, or its beginning; None when there is no word in it."""
    words = re.sub(BETWEEN_WORDS, " ", typed).split()
    if not words:
        return None
    wanted = " & ".join(f"'{word[:LONGEST_WORD]}':*" for word in words)
    return SearchQuery(_plain(Value(wanted)), search_type="raw", config="simple")


def searched(rows: Rows, typed: str, where: Callable[[SearchQuery], Q]) -> Rows:
    """Rows of which ``where`` is true for what was typed: all for nothing, none for no word."""
    if not typed.strip():
        return rows
    wanted = beginnings(typed)
    return rows.none() if wanted is None else rows.filter(where(wanted))


def in_words(rows: QuerySet[Any, Any], words: SearchVector, wanted: SearchQuery, *, key: str = "pk") -> Q:
    """That a row, or one of its own rows by their ``key``, has these words."""
    return Q(is_one_of(rows.alias(words=words).filter(words=wanted).order_by().values(key)))


def is_one_of(found: QuerySet[Any, Any], *, by: str = "pk") -> Func:
    """That a row, or what it refers to, is one of those found, whose keys are gathered before all else.

    PostgreSQL takes it that the beginning of a word is in one row of fifty at least; asked for the newest
    twenty, it would walk all rows from the newest on, and a rare word made it read 200,000.
    """
    return Func(
        F(by),
        ArraySubquery(found),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _plain(text: F | Value) -> "Func[Any]":
    """A text without the marks on its letters."""
    apart = Func(text, template="normalize(%(expressions)s, NFD)", output_field=TextField())
    return Func(
        _replaced(apart, MARKS, ""),
        Value(MARKED),
        Value(UNMARKED),
        function="translate",
        output_field=TextField(),
    )


def _replaced(text: "Func[Any]", pattern: str, by: str) -> "Func[Any]":
    """A text with something else wherever a pattern is found."""
    return Func(
        text, Value(pattern), Value(by), Value("g"), function="regexp_replace", output_field=TextField()
    )
