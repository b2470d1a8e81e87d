"""How files are called: by us, at random, so that a name says nothing and is never guessed."""

import re
import secrets
import unicodedata
from typing import Final

from apps.core.pictures import Kind

TOKEN: Final = r"[0-9a-f]{32}"  # noqa: S105 - 128 random bits, in sixteenths
FILE: Final = re.compile(rf"({TOKEN})(?:-([0-9]{{2,4}}))?(\.(?:jpg|png|webp|gif))")
HALF_WRITTEN: Final = ".part-"
LONGEST: Final = 200
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # controls, joiners, overrides, line ends
KINDS: Final = {kind.extension: kind for kind in Kind}


def new_token() -> str:
    """What a picture's address is built on."""
    return secrets.token_hex(16)


def file_name(token: str, kind: Kind, side: int = 0) -> str:
    """The file of a picture, or of its copy of that side."""
    return f"{token}-{side}{kind.extension}" if side else f"{token}{kind.extension}"


def kind_of(name: str) -> Kind | None:
    """The kind that one of our file names promises; None for any other name."""
    found = FILE.fullmatch(name)
    return KINDS[found[3]] if found else None


def token_of(name: str) -> str:
    """The picture that a file belongs to; empty for a file that is none of ours."""
    found = FILE.fullmatch(name)
    return found[1] if found else ""


def original_name(sent: str) -> str:
    """How the person called the file: its last part, without what would hide or turn around a name."""
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign) not in UNSEEN)
    short = " ".join(plain.split())
    if len(short) > LONGEST:
        stem, dot, end = short.rpartition(".")
        short = f"{stem[: LONGEST - len(end) - 2]}…{dot}{end}" if dot and len(end) < 10 else short[:LONGEST]
    return short or "picture"
