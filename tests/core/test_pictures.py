"""Pictures from outside: what is taken comes out as pixels and nothing else; what is not is told why."""

import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from apps.core import children
from apps.core.pictures import (
    MOST_BYTES,
    MOST_SIDE,
    SIDES,
    Kind,
    PictureRefusedError,
    asking,
    prepare,
    sides_below,
)
from tests import pictures

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(PictureRefusedError) as why:
        prepare(content)
    return why.value.code.removeprefix("picture-"), str(why.value)


def assert_bare(content: bytes, kind: Kind) -> None:
    """Nothing rides along: no metadata, no profile, no chunk of anybody's, not a byte behind the end."""
    picture = read(content)
    assert picture.format == kind.value.upper()
    assert dict(picture.getexif()) == {}
    assert not {"icc_profile", "comment", "exif", "xmp", "Comment", "photoshop"} & set(picture.info)
    for word in (b"script", b"Exif", b"http", b"PK\x03\x04", b"%PDF", pictures.MAKER, b"home"):
        assert word not in content
    ends = {Kind.JPEG: b"\xff\xd9", Kind.PNG: b"IEND\xaeB`\x82", Kind.GIF: b"\x3b"}
    if kind is Kind.WEBP:
        assert int.from_bytes(content[4:8], "little") + 8 == len(content)
    else:
        assert content.endswith(ends[kind])


# --- What is taken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_a_picture_keeps_its_kind_its_size_and_nothing_else(kind: Kind) -> None:
    made = prepare(pictures.as_bytes(pictures.photo(), kind.value.upper())).master
    assert (made.kind, made.width, made.height, made.frames) == (kind, 60, 40, 1)
    assert_bare(made.content, kind)


def test_a_phones_photo_loses_place_camera_comment_and_profile() -> None:
    sent = pictures.with_gps()
    assert read(sent).getexif().get_ifd(pictures.GPS)
    assert_bare(prepare(sent).master.content, Kind.JPEG)


@pytest.mark.parametrize(
    ("orientation", "black_at", "size"),
    [
        (1, (5, 5), (60, 40)),
        (3, (55, 35), (60, 40)),
        (6, (35, 5), (40, 60)),
        (8, (5, 55), (40, 60)),
        (2, (55, 5), (60, 40)),
    ],
)
def test_a_photo_held_askew_is_turned_upright(
    orientation: int, black_at: tuple[int, int], size: tuple[int, int]
) -> None:
    upright = read(prepare(pictures.with_gps(orientation=orientation)).master.content).convert("L")
    assert upright.size == size
    assert upright.getpixel(black_at) < 20
    middle_of_rest = (size[0] - black_at[0], size[1] - black_at[1])
    assert upright.getpixel(middle_of_rest) > 60


