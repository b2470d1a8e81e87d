"""Pictures of the demo's goods, drawn from their names: the same name, the same picture."""

from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageColor, ImageDraw, ImageFont

SIDE: Final = 640
SHAPES: Final = (  # what stands in a name or group, and what such goods come in
    (("milk", "oil", "sauce", "water", "cola", "juice", "drink", "vinegar", "clean", "shampoo"), "bottle"),
    (("fruit", "vegetable", "apple", "orange", "tomato"), "round"),
    (("tin", "beans", "tuna", "pet", "paint"), "tin"),
    (("honey", "jam", "spread", "herb", "spice", "jar", "olive", "syrup"), "jar"),
    (("rice", "grain", "pasta", "coffee", "tea", "crisp", "nut", "sugar", "flour"), "bag"),
)
TONES: Final = ("46%, 52%", "46%, 34%", "30%, 97%")  # of the thing, of its shadowed parts, of its label
Box = tuple[int, int, int, int]


def drawn(name: str, group: str, *, form: str) -> bytes:
    """A picture of a good, as a file of this form (JPEG or PNG)."""
    hue = int.from_bytes(sha256(name.encode()).digest()[:2], "big") % 360
    picture = Image.new("RGB", (SIDE, SIDE), ImageColor.getrgb(f"hsl({hue}, 38%, 93%)"))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((130, 535, 510, 585), fill=ImageColor.getrgb(f"hsl({hue}, 25%, 85%)"))
    label = _body(pen, _shape(f"{name} {group}".lower()), hue)
    _write(pen, name, label)
    out = BytesIO()
    picture.save(out, form, quality=88)
    return out.getvalue()


def _shape(words: str) -> str:
    return next((shape for marks, shape in SHAPES if any(mark in words for mark in marks)), "box")


def _body(pen: ImageDraw.ImageDraw, shape: str, hue: int) -> Box:
    """Draw the thing itself; returns where its label is."""
    main, dark, pale = (ImageColor.getrgb(f"hsl({hue}, {tone})") for tone in TONES)
    label = (210, 320, 430, 460)
    if shape == "bottle":
        pen.rectangle((285, 70, 355, 120), fill=dark)
        pen.polygon(((290, 120), (350, 120), (440, 250), (200, 250)), fill=main)
        pen.rounded_rectangle((200, 230, 440, 560), 36, fill=main)
    elif shape == "jar":
        pen.rounded_rectangle((205, 140, 435, 205), 16, fill=dark)
        pen.rounded_rectangle((180, 195, 460, 560), 56, fill=main)
    elif shape == "tin":
        pen.rectangle((190, 190, 450, 530), fill=main)
        pen.ellipse((190, 490, 450, 565), fill=main)
        pen.ellipse((190, 150, 450, 230), fill=dark)
    elif shape == "round":
        pen.ellipse((140, 170, 500, 560), fill=main)
        pen.line((320, 190, 335, 105), fill=dark, width=16)
        pen.ellipse((335, 95, 440, 150), fill=dark)
    elif shape == "bag":
        pen.polygon(((205, 110), (435, 110), (465, 560), (175, 560)), fill=main)
        pen.rectangle((205, 110, 435, 150), fill=dark)
    else:
        pen.rectangle((170, 190, 470, 560), fill=main)
        pen.polygon(((170, 190), (230, 120), (530, 120), (470, 190)), fill=dark)
        pen.polygon(((470, 190), (530, 120), (530, 490), (470, 560)), fill=dark)
    pen.rounded_rectangle(label, 14, fill=pale)
    return label


def _write(pen: ImageDraw.ImageDraw, name: str, label: Box) -> None:
    """What the label says, in the letters that the font has."""
    words = name.split()[:3] if name.isascii() else []
    left, top, right, bottom = label
    for line, word in enumerate(words):
        font = ImageFont.load_default(34 if len(word) < 10 else 24)
        middle = (bottom - top) * (line + 1) // (len(words) + 1) + top
        pen.text(((left + right) // 2, middle), word, fill=(60, 60, 60), font=font, anchor="mm")
