"""What suppliers do to a product's name on their invoices; each takes a name and gives another, or None."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

HERE: Final = Path(__file__).parent
SIZE: Final = re.compile(r"(?:(\d+)x)?(\d+(?:\.\d+)?)(g|kg|ml|L|pt)\b|\bx(\d+)\b")
KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NOISE: Final = (
    "PROMO {}", "{} *NEW*", "{} PMP £1.99", "#{code} {}", "{} ({code})", "OFFER {}", "{} BBE 03/27",
    "{} REF {code}", "*** {}", "{} EXP", "{code} - {}", "{} RRP 2.49", "{} - AMBIENT", "CHILLED {}", "{} CTN",
)  # fmt: skip
LONGEST_TYPO: Final = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A name on its way to the invoice."""

    name: str
    brand: str
    pack: int = 1  # of the product in one of what is invoiced
    kinds: tuple[str, ...] = ()


Disguise = Callable[[Written, Random], str | None]


def disguised(written: Written, kind: str, chance: Random) -> Written:
    """A name with one more thing done to it; as it was where that cannot be."""
    if kind == "pack":
        return _packed(written, chance)
    name = DISGUISES[kind](written, chance)
    if name is None or name == written.name:
        return written
    return replace(written, name=" ".join(name.split()), kinds=(*written.kinds, kind))


# --- words -------------------------------------------------------------------------------------------------
def _abbreviated(written: Written, chance: Random) -> str | None:
    """One to three words shortened: as this supplier does, cut off, or without vowels."""
    name = written.name
    known = [word for word in _shorts() if re.search(rf"\b{re.escape(word)}\b", name)]
    for word in chance.sample(known, min(len(known), chance.randint(1, 3))):
        name = re.sub(rf"\b{re.escape(word)}\b", chance.choice(_shorts()[word]), name, count=1)
    return name if known else _cut(written, chance)


def _cut(written: Written, chance: Random) -> str | None:
    long = [word for word in _own_words(written) if len(word) >= 6]
    if not long:
        return None
    word = chance.choice(long)
    short = word[:4] if chance.random() < 0.5 else word[0] + re.sub("[aeiou]", "", word[1:])
    return written.name.replace(word, short, 1)


def _swapped(written: Written, chance: Random) -> str | None:
    words = written.name.split()
    if len(words) < 3:
        return None
    if chance.random() < 0.5:  # “Butter Salted 250g Meadowcroft”
        at = chance.randrange(1, len(words))
        return " ".join([*words[at:], *words[:at]])
    size = words.pop()
    chance.shuffle(words)
    return " ".join([*words, size])


def _mistyped(written: Written, chance: Random) -> str | None:
    name = written.name
    long = [word for word in name.split() if len(word) >= 5 and word.isalpha()]
    for word in chance.sample(long, min(len(long), chance.randint(1, LONGEST_TYPO))):
        name = name.replace(word, _slip(word, chance), 1)
    return name if long else None


