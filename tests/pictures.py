"""Pictures as tests send them: honest ones, and such as nobody should have to open."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

GPS = 0x8825
ORIENTATION = 0x0112
MAKER = b"Secret Camera 3000"


def photo(
    width: int = 60, height: int = 40, *, colour: Any = (200, 60, 20), mode: str = "RGB"
) -> Image.Image:
    """A plain picture whose left upper quarter is black, so that it has an up and a left."""
    picture = Image.new(mode, (width, height), colour)
    picture.paste(
        0 if mode in {"L", "P", "I;16"} else Image.new(mode, (1, 1)).getpixel((0, 0)),
        (0, 0, width // 2, height // 2),
    )
    return picture


def as_bytes(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def jpeg(width: int = 60, height: int = 40, **how: Any) -> bytes:
    return as_bytes(photo(width, height), "JPEG", **how)


def png(width: int = 60, height: int = 40, **how: Any) -> bytes:
    return as_bytes(photo(width, height), "PNG", **how)


def with_gps(*, orientation: int = 1) -> bytes:
    """A phone's photo: where it was taken, by which camera, and how it was held."""
    exif = Image.Exif()
    exif[0x010F] = MAKER.decode()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return as_bytes(photo(), "JPEG", exif=exif, comment=b"taken at home", icc_profile=srgb())


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def moving(form: str, frames: Sequence[Image.Image] | None = None, *, pause: int = 80) -> bytes:
    """An animation; of three colours unless frames are given."""
    shown = frames or [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    return as_bytes(shown[0], form, save_all=True, append_images=list(shown[1:]), duration=pause, loop=0)


def flood(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is that large: true in its head, bottomless in its body."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def with_chunk(name: bytes, content: bytes) -> bytes:
    """A PNG that carries one more chunk, behind its head."""
    plain = png()
    return plain[:33] + _chunk(name, content) + plain[33:]


def with_text(words: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", words, zip=True)
    return as_bytes(photo(), "PNG", pnginfo=info)


def many_frames(count: int, side: int = 8) -> bytes:
    frames = [Image.new("RGB", (side, side), (n % 256, n // 256, 90)) for n in range(count)]
    return moving("GIF", frames, pause=20)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
