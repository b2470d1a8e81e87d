"""Where the files are: the storage called ``media``, on this machine's disk or in an object store.

Only the media library is public; nothing else is ever put here.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from apps.core.pictures import Kind
from apps.media.errors import StorageError
from apps.media.naming import HALF_WRITTEN, kind_of

ALIAS: Final = "media"


def put(name: str, content: bytes, *, kind: Kind) -> None:
    """Write a file, over the old one if there is one; readers see the one or the other, never half of it.

    Raises StorageError.
    """
    file = ContentFile(content)
    file.content_type = kind.media_type  # type: ignore[attr-defined]  # an object store keeps it
    try:
        _shelf().save(name, file)
    except OSError as why:
        raise StorageError(
            _("The picture could not be stored, and nothing was changed: %(why)s. Ask whoever runs Larder.")
            % {"why": why.strerror or why}
        ) from why


def read(name: str) -> bytes | None:
    """A file's bytes; None where it is gone. Raises StorageError."""
    try:
        with _shelf().open(name) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        return None
    except OSError as why:
        raise StorageError(_("The picture could not be read: %(why)s.") % {"why": why}) from why


def remove(names: Iterable[str]) -> None:
    """Take files away; one that is gone already is no fault."""
    for name in names:
        _shelf().delete(name)


def address(name: str) -> str:
    """Where anybody finds the file: a path of ours, or the whole address of an object store."""
    return str(_shelf().url(name))


def names() -> Iterator[str]:
    """Every file that is ours, half-written ones too."""
    try:
        _folders, found = _shelf().listdir("")
    except FileNotFoundError:  # nothing was ever uploaded
        return
    yield from (name for name in found if kind_of(name) or name.startswith(HALF_WRITTEN))


def written_at(name: str) -> datetime | None:
    """When a file was written; None where it went meanwhile."""
    try:
        return _shelf().get_modified_time(name)
    except FileNotFoundError:
        return None


def size_of(name: str) -> int | None:
    """How many bytes a file has; None where it is gone."""
    try:
        return int(_shelf().size(name))
    except FileNotFoundError:
        return None


def _shelf() -> Storage:
    return storages[ALIAS]