def test_colours_of_another_space_are_worked_into_the_pixels() -> None:
    """A profile that swaps nothing leaves them; one of L*a*b*-like weight must change the numbers."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    sent = pictures.as_bytes(pictures.photo(), "PNG", icc_profile=pictures.srgb())
    assert read(prepare(sent).master.content).getpixel((50, 30)) == (200, 60, 20)
    odd = pictures.as_bytes(pictures.photo(), "PNG", icc_profile=lab)
    assert_bare(prepare(odd).master.content, Kind.PNG)


def test_a_broken_profile_is_as_good_as_none() -> None:
    sent = pictures.as_bytes(pictures.photo(), "PNG", icc_profile=b"not a profile" * 50)
    made = prepare(sent).master.content
    assert read(made).getpixel((50, 30)) == (200, 60, 20)
    assert_bare(made, Kind.PNG)


def test_a_printers_cmyk_becomes_what_a_screen_shows() -> None:
    sent = pictures.as_bytes(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=95)
    made = read(prepare(sent).master.content)
    red, green, blue = made.getpixel((20, 20))  # type: ignore[misc]
    assert made.mode == "RGB"
    assert (red > 240, green < 15, blue < 15) == (True, True, True)


def test_sixteen_bits_are_divided_not_cut() -> None:
    sent = pictures.as_bytes(Image.new("I;16", (20, 20), 32896), "PNG")
    assert read(prepare(sent).master.content).getpixel((3, 3)) == 128


def test_a_palette_with_a_clear_colour_stays_small_and_clear() -> None:
    drawing = Image.effect_noise((200, 100), 80).quantize(16)
    sent = pictures.as_bytes(drawing, "PNG", transparency=3)
    made = prepare(sent, sides=(160,))
    clear = {
        place for place in ((x, y) for x in range(200) for y in range(100)) if drawing.getpixel(place) == 3
    }
    kept = read(made.master.content).convert("RGBA")
    assert {place for place in clear if kept.getpixel(place)[3] == 0} == clear  # type: ignore[index]
    assert len(made.master.content) <= len(sent)
    assert {read(copy.content).mode for copy in made.renditions} == {"RGBA"}


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_an_animation_keeps_moving_at_its_pace(form: str) -> None:
    made = prepare(pictures.moving(form), sides=(32,))
    kept = read(made.master.content)
    assert made.master.frames == kept.n_frames == 3  # type: ignore[attr-defined]
    assert kept.info["loop"] == 0
    colours = []
    for frame in range(3):
        kept.seek(frame)
        kept.load()
        assert kept.info["duration"] == 80
        colours.append(kept.convert("RGB").getpixel((9, 9)))
    assert [max(range(3), key=colour.__getitem__) for colour in colours] == [0, 1, 2]  # red, green, blue
    assert {getattr(read(copy.content), "n_frames", 1) for copy in made.renditions} == {1}


def test_a_moving_png_and_a_phones_double_jpeg_become_their_first_frame() -> None:
    assert prepare(pictures.moving("PNG")).master.frames == 1
    assert prepare(pictures.moving("MPO")).master.kind is Kind.JPEG


def test_the_copies_come_in_its_kind_and_in_webp_and_none_is_enlarged() -> None:
    assert sides_below(1000) == (160, 480, 960)
    made = prepare(pictures.jpeg(1000, 500), sides=sides_below(1000))
    assert [(copy.kind.value, copy.side, copy.width, copy.height) for copy in made.renditions] == [
        ("webp", 0, 1000, 500),
        ("jpeg", 960, 960, 480),
        ("webp", 960, 960, 480),
        ("jpeg", 480, 480, 240),
        ("webp", 480, 480, 240),
        ("jpeg", 160, 160, 80),
        ("webp", 160, 160, 80),
    ]
    for copy in made.renditions:
        assert read(copy.content).size == (copy.width, copy.height)
        assert_bare(copy.content, copy.kind)
    [_whole, small, _webp] = prepare(pictures.jpeg(60, 40), sides=(480,)).renditions
    assert (small.side, small.width) == (480, 60)


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000), (5000, 3)])
def test_a_line_stays_a_line_however_small_its_copies(size: tuple[int, int]) -> None:
    done = prepare(pictures.as_bytes(Image.new("RGB", size, "red"), "PNG"), sides=SIDES)
    for copy in (done.master, *done.renditions):
        assert min(copy.width, copy.height) >= 1
        assert max(copy.width, copy.height) == (copy.side or MOST_SIDE)


def test_a_face_is_cut_to_its_middle() -> None:
    made = prepare(pictures.jpeg(300, 200), square=True, sides=(160,), most_side=256)
    assert (made.master.width, made.master.height) == (171, 171)
    assert [(copy.width, copy.height) for copy in made.renditions] == [(171, 171), (160, 160), (160, 160)]


def test_a_clear_picture_that_becomes_a_jpeg_is_laid_on_white() -> None:
    clear = pictures.as_bytes(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    made = read(prepare(clear, kind=Kind.JPEG).master.content)
    assert made.getpixel((5, 5)) == (255, 255, 255)


@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]),
    kind=st.sampled_from([None, *Kind]),
)
@settings(max_examples=25, deadline=None)
def test_whatever_its_mode_a_picture_keeps_its_shape(size: tuple[int, int], mode: str, kind: Any) -> None:
    made = prepare(pictures.as_bytes(Image.new(mode, size), "PNG"), kind=kind, sides=(32,))
    assert (made.master.width, made.master.height) == size
    for copy in (made.master, *made.renditions):
        assert max(copy.width, copy.height) <= (copy.side or max(size))
        assert_bare(copy.content, copy.kind)


# --- What is not -----------------------------------------------------------------------------------------

UTF16 = SCRIPT.decode().encode("utf-16")


@pytest.mark.parametrize(
    ("sent", "code", "sentence"),
    [
        (b"", "empty", "The file is empty. Choose it again, or save it anew first."),
        (b"just words", "no-picture", "This is not a picture. JPEG, PNG, WebP and GIF are taken."),
        (SCRIPT, "svg", "SVG is not taken, because it can carry a program. Save it as PNG or WebP."),
        (b"\xef\xbb\xbf \r\n\t" + SCRIPT, "svg", "SVG is not taken, because"),
        (b"<?xml version='1.0'?><!-- " + b"x" * 200 + b" -->" + SCRIPT, "svg", "SVG is not taken, because"),
        (UTF16, "svg", "SVG is not taken, because"),
        (HTML, "markup", "This is a web page, not a picture."),
        (b"%PDF-1.7", "other-kind", "PDF is not taken. Save the picture as JPEG, PNG, WebP or GIF."),
        (b"\x00\x00\x00\x18ftypheic", "other-kind", "HEIC is not taken."),
        (b"\x00\x00\x00\x18ftypavif", "other-kind", "AVIF is not taken."),
        (pictures.as_bytes(pictures.photo(), "TIFF"), "other-kind", "TIFF is not taken."),
        (pictures.as_bytes(pictures.photo(), "BMP"), "other-kind", "BMP is not taken."),
        (
            b"\xff" * (MOST_BYTES + 1),
            "too-many-bytes",
            "The file has 10.0 MB; at most 10 MB are taken. Save it smaller.",
        ),
        (
            pictures.flood(50_000, 50_000),
            "too-many-pixels",
            "The picture has 50000 × 50000 pixels; at most 50 megapixels are taken. Save it smaller.",
        ),
        (pictures.flood(7100, 7100), "too-many-pixels", "The picture has 7100 × 7100 pixels;"),
        (
            pictures.many_frames(121),
            "too-many-frames",
            "The picture moves in 121 frames, which are more than 120 or together over 50 megapixels.",
        ),
        (pictures.jpeg(400, 300)[:1500], "damaged", "The picture is damaged or cut short."),
        (pictures.png(400, 300)[:300], "damaged", "The picture is damaged or cut short."),
        (pictures.as_bytes(pictures.photo(), "WEBP")[:60], "damaged", "The picture is damaged or cut short."),
        (pictures.moving("GIF")[:-60], "damaged", "The picture is damaged or cut short."),
        (pictures.with_text("bomb " * 20_000_000), "damaged", "The picture is damaged or cut short."),
        (pictures.flood(7000, 7000), "damaged", "The picture is damaged or cut short."),
    ],
)
def test_is_refused_with_what_it_is_and_what_to_do(sent: bytes, code: str, sentence: str) -> None:
    said = refused(sent)
    assert said[0] == code
    assert said[1].startswith(sentence)


def test_a_film_of_large_frames_is_refused_by_what_they_come_to() -> None:
    frames = [Image.new("L", (1100, 1100), n) for n in range(45)]
    assert refused(pictures.moving("GIF", frames))[0] == "too-many-frames"


# --- What pretends to be two things ----------------------------------------------------------------------

POLYGLOTS = {
    "JPEG with a page behind it": (pictures.jpeg() + HTML, Kind.JPEG),
    "JPEG with a page in its comment": (pictures.jpeg(comment=HTML), Kind.JPEG),
    "JPEG with a PDF behind it": (pictures.jpeg() + b"%PDF-1.4 script", Kind.JPEG),
    "PNG with an archive behind it": (pictures.png() + b"PK\x03\x04script", Kind.PNG),
    "PNG with words": (pictures.with_text("<script>alert(1)</script>" * 500), Kind.PNG),
    "PNG with a broken chunk": (pictures.with_chunk(b"zTXt", b"script\x00\x00" + b"\x00" * 900), Kind.PNG),
    "PNG with a chunk nobody knows": (pictures.with_chunk(b"evIl", b"<script>" * 9000), Kind.PNG),
    "GIF with a program behind it": (
        pictures.as_bytes(pictures.photo(), "GIF", comment=b"/*script*/") + b"*/=1;script()",
        Kind.GIF,
    ),
    "WebP with a page behind it": (pictures.as_bytes(pictures.photo(), "WEBP") + HTML, Kind.WEBP),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_polyglot_comes_out_as_a_picture_only(name: str) -> None:
    sent, kind = POLYGLOTS[name]
    made = prepare(sent, sides=(32,))
    for copy in (made.master, *made.renditions):
        assert_bare(copy.content, copy.kind)
    assert made.master.kind is kind


# --- Bounds ----------------------------------------------------------------------------------------------


def test_of_a_file_no_more_is_read_than_is_taken() -> None:
    class Endless:
        asked = 0
        size = 3 * MOST_BYTES

        def read(self, count: int) -> bytes:
            self.asked += count
            return b"\xff" * count

    sent = Endless()
    with pytest.raises(PictureRefusedError, match=r"^The file has 30\.0 MB;"):
        prepare(sent)  # type: ignore[arg-type]
    assert sent.asked == MOST_BYTES + 1


def test_what_is_kept_is_at_most_4096_on_its_longer_side() -> None:
    made = prepare(pictures.as_bytes(Image.new("L", (6000, 300)), "PNG")).master
    assert (made.width, made.height) == (MOST_SIDE, 205)


# A process that is started takes over the highest memory of the one that starts it: what the
# child itself took shows only under a starter that is small.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "apps.core.pictures.child", sys.argv[1]])
_pid, status, used = os.wait4(child.pid, 0)
print(status, used.ru_maxrss, file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("WEBP", "RGB"), ("JPEG", "RGB"), ("JPEG", "CMYK")]
)
def test_fifty_megapixels_stay_within_a_gigabyte_of_a_process_that_is_not_ours(form: str, mode: str) -> None:
    sent = pictures.as_bytes(Image.new(mode, (7070, 7070), 90), form)
    order = json.dumps({"kind": None, "most_side": MOST_SIDE, "sides": SIDES, "square": False})
    starter = subprocess.run(
        [sys.executable, "-c", MEASURE, order],
        input=sent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=children.ROOT,
        check=True,
    )
    status, kilobytes = map(int, starter.stderr.split()[-2:])
    assert status == 0
    assert 100 * 1024 < kilobytes < 1024 * 1024


def test_a_child_that_dies_is_a_refusal_and_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    assert refused(pictures.jpeg())[0] == "too-heavy"


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a decoder gives away to a hostile picture, it cannot give away if it is not there."""
    given: dict[str, Any] = {}
    real = subprocess.run

    def spied(command: list[str], **how: Any) -> Any:
        given.update(how["env"])
        return real(command, **how)

    monkeypatch.setattr(children.subprocess, "run", spied)
    prepare(pictures.jpeg())
    assert set(given) == {"PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
