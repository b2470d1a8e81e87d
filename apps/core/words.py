"""Search by the beginnings of words, by an index. A word is what stands between spaces and punctuation.

PostgreSQL's own parser keeps "mail.example" and "-2026" in one piece, so punctuation becomes spaces first.
"""

import unicodedata
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Func, TextField, Value

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


def _of_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.combining(letter) > 0
