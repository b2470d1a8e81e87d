"""Files: what people uploaded, what nobody may fetch, and the last backup."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Tone
from apps.core.figures import moment_text
from apps.core.system import sizes
from apps.core.system.parts import Fact, Kind, Look, offer

LITTLE: Final = (0.1, 2_000_000_000)  # share and bytes that are free
NONE_LEFT: Final = (0.03, 500_000_000)
OLD: Final = timedelta(days=2)
BACKUPS: Final = "backups"


def files(look: Look) -> Iterator[Fact]:
    media, private = Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)
    if settings.MEDIA_SERVED_HERE:
        (found, measured) = sizes.kept("media", lambda: sizes.folder(media), at=look.at)
        yield Fact(_("Media"), sizes.folder_text(found))
    else:
        yield Fact(_("Media"), _t("in an object store, %(where)s") % {"where": settings.MEDIA.origin})
    (found, measured) = sizes.kept("private", lambda: sizes.folder(private), at=look.at)
    yield Fact(_("Private files"), sizes.folder_text(found))
    yield _free(private)
    yield Fact(_("Sizes as of"), moment_text(measured, now=look.at))


def _free(path: Path) -> Fact:
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    disk = shutil.disk_usage(there)
    free = sizes.bytes_text(disk.free - disk.free % 10_000_000)
    said = _t("%(free)s of %(all)s") % {"free": free, "all": sizes.bytes_text(disk.total)}
    if _is_below(disk.free, disk.total, NONE_LEFT):
        return Fact(_("Free disk"), said, Tone.ACT, _("Make room now: without any PostgreSQL stops writing."))
    if _is_below(disk.free, disk.total, LITTLE):
        return Fact(_("Free disk"), said, Tone.LOOK, _("Make room, or give it a larger disk."))
    return Fact(_("Free disk"), said, Tone.WELL, is_restless=True)


def _is_below(free: int, total: int, bound: tuple[float, int]) -> bool:
    """Below the share, and below so many bytes: a tenth of a large disk is plenty."""
    share, least = bound
    return (free < total * share and free < least * 10) or free < least


def backups(look: Look) -> Iterator[Fact]:
    folder = Path(settings.PRIVATE_ROOT) / BACKUPS
    newest = max(_backups_in(folder), default=None)
    if newest is None:
        advice = _t(
            "Have a nightly job put pg_dump's file there, and copy it and the media to another machine."
        )
        yield Fact(_("Last backup"), _("none found"), Tone.LOOK, advice)
        yield Fact(_("Looked for in"), str(folder), is_code=True)
        return
    written, size, name = newest
    is_old = look.at - written > OLD
    advice = _t("The nightly job seems to have stopped: see that it runs.") if is_old else ""
    tone = Tone.LOOK if is_old else Tone.WELL
    yield Fact(_("Last backup"), moment_text(written, now=look.at), tone, advice)
    yield Fact(_("File"), f"{name}, {sizes.bytes_text(size)}")


def _backups_in(folder: Path) -> Iterator[tuple[datetime, int, str]]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith("."):
            found = path.stat()
            yield datetime.fromtimestamp(found.st_mtime, tz=UTC), found.st_size, path.name


offer(
    Kind(name="storage", title=_("Storage"), icon="hard_drive", ask=lambda look: list(files(look)), order=60)
)
offer(Kind(name="backups", title=_("Backup"), icon="backup", ask=lambda look: list(backups(look)), order=70))
