"""What bytes are, told by themselves: a name and a declared type are what anybody may write."""

from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from apps.core.pictures.kinds import MOST_BYTES, MOST_FRAMES, MOST_PIXELS, Kind, UnfitError

KINDS: Final = {"JPEG": Kind.JPEG, "MPO": Kind.JPEG, "PNG": Kind.PNG, "WEBP": Kind.WEBP, "GIF": Kind.GIF}
MARKUP_WITHIN: Final = 4096
SIGNATURES: Final = (  # what people do send, so that the refusal can name it
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x00\x00\x01\x00", "ICO"),
)
BRANDS: Final = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}


def opened(content: bytes) -> tuple[Image.Image, Kind]:
    """A picture of which only the head was read, and its kind. Raises UnfitError."""
    _measured(content)
    _no_other_kind(content)
    try:
        picture = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF"))
    except UnidentifiedImageError as why:
        raise UnfitError("no-picture") from why
    except (OSError, SyntaxError, ValueError, EOFError) as why:
        raise UnfitError("damaged") from why
    _bounded(picture)
    return picture, KINDS[str(picture.format)]


def frames_of(picture: Image.Image, kind: Kind) -> int:
    """How many frames are kept: those of a moving PNG or of a phone's double JPEG are not."""
    return int(getattr(picture, "n_frames", 1)) if kind.moves else 1


def _measured(content: bytes) -> None:
    if not content:
        raise UnfitError("empty")
    if len(content) > MOST_BYTES:
        raise UnfitError("too-many-bytes", size=len(content))


def _no_other_kind(content: bytes) -> None:
    """Name what is no picture of ours; SVG above all, which can carry a program."""
    begin = _as_text(content)
    if begin.startswith(b"<"):
        raise UnfitError("svg" if b"<svg" in begin else "markup")
    other = BRANDS.get(content[8:12]) if content[4:8] == b"ftyp" else None
    other = other or next((name for mark, name in SIGNATURES if content.startswith(mark)), None)
    if other:
        raise UnfitError("other-kind", kind=other)


def _as_text(content: bytes) -> bytes:
    """How the file would begin if it were text, whatever stands before and in whichever Unicode."""
    begin = content[:MARKUP_WITHIN].replace(b"\x00", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        begin = begin.removeprefix(mark)
    return begin.lstrip().lower()


def _bounded(picture: Image.Image) -> None:
    """Refuse by the head what would fill the memory, before one pixel is decoded."""
    kind = KINDS[str(picture.format)]
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        raise UnfitError("too-many-pixels", width=picture.width, height=picture.height)
    try:
        frames = frames_of(picture, kind)
    except (OSError, SyntaxError, ValueError, EOFError) as why:
        raise UnfitError("damaged") from why
    if frames > MOST_FRAMES or frames * pixels > MOST_PIXELS:
        raise UnfitError("too-many-frames", frames=frames)
