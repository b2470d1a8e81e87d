"""The parts of a workbook that we read, taken out of its ZIP within bounds, and put into a new one.

The directory of a ZIP says what its author likes: entries twice, untrue sizes, one within another. So each
part is unpacked by us, counted while it comes, and the parser gets a workbook of those parts alone.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Final
from xml.sax.saxutils import quoteattr

from apps.inventory.intake.limits import (
    FREE_OF_RATIO,
    MOST_ENTRIES,
    MOST_RATIO,
    MOST_UNPACKED,
    UnfitError,
)
from apps.inventory.intake.markup import Element, elements

CHUNK: Final = 256 * 1024
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS: Final = (  # by an entry that only this kind has
    ("xl/workbook.bin", "excel-binary"),
    ("Index/Document.iwa", "numbers"),
    ("content.xml", "opendocument"),
)
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The parts of a workbook that its first sheet needs, unpacked."""

    sheet_name: str
    sheets: int
    counts_from_1904: bool
    sheet: bytes
    shared: bytes
    styles: bytes

    def packed(self) -> bytes:
        """A workbook of one sheet, made of these parts."""
        file = BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as book:
            for name, content in self._entries():
                book.writestr(name, content)
        return file.getvalue()

    def _entries(self) -> Iterator[tuple[str, str | bytes]]:
        since = ' date1904="1"' if self.counts_from_1904 else ""
        yield "_rels/.rels", _links(("officeDocument", "xl/workbook.xml"))
        sheets = '<sheets><sheet name="Sheet" sheetId="1" r:id="r1"/></sheets>'
        head = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr{since}/>'
        yield "xl/workbook.xml", f"{head}{sheets}</workbook>"
        links = [("worksheet", "worksheets/sheet1.xml")]
        for kind, target, content in (
            ("sharedStrings", "sharedStrings.xml", self.shared),
            ("styles", "styles.xml", self.styles),
        ):
            if content:
                links.append((kind, target))
                yield f"xl/{target}", content
        yield "xl/_rels/workbook.xml.rels", _links(*links)
        yield "xl/worksheets/sheet1.xml", self.sheet


def _links(*links: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{LINKS}/{kind}" Target={quoteattr(target)}/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'


def unpacked(content: bytes) -> Workbook:
    """The workbook's parts. Raises UnfitError for any other ZIP, for a damaged one, and for a bomb."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _workbook(_Parts(archive))
    except DAMAGE as why:
        raise UnfitError("damaged") from why


class _Parts:
    """The entries of a ZIP, unpacked one by one, all together within one bound."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_UNPACKED
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise UnfitError("bomb")
        self._entries = {entry.filename.lstrip("/").casefold(): entry for entry in entries}
        self._known_kind()

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    def _known_kind(self) -> None:
        if "xl/workbook.xml" in self or "_rels/.rels" in self:
            return
        for name, code in KINDS:
            if name in self:
                raise UnfitError(code)
        raise UnfitError("archive" if self._entries else "damaged")

    def read(self, name: str) -> bytes:
        """One entry, "" for one that is not there. Raises UnfitError where it is larger than it may be."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            return b""
        if entry.flag_bits & 0x1:
            raise UnfitError("password")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise UnfitError("damaged")
        if entry.file_size > self._left:
            raise UnfitError("bomb")
        with self._archive.open(entry) as stream:
            content = self._counted(stream, entry.compress_size)
        self._left -= len(content)
        return content

    def _counted(self, stream: IO[bytes], packed: int) -> bytes:
        kept = bytearray()
        while chunk := stream.read(CHUNK):
            kept += chunk
            if len(kept) > self._left or (len(kept) > FREE_OF_RATIO and len(kept) > packed * MOST_RATIO):
                raise UnfitError("bomb")
        return bytes(kept)


def _workbook(parts: _Parts) -> Workbook:
    main = _main_part(parts)
    folder = posixpath.dirname(main)
    links = _targets(parts.read(f"{folder}/_rels/{posixpath.basename(main)}.rels"), folder)
    described = list(elements(parts.read(main)))
    sheets = [one for one in described if one.name == "sheet"]
    first = next(
        (one for one in sheets if one.get("id") in links and one.get("state", "visible") == "visible"), None
    )
    if first is None:
        raise UnfitError("no-sheet")
    kind, target = links[first.get("id")]
    if kind != "worksheet":
        raise UnfitError("no-sheet")
    by_kind = dict(links.values())
    since = next((one.get("date1904") for one in described if one.name == "workbookPr"), "")
    return Workbook(
        sheet_name=first.get("name"),
        sheets=len(sheets),
        counts_from_1904=since in {"1", "true"},
        sheet=parts.read(target),
        shared=parts.read(by_kind.get("sharedStrings", "")),
        styles=parts.read(by_kind.get("styles", "")),
    )


def _main_part(parts: _Parts) -> str:
    """The part that names the sheets. Raises UnfitError for a text document and the like."""
    if "xl/workbook.xml" in parts:
        return "xl/workbook.xml"
    for kind, target in _targets(parts.read("_rels/.rels"), "").values():
        if kind == "officeDocument" and target.endswith("workbook.xml"):
            return target
    if "word/document.xml" in parts:
        raise UnfitError("other-kind", kind="Word")
    raise UnfitError("excel-binary" if "xl/workbook.bin" in parts else "archive")


def _targets(content: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """By their id the kinds and paths of the parts that one part links to, those on other hosts left out."""
    return {
        one.get("Id"): (posixpath.basename(one.get("Type")), _path(one, folder))
        for one in elements(content)
        if one.name == "Relationship" and one.get("TargetMode") != "External"
    }


def _path(link: Element, folder: str) -> str:
    target = link.get("Target")
    joined = target if target.startswith("/") else f"{folder}/{target}"
    return posixpath.normpath(joined).lstrip("/")
