"""Where suppliers' files lie: under the private root, by random names; no URL leads there (spec/00, 15)."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from apps.inventory.errors import StorageError

FOLDER: Final = "invoices"


def keep(content: bytes) -> str:
    """Write a file, whole or not at all, and answer the key by which it is found. Raises StorageError."""
    key = token_hex(16)
    place = _place(key)
    half = place.with_suffix(".part")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(place)
    except OSError as why:
        half.unlink(missing_ok=True)
        raise StorageError(
            _("The file could not be stored, and nothing was changed: %(why)s. Ask whoever runs Larder.")
            % {"why": why.strerror or why}
        ) from why
    return key


def read(key: str) -> bytes:
    """A file's bytes. Raises StorageError where it is gone."""
    try:
        return _place(key).read_bytes()
    except OSError as why:
        raise StorageError(
            _("The stored file cannot be read: %(why)s. Upload it again.") % {"why": why.strerror or why}
        ) from why


def remove(keys: Iterable[str]) -> None:
    """Take files away; one that is gone already is no fault."""
    for key in keys:
        _place(key).unlink(missing_ok=True)


def stored() -> Iterator[tuple[str, float]]:
    """Every file by its key (or the rest of one that was never finished), and when it was written."""
    for path in _folder().glob("*"):
        yield path.name, path.stat().st_mtime


def _folder() -> Path:
    return Path(settings.PRIVATE_ROOT) / FOLDER


def _place(key: str) -> Path:
    return _folder() / key
