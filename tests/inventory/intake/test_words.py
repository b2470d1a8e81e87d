"""The sentences and the words: each code has its sentence, and no word means two things."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

from apps.inventory.intake import Field
from apps.inventory.intake.limits import UnfitError
from apps.inventory.intake.refusals import refusal
from apps.inventory.intake.vocabulary import FILE, folded, month_of
from apps.inventory.intake.wording import FINDINGS, LIMITS, REFUSALS
from tests import house

SOURCES = sorted((house.ROOT / "apps/inventory/intake").glob("*.py"))
CODE = '"([a-z0-9]+(?:-[a-z0-9]+)*)"'
REFUSED = re.compile(rf"UnfitError\(\s*{CODE}")
PAGE = (house.ROOT / "docs/supplier-files.md").read_text(encoding="utf-8")


def words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["headers"]


def test_every_code_of_a_refusal_has_a_sentence() -> None:
    raised = {code for path in SOURCES for code in REFUSED.findall(path.read_text(encoding="utf-8"))}
    assert len(raised) > 20
    assert raised <= set(REFUSALS)


def test_every_sentence_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "wording.py")
    unused = [code for code in (*REFUSALS, *FINDINGS) if f'"{code}"' not in sources]
    assert unused == []


def test_every_message_is_on_the_page_for_clerks_and_suppliers() -> None:
    missing = [code for code in (*REFUSALS, *FINDINGS) if f"`{code}`" not in PAGE]
    assert missing == []


def test_a_sentence_names_numbers_with_their_thousands_apart() -> None:
    assert str(refusal(UnfitError("too-many-rows", rows=12345))) == (
        "The file has 12,345 rows; at most 5,000 are taken. Split it into several files."
    )
    assert LIMITS["most_rows"] == "5,000"


def test_no_word_means_two_columns() -> None:
    meant = defaultdict(set)
    for field, languages in words().items():
        for spelled in (word for each in languages.values() for word in each):
            meant[folded(spelled)].add(field)
    assert {word: fields for word, fields in meant.items() if len(fields) > 1} == {}


def test_every_column_has_words_in_every_language() -> None:
    languages = {"en", "fr", "de", "es", "it", "nl", "pl", "tr", "ar", "pt", "el", "ro", "sv"}
    assert {field: languages - set(given) for field, given in words().items()} == {
        field.value: set() for field in Field
    }


def test_beginnings_of_months_count_where_they_fit_one_alone() -> None:
    assert [month_of(word) for word in ("sept", "janv", "mai", "MÄR", "aral", "jui", "ma", "smarch")] == [
        9, 1, 5, 3, 12, None, None, None,
    ]  # fmt: skip


def test_the_words_are_read_where_they_are_needed_and_not_by_every_command() -> None:
    """Reading them costs a few milliseconds; importing the package does not."""
    assert "@cache\ndef _file()" in Path(FILE).with_name("vocabulary.py").read_text(encoding="utf-8")
