"""Decode, turn upright, bring into sRGB, scale, write anew: what is kept was written by us, byte by byte.

Runs in the child (``child.py``) only: the bytes come from outside, and a decoder can be made to eat a
machine. What a clean picture is not: EXIF and its GPS, comments, profiles, text chunks, and whatever hung
behind the picture's end.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from PIL import ExifTags, Image, ImageOps, ImageSequence

from apps.core.pictures.colours import flat, in_srgb
from apps.core.pictures.heads import frames_of, opened
from apps.core.pictures.kinds import WORKING_PIXELS, Copy, Kind, Order, Prepared, UnfitError

UPRIGHT: Final = ExifTags.Base.Orientation
WRITTEN: Final[dict[Kind, dict[str, Any]]] = {
    Kind.JPEG: {"quality": 88, "optimize": True, "progressive": True},
    Kind.PNG: {"compress_level": 6},
    Kind.WEBP: {"quality": 82, "method": 4},
    Kind.GIF: {},
}


def made(content: bytes, order: Order) -> Prepared:
    """The upload, clean, and its smaller copies. Raises UnfitError."""
    picture, found = opened(content)
    kind = order.kind or found
    try:
        if kind.moves and frames_of(picture, found) > 1:
            return _moving(picture, kind, order)
        paletted = _paletted(picture, kind, order)
        still = _cut(_decoded(picture, order), order)
        return Prepared(_written(paletted or still, kind), tuple(_renditions(still, kind, order)))
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, Image.DecompressionBombError) as why:
        raise UnfitError("damaged") from why


def _decoded(picture: Image.Image, order: Order) -> Image.Image:
    """The first frame, upright, in sRGB, and no larger than is kept."""
    _draft(picture)
    if picture.mode not in {"P", "1"} and max(picture.size) > order.most_side:
        picture.load()
        picture = _reduced(picture, order.most_side)
    ImageOps.exif_transpose(picture, in_place=True)
    return _bare(_scaled(in_srgb(picture), order.most_side))


def _paletted(picture: Image.Image, kind: Kind, order: Order) -> Image.Image | None:
    """A drawing in at most 256 colours as it is: in full colour it would be several times as large."""
    picture_is_kept = (
        picture.mode == "P"
        and kind in {Kind.PNG, Kind.GIF}
        and max(picture.size) <= order.most_side
        and not (order.square or "icc_profile" in picture.info or UPRIGHT in picture.getexif())
    )
    if not picture_is_kept:
        return None
    kept = picture.copy()
    kept.info = {key: picture.info[key] for key in ("transparency",) if key in picture.info}
    return kept


def _draft(picture: Image.Image) -> None:
    """Let the JPEG decoder do the first halving: 50 megapixels are then never in memory."""
    parts = 1
    while (picture.width // parts) * (picture.height // parts) > WORKING_PIXELS:
        parts *= 2
    if parts > 1 and hasattr(picture, "layers"):
        picture.draft(None, (picture.width // parts, picture.height // parts))


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    """Coarsely smaller before the colours are turned, which would hold the whole twice; told of its info."""
    factor = max(picture.size) // side
    if factor < 2 or picture.mode.startswith("I;"):
        return picture
    smaller = picture.reduce(factor)
    smaller.info = dict(picture.info)
    smaller._exif = picture.getexif()  # noqa: SLF001 - its way up
    return smaller


def _scaled(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    longest = max(picture.size)
    # a line stays a line: the shorter side of what is very thin would round to nothing
    width, height = (max(1, round(length * side / longest)) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _cut(picture: Image.Image, order: Order) -> Image.Image:
    if not order.square:
        return picture
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def _bare(picture: Image.Image) -> Image.Image:
    """Without what Pillow would write back by itself: comments, profiles, resolutions, EXIF."""
    picture.info = {}
    return picture


def _written(picture: Image.Image, kind: Kind, *, side: int = 0) -> Copy:
    fit = flat(picture) if kind is Kind.JPEG else picture
    out = BytesIO()
    fit.save(out, kind.value.upper(), **WRITTEN[kind])
    return Copy(kind=kind, width=fit.width, height=fit.height, content=out.getvalue(), side=side)


def _renditions(picture: Image.Image, kind: Kind, order: Order) -> Iterator[Copy]:
    """Each side in the picture's own kind and in WebP, each made of the one before, none enlarged."""
    if not order.sides:
        return
    if kind is not Kind.WEBP:
        yield _written(picture, Kind.WEBP)
    for side in sorted(order.sides, reverse=True):
        picture = _scaled(picture, side)
        for written in dict.fromkeys((kind.still, Kind.WEBP)):
            yield _written(picture, written, side=side)


def _moving(picture: Image.Image, kind: Kind, order: Order) -> Prepared:
    """All frames written anew; the smaller copies are of the first and stand still."""
    pauses: list[int] = []
    loop = int(picture.info.get("loop", 1))
    frames = list(_frames(picture, order, pauses))
    out = BytesIO()
    frames[0].save(
        out,
        kind.value.upper(),
        save_all=True,
        append_images=frames[1:],
        duration=pauses,
        loop=loop,
        **({"disposal": 2} if kind is Kind.GIF else WRITTEN[kind]),
    )
    content = out.getvalue()
    with Image.open(BytesIO(content)) as kept:
        count = int(getattr(kept, "n_frames", 1))  # frames that show the same are written as one
    master = Copy(kind, frames[0].width, frames[0].height, content, frames=count)
    return Prepared(master, tuple(_renditions(frames[0], kind, order)))


def _frames(picture: Image.Image, order: Order, pauses: list[int]) -> Iterator[Image.Image]:
    for frame in ImageSequence.Iterator(picture):
        frame.load()  # a WebP knows how long it stands only when it is decoded
        pauses.append(int(frame.info.get("duration", 100)))
        clean = _cut(_scaled(in_srgb(frame.copy()), order.most_side), order)
        yield _bare(clean.convert("RGBA"))
