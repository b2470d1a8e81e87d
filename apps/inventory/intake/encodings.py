"""The text of a file in the encoding that its bytes show: UTF-8, UTF-16 or Windows-1252, never two."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from apps.inventory.intake.limits import UnfitError

SAMPLE: Final = 64 * 1024
NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Pairs and triples that are UTF-8, and that nobody writes in Windows-1252. Left out are the pairs that begin
# like É, Ö or Ü there: "NESTLÉ®" ends in two bytes that UTF-8 would take for a phonetic sign.
SURELY_UTF_8: Final = re.compile(
    rb"[\xc2-\xc5\xce-\xd2\xd7-\xdb][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


class Encoding(StrEnum):
    """An encoding that is read, by the name that staff are told."""

    UTF_8 = "UTF-8"
    UTF_8_MARKED = "UTF-8 with a byte order mark"
    UTF_16_LE = "UTF-16 (little-endian)"
    UTF_16_BE = "UTF-16 (big-endian)"
    WINDOWS_1252 = "Windows-1252"


CODECS: Final = {Encoding.UTF_16_LE: "utf-16-le", Encoding.UTF_16_BE: "utf-16-be"}


def decoded(content: bytes) -> tuple[str, Encoding]:
    """The text, and what it was written in. Raises UnfitError with the line where it is no text."""
    text, encoding = _decoded(content)
    if found := NO_TEXT.search(text):
        raise UnfitError("binary", line=_line(text, found.start()))
    return text, encoding


def _decoded(content: bytes) -> tuple[str, Encoding]:
    if content.startswith(BOM_UTF8):
        return _utf_8(content[3:], Encoding.UTF_8_MARKED)
    if encoding := _marked_utf_16(content):
        return _utf_16(content[2:], encoding), encoding
    if encoding := _bare_utf_16(content):
        return _utf_16(content, encoding), encoding
    return _utf_8(content, Encoding.UTF_8)


def _marked_utf_16(content: bytes) -> Encoding | None:
    if content.startswith(BOM_UTF16_LE):
        return Encoding.UTF_16_LE
    return Encoding.UTF_16_BE if content.startswith(BOM_UTF16_BE) else None


def _bare_utf_16(content: bytes) -> Encoding | None:
    """By its zero bytes: separators, digits and ends of lines have one each, always in the same place."""
    sample = content[:SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    least = max(2, len(sample) // 20)
    if odd >= least and even * 20 <= odd:
        return Encoding.UTF_16_LE
    return Encoding.UTF_16_BE if even >= least and odd * 20 <= even else None


def _utf_16(content: bytes, encoding: Encoding) -> str:
    try:
        return content.decode(CODECS[encoding])
    except UnicodeDecodeError as why:
        before = content[: why.start].decode(CODECS[encoding], errors="ignore")
        raise UnfitError("broken-utf-16", line=_line(before, len(before))) from why


def _utf_8(content: bytes, encoding: Encoding) -> tuple[str, Encoding]:
    try:
        return content.decode(), encoding
    except UnicodeDecodeError:
        _of_one_encoding(content, is_marked=encoding is Encoding.UTF_8_MARKED)
        return _windows_1252(content), Encoding.WINDOWS_1252


def _of_one_encoding(content: bytes, *, is_marked: bool) -> None:
    """Refuse UTF-8 in one line and Windows-1252 in another: whichever is taken, letters come out wrong."""
    before = Encoding.UTF_8 if is_marked else None
    for number, line in _lines_beyond_ascii(content):
        here = _encoding_of(line, number)
        if before and here is not before:
            raise UnfitError("mixed-encodings", line=number, here=here.value, before=before.value)
        before = here


def _lines_beyond_ascii(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.isascii() and (not _is_utf_8(line) or SURELY_UTF_8.search(line)):
            yield number, line


def _encoding_of(line: bytes, number: int) -> Encoding:
    if _is_utf_8(line):
        return Encoding.UTF_8
    if SURELY_UTF_8.search(line):
        raise UnfitError("mixed-line", line=number)
    return Encoding.WINDOWS_1252


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _windows_1252(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as why:
        line = 1 + len(re.findall(rb"\r\n|\r|\n", content[: why.start]))
        raise UnfitError("unknown-encoding", line=line) from why


def _line(text: str, at: int) -> int:
    """The number of the line that a place of a text is in, whichever way its lines end."""
    return 1 + len(re.findall(r"\r\n|\r|\n", text[:at]))
