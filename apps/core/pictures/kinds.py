"""The kinds of picture Larder takes and makes, and how large they may be. Knows neither Django nor Pillow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024  # of an upload
MOST_PIXELS: Final = 50_000_000  # of an upload, all its frames together
MOST_FRAMES: Final = 120
MOST_SIDE: Final = 4096  # of what is kept: enough for a full page at twice the density
WORKING_PIXELS: Final = MOST_SIDE * MOST_SIDE  # above it a JPEG is decoded at half its size or less
SIDES: Final = (160, 480, 960, 1920)  # the longer side of each smaller copy: list, card, page, full screen
SECONDS: Final = 60  # a child works on one picture; 50 megapixels take under ten
MEMORY: Final = 1536 * 1024 * 1024  # address space of that child


class Kind(StrEnum):
    """A type of picture that is taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"

    @property
    def media_type(self) -> str:
        """What a browser is told."""
        return f"image/{self.value}"

    @property
    def extension(self) -> str:
        """How a file of this kind ends, with its dot."""
        return ".jpg" if self is Kind.JPEG else f".{self.value}"

    @property
    def moves(self) -> bool:
        """Whether we keep more than one frame of it."""
        return self in {Kind.GIF, Kind.WEBP}

    @property
    def still(self) -> "Kind":
        """The kind of its smaller copies, which stand still: 256 colours do not survive scaling."""
        return Kind.PNG if self is Kind.GIF else self


def sides_below(longest: int) -> tuple[int, ...]:
    """The sides of the smaller copies that a picture is worth: none is enlarged."""
    return tuple(side for side in SIDES if side < longest)


@dataclass(frozen=True)
class Copy:
    """A picture as we wrote it: nothing of the upload is in it but its pixels."""

    kind: Kind
    width: int
    height: int
    content: bytes
    side: int = 0  # the longer side that was asked for; 0: as large as is kept
    frames: int = 1


@dataclass(frozen=True)
class Prepared:
    """What became of an upload: itself, clean, and its smaller copies."""

    master: Copy
    renditions: tuple[Copy, ...]


@dataclass(frozen=True)
class Order:
    """What is to be made of an upload."""

    kind: Kind | None = None  # None: as it came
    most_side: int = MOST_SIDE
    sides: tuple[int, ...] = ()
    square: bool = False  # cut to its middle, as a face wants it


class UnfitError(Exception):
    """Why bytes are not taken: a code of ``SENTENCES`` and what its sentence names."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
