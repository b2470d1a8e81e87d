"""The words of a message: plain text with ``{names}`` in it, filled in and nothing more.

What staff write is never evaluated: no template language, no attribute of anything, no HTML.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from apps.core.figures import number_text

LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 1000
NAME: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Everything that PostgreSQL, a phone or a log would stumble over; a new line is a character of a text.
CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Words:
    """A message in one language."""

    title: str
    body: str = ""

    def filled(self, values: Mapping[str, object]) -> "Words":
        """With the values in the places of their names; a title stays one line, and both stay in bounds."""
        title = " ".join(filled(self.title, values).split())
        return Words(cut(title, LONGEST_TITLE), cut(filled(self.body, values).strip(), LONGEST_BODY))


def filled(text: str, values: Mapping[str, object]) -> str:
    """Each value in the place of its name, in one pass: a value that holds a name is left as it is."""
    return NAME.sub(lambda found: CONTROLS.sub(" ", str(values[found[1]])), text)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def complaints(words: Words, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """(field, sentence) of whatever keeps a text from being used."""
    if not words.title.strip():
        yield "title", _("A message needs a title.")
    if "\n" in words.title:
        yield "title", _("A title is one line.")
    for field, text, longest in (("title", words.title, LONGEST_TITLE), ("body", words.body, LONGEST_BODY)):
        if len(text) > longest:
            said = _("At most %(most)s characters, not %(has)s.")
            yield field, said % {"most": number_text(longest), "has": number_text(len(text))}
        if CONTROLS.search(text):
            yield field, _("There is a character in it that no phone can show.")
        yield from ((field, sentence) for sentence in _about_names(text, known))


def _about_names(text: str, known: Collection[str]) -> Iterator[str]:
    for name in dict.fromkeys(NAME.findall(text)):
        if name not in known:
            offered = ", ".join(f"{{{each}}}" for each in sorted(known)) or "—"
            said = _("{%(name)s} stands for nothing here; what does: %(offered)s.")
            yield said % {"name": name, "offered": offered}
    if re.search(r"[{}]", NAME.sub("", text)):
        yield _("A curly bracket stands alone: names are written {like_this}.")
