"""Ask the child, and say in words what it will not take."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core import children
from apps.core.errors import InvalidInputError
from apps.core.pictures.kinds import (
    MOST_BYTES,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SIDE,
    SECONDS,
    Copy,
    Kind,
    Order,
    Prepared,
)

CHILD: Final = "apps.core.pictures.child"
ONE_AT_A_TIME: Final = threading.Lock()  # of each process: ten uploads at once are ten children otherwise
SENTENCES: Final = {
    "empty": _("The file is empty. Choose it again, or save it anew first."),
    "too-many-bytes": _(
        "The file has %(megabytes)s MB; at most %(most_megabytes)s MB are taken. Save it smaller."
    ),
    "no-picture": _("This is not a picture. JPEG, PNG, WebP and GIF are taken."),
    "svg": _("SVG is not taken, because it can carry a program. Save it as PNG or WebP."),
    "markup": _("This is a web page, not a picture. JPEG, PNG, WebP and GIF are taken."),
    "other-kind": _("%(kind)s is not taken. Save the picture as JPEG, PNG, WebP or GIF."),
    "too-many-pixels": _(
        "The picture has %(width)s × %(height)s pixels; at most %(most_megapixels)s megapixels are taken."
        " Save it smaller."
    ),
    "too-many-frames": _(
        "The picture moves in %(frames)s frames, which are more than %(most_frames)s or together over"
        " %(most_megapixels)s megapixels. Make it shorter or smaller."
    ),
    "damaged": _("The picture is damaged or cut short. Open it, save it anew, and upload that."),
    "too-heavy": _("The picture takes too long or too much memory to open. Save it smaller."),
}


LIMITS: Final = {
    "most_megabytes": MOST_BYTES // 1024 // 1024,
    "most_megapixels": MOST_PIXELS // 1_000_000,
    "most_frames": MOST_FRAMES,
}


class PictureRefusedError(InvalidInputError):
    """The file is not taken; the sentence says what it is and what to do."""

    code = "picture-refused"


def prepare(
    upload: bytes | IO[bytes],
    *,
    sides: Sequence[int] = (),
    kind: Kind | None = None,
    most_side: int = MOST_SIDE,
    square: bool = False,
) -> Prepared:
    """The upload without anything but its pixels, and its copies of at most ``sides``.

    ``kind`` turns it into another type, ``square`` cuts it to its middle. Of a file no more is read than is
    taken. Raises PictureRefusedError.
    """
    content = upload if isinstance(upload, bytes) else upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        size = len(content) if isinstance(upload, bytes) else getattr(upload, "size", len(content))
        raise refusal("too-many-bytes", {"size": size})
    return _asked(content, Order(kind=kind, most_side=most_side, sides=tuple(sides), square=square))


def refusal(code: str, facts: Mapping[str, Any]) -> PictureRefusedError:
    """The refusal of a code, in the reader's language."""
    named = {**LIMITS, **facts}
    if "size" in named:
        named["megabytes"] = f"{int(named['size']) / 1024 / 1024:.1f}"
    return PictureRefusedError(str(SENTENCES[code]) % named, code=f"picture-{code}")


def _asked(content: bytes, order: Order) -> Prepared:
    with ONE_AT_A_TIME:
        answer = _child(content, order)
    head, _newline, rest = answer.partition(b"\n")
    said: dict[str, Any] = json.loads(head)
    if "unfit" in said:
        raise refusal(said["unfit"], said["facts"])
    copies = _copies(said["copies"], rest)
    return Prepared(copies[0], copies[1:])


def _child(content: bytes, order: Order) -> bytes:
    """What the child answers. Raises PictureRefusedError where it met its bounds or fell over."""
    try:
        return children.answer(CHILD, json.dumps(asdict(order)), content, seconds=SECONDS)
    except children.ChildFailedError as why:
        raise refusal("too-heavy" if why.was_ended else "damaged", {}) from why


def _copies(described: Sequence[dict[str, Any]], rest: bytes) -> tuple[Copy, ...]:
    copies, at = [], 0
    for facts in described:
        length = facts["content"]
        content = rest[at : at + length]
        copies.append(Copy(**(facts | {"kind": Kind(facts["kind"]), "content": content})))
        at += length
    return tuple(copies)