def _slip(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    here, following = word[at], word[at + 1]
    row = next((row for row in KEYS if here in row), here)
    beside = row[(row.index(here) + 1) % len(row)]
    instead = chance.choice(("", here + here, following + here, beside))
    return word[:at] + instead + word[at + (2 if instead == following + here else 1) :]


def _in_another_language(written: Written, chance: Random) -> str | None:
    name = written.name
    found = [words for words in _tongues() if re.search(rf"\b{re.escape(words)}\b", name)]
    if not found:
        return None
    tongue = chance.randrange(7)
    for words in sorted(found, key=lambda words: -len(words)):
        name = re.sub(rf"\b{re.escape(words)}\b", _tongues()[words][tongue], name, count=1)
    return name


def _without_brand(written: Written, _chance: Random) -> str | None:
    return written.name.replace(written.brand, "", 1) if written.brand in written.name else None


def _noisy(written: Written, chance: Random) -> str:
    code = f"{chance.choice('ABKTZ')}{chance.randrange(10_000, 99_999)}"
    noisy = chance.choice(NOISE).format(written.name, code=code)
    return noisy.upper() if chance.random() < 0.5 else noisy


def _own_words(written: Written) -> list[str]:
    return [word for word in written.name.replace(written.brand, "").split() if word.isalpha()]


# --- sizes -------------------------------------------------------------------------------------------------
def _resized(written: Written, chance: Random) -> str | None:
    """The same size in other signs: “0,5 kg” for “500g”, “12pk” for “x12”."""
    found = SIZE.search(written.name)
    if found is None:
        return None
    times, number, unit, count = found.groups()
    if count:
        said = chance.choice(("{}pk", "{}s", "{} pack", "{}'s", "{}pcs", "pack of {}")).format(count)
    else:
        said = (f"{times} x " if times else "") + chance.choice(_spellings(float(number), unit))
    return written.name[: found.start()] + said + written.name[found.end() :]


def _spellings(number: float, unit: str) -> list[str]:
    shown = f"{number:g}"
    comma, thousandth = shown.replace(".", ","), f"{number / 1000:g}".replace(".", ",")
    return {
        "g": [f"{shown} g", f"{shown}gr", f"{shown}GRM", f"{number / 1000:g}kg", f"{thousandth} KG"],
        "kg": [f"{comma} kg", f"{shown} kilo", f"{number * 1000:g}g", f"{shown}KGS"],
        "ml": [f"{shown} ml", f"{number / 10:g}cl", f"{number / 1000:g}L", f"{thousandth} l"],
        "L": [f"{comma} l", f"{shown} Litre", f"{shown}LTR", f"{number * 1000:g}ml", f"{number * 100:g} cl"],
        "pt": [f"{shown} pint", f"{shown}PT", f"{number * 568.26125:.0f}ml"],
    }[unit]  # fmt: skip


def _packed(written: Written, chance: Random) -> Written:
    """A case of it: “6x1L”, “12/500g”, “Case of 8”."""
    found = SIZE.search(written.name)
    pack = chance.choice((4, 6, 8, 12, 24))
    if found is None or written.pack > 1:
        return written
    before, size, after = written.name[: found.start()], found[0], written.name[found.end() :]
    forms = ["{b}{s}{a} case of {p}", "{b}{s}{a} Case {p}"]
    if not found[4]:
        forms += [
            "{b}{p}x{s}{a}",
            "{b}{p} × {s}{a}",
            "{b}{p} X {s}{a}",
            "{b}{s} x {p}{a}",
            "{b}{p}/{s}{a}",
            "{p}x{s} {b}{a}",
        ]
    if not found[1] and not found[4]:
        forms += ["{b}{s}{a} {p}pk", "{b}{s}{a} {p} pack", "{b}{s}{a} x{p}"]
    name = chance.choice(forms).format(b=before, s=size, a=after, p=pack)
    return replace(written, name=" ".join(name.split()), pack=pack, kinds=(*written.kinds, "pack"))


DISGUISES: Final[dict[str, Disguise]] = {
    "abbreviations": _abbreviated,
    "swapped words": _swapped,
    "typing errors": _mistyped,
    "other language": _in_another_language,
    "no brand": _without_brand,
    "noise": _noisy,
    "size spelled otherwise": _resized,
}
KINDS: Final = (*DISGUISES, "pack")


@cache
def _shorts() -> dict[str, list[str]]:
    lines = (line.partition(" = ") for line in _lines("shorts.txt"))
    return {word: [short.strip() for short in shorts.split(",")] for word, _, shorts in lines}


@cache
def _tongues() -> dict[str, list[str]]:
    rows = ([cell.strip() for cell in line.split("|")] for line in _lines("tongues.txt"))
    return {words: others for words, *others in rows}


def _lines(file: str) -> list[str]:
    text = (HERE / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
