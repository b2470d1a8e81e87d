"""A workbook, opened by a child process."""

import json
import threading
from typing import Any, Final

from apps.core import children
from apps.inventory.intake import wire
from apps.inventory.intake.limits import SECONDS, UnfitError
from apps.inventory.intake.sheets import Sheet

CHILD: Final = "apps.inventory.intake.child"
ONE_AT_A_TIME: Final = threading.Lock()  # of each process, as with pictures


def read(content: bytes) -> Sheet:
    """The first sheet of a workbook. Raises UnfitError."""
    try:
        with ONE_AT_A_TIME:
            answer = children.answer(CHILD, "", content, seconds=SECONDS)
    except children.ChildFailedError as why:
        raise UnfitError("too-heavy" if why.was_ended else "damaged") from why
    said: dict[str, Any] = json.loads(answer)
    if "unfit" in said:
        raise UnfitError(said["unfit"], **said["facts"])
    return wire.received(said)
