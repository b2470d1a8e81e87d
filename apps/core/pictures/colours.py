"""Colours as a browser without profiles shows them: sRGB, eight bits, transparency kept."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageCms

SRGB: Final = ImageCms.createProfile("sRGB")
DEEP: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "F"})


def in_srgb(picture: Image.Image) -> Image.Image:
    """The picture in L, RGB or RGBA, its own colour space worked into its pixels."""
    profile = picture.info.get("icc_profile")
    plain = _eight_bits(picture)
    return _by_profile(plain, profile) if profile else _plain(plain)


def flat(picture: Image.Image) -> Image.Image:
    """Without transparency, for a kind that has none: laid on white."""
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits are divided: a plain conversion would cut everything above 255 to white."""
    if picture.mode not in DEEP:
        return picture
    return picture.convert("I").point(lambda deep: deep / 257).convert("L")


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    if picture.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Through its profile into sRGB; a profile that is broken or of another mode is as good as none."""
    shown = picture if picture.mode == "CMYK" else _plain(picture)
    alpha = shown.getchannel("A") if shown.mode == "RGBA" else None
    colours = shown.convert("RGB") if alpha else shown
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(colours, own, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return _plain(shown)
    if turned is None:
        return _plain(shown)
    if alpha:
        turned.putalpha(alpha)
    return turned
