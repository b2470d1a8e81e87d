"""What bytes are, told by themselves: a name and a declared type are what anybody may write."""

import re
from typing import Final

from apps.inventory.intake.limits import UnfitError

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what old Office files are, and protected ones still
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
MARKUP_WITHIN: Final = 4096
SIGNATURES: Final = (  # what people do send, so that the refusal can name it
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"%!PS", "PostScript"),
)
JSON: Final = re.compile(rb"\A(\{\s*\"|\[\s*[\[{\"])")
MAIL: Final = re.compile(rb"\A(received|return-path|mime-version|delivered-to): ")


def is_workbook(content: bytes) -> bool:
    """Whether the bytes may be a workbook (any ZIP), and not text. Raises UnfitError for what is neither."""
    if content.startswith(ZIP):
        return True
    if content.startswith(OLE):
        raise UnfitError("password" if ENCRYPTED in content else "old-excel")
    begin = _as_text(content)
    if begin.startswith(b"%pdf"):
        raise UnfitError("pdf")
    if begin.startswith(b"<"):
        raise UnfitError("html" if _is_html(begin) else "xml")
    if other := _named(content, begin):
        raise UnfitError("other-kind", kind=other)
    return False


def _is_html(begin: bytes) -> bool:
    return b"<html" in begin or b"<table" in begin or b"<!doctype html" in begin


def _named(content: bytes, begin: bytes) -> str:
    """The name of a kind that is not taken."""
    for mark, name in SIGNATURES:
        if content.startswith(mark):
            return name
    if JSON.match(begin):
        return "JSON"
    return "E-mail" if MAIL.match(begin) else ""


def _as_text(content: bytes) -> bytes:
    """How the file would begin if it were text, whatever stands before and in whichever Unicode."""
    begin = content[:MARKUP_WITHIN].replace(b"\x00", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        begin = begin.removeprefix(mark)
    return begin.lstrip().lower()
