"""Letters: what is left of a word without case, accents and plural."""

import unicodedata
from typing import Final

# Letters off which Unicode takes nothing, and which people type without them; Arabic's forms of one.
_UNMARKED: Final = str.maketrans(
    {"ı": "i", "ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ى": "ي", "ة": "ه"}
    | dict.fromkeys("أإآٱ", "ا")
    | {"ـ": None}
)
_KEPT_ENDINGS: Final = ("ss", "us", "is")
_SHORTEST_PLURAL: Final = 4


def folded(text: str) -> str:
    """A text in lower case and in Unicode's plain forms (NFKC), with its accents."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def bare(word: str) -> str:
    """A folded word without the marks on its letters, and without the Arabic article."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.translate(_UNMARKED))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_UNMARKED)
    return plain[2:] if plain.startswith("ال") and len(plain) > _SHORTEST_PLURAL else plain


def stem(word: str) -> str:
    """A word without its English plural, the same for both ("berries", "berry"); no word but a stable key."""
    if len(word) < _SHORTEST_PLURAL or word[-1] != "s" or word.endswith(_KEPT_ENDINGS) or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return f"{word[:-3]}y"
    if word.endswith(("oes", "ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]
