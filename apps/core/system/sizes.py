"""Figures that cost too much to ask at each look: measured at most once a minute, with when that was."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import counts
from apps.core.figures import count_text

KEPT: Final = 60  # seconds
BUDGET: Final = 0.4  # seconds for counting one folder
PREFIX: Final = "system:size:"
Measured = TypeVar("Measured")


def kept(name: str, measure: Callable[[], Measured], *, at: datetime) -> tuple[Measured, datetime]:
    """What was measured within the last minute, and when; measured now where nobody has."""
    return counts.kept(f"{PREFIX}{name}", lambda: (measure(), at), seconds=KEPT)


def forget(*names: str) -> None:
    """Measure anew at the next look. Raises RedisError."""
    cache.delete_many([f"{PREFIX}{name}" for name in names])


def folder(path: Path) -> tuple[int, int, bool]:
    """Bytes and files below a folder, and whether that is all: counting ends when its time is up."""
    until, size, files = monotonic() + BUDGET, 0, 0
    for here, _folders, names in os.walk(path):
        for name in names:
            if monotonic() > until:
                return size, files, False
            size += _size_of(os.path.join(here, name))  # noqa: PTH118 - a million times
            files += 1
    return size, files, True


def _size_of(path: str) -> int:
    try:
        return os.stat(path, follow_symlinks=False).st_size  # noqa: PTH116
    except OSError:
        return 0  # it went while we looked


def bytes_text(size: int) -> str:
    """ "1.4 GB": as a person reads a size."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def folder_text(found: tuple[int, int, bool]) -> str:
    """A folder's figures in words."""
    size, files, is_all = found
    said = {"size": bytes_text(size), "files": count_text(files)}
    if not is_all:
        return _("more than %(size)s in %(files)s files") % said
    return ngettext("%(size)s in %(files)s file", "%(size)s in %(files)s files", files) % said
