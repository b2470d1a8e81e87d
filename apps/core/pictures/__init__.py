"""Pictures from outside, made safe: their true type, their bounds, and copies that hold nothing but pixels.

``prepare`` is the one way in. It knows no ORM and decodes nothing itself: each picture is opened by a child
process with a bound on memory and time (docs/adr/0701), so that what a decoder does wrong ends the child and
not the web process. Refusals are ``InvalidInputError`` with a sentence for whoever uploads.
"""

from apps.core.pictures.asking import PictureRefusedError, prepare, refusal
from apps.core.pictures.kinds import (
    MOST_BYTES,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SIDE,
    SIDES,
    Copy,
    Kind,
    Prepared,
    sides_below,
)

__all__ = (
    "MOST_BYTES",
    "MOST_FRAMES",
    "MOST_PIXELS",
    "MOST_SIDE",
    "SIDES",
    "Copy",
    "Kind",
    "PictureRefusedError",
    "Prepared",
    "prepare",
    "refusal",
    "sides_below",
)
