"""Search by the beginnings of words, by an index. A word is what stands between spaces and punctuation.

PostgreSQL's own parser keeps "mail.example" and "-2026" in one piece, so punctuation becomes spaces first.
"""

import unicodedata
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value

PUNCTUATION: Final = "-/@._+<>&;:()[]{}#*!?,|=~^'\""


def words_of(*columns: str) -> SearchVector:
    """The words of these columns. An index must be built on this very expression: change both or neither."""
    return SearchVector(
        *(
            Func(
                F(column),
                Value(PUNCTUATION),
                Value(" " * len(PUNCTUATION)),
                function="translate",
                output_field=TextField(),
            )
            for column in columns
        ),
        config="simple",
    )


def beginnings(typed: str) -> SearchQuery | None:
    """Every word of ``typed``, or its beginning; None when there is no word in it."""
    words = "".join(letter if _of_a_word(letter) else " " for letter in typed).split()
    if not words:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in words), search_type="raw", config="simple")


def is_one_of(found: QuerySet[Any, Any]) -> Func:
    """That a row is one of those found, whose keys are gathered before anything else is done.

    PostgreSQL takes it that the beginning of a word is in one row of fifty at least; asked for the newest
    twenty, it would walk all rows from the newest on, and a rare word made it read 200,000.
    """
    return Func(
        F("pk"),
        ArraySubquery(found),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _of_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.combining(letter) > 0
