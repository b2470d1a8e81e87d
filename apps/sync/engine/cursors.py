"""How far a source has been read, in ERPNext's own words; it moves with the page that was written."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.clock import erp_zone
from apps.sync.erpnext import Client
from apps.sync.models import Cursor
from apps.sync.options import ReadingOptions


def look_back() -> timedelta:
    """How far before a stamp reading begins: a big invoice was seen to commit 10 s after its own."""
    return ReadingOptions().look_back


def cursors_of(entity: str, doctypes: Iterable[str]) -> dict[str, Cursor]:
    """The cursors of an entity by DocType, at the beginning for what was never read."""
    found = {cursor.doctype: cursor for cursor in Cursor.objects.filter(entity=entity)}
    for doctype in doctypes:
        if doctype not in found:
            found[doctype] = Cursor.objects.create(entity=entity, doctype=doctype)
    return found


def start_of(cursor: Cursor, erp: Client) -> str:
    """Where a modified run begins: a little before the cursor."""
    return stepped_back(cursor.modified, moved_at=cursor.moved_at, now=erp.now())


def stepped_back(modified: str, *, moved_at: datetime, now: datetime) -> str:
    """A little before a stamp, in ERPNext's own words.

    ``modified`` is stamped before the commit: step back. The cursor is never beyond the site's now, and
    when the site's clock went back since it last moved (autumn), that hour is read again.
    """
    if not modified:
        return ""
    zone = erp_zone()
    site_now = now.astimezone(zone).replace(tzinfo=None)
    # the stamp is naive, in the site's zone, and stays so
    cursor = min(datetime.fromisoformat(modified), site_now)
    turned = (moved_at.astimezone(zone).utcoffset() or timedelta()) - (
        now.astimezone(zone).utcoffset() or timedelta()
    )
    return (cursor - look_back() - max(turned, timedelta())).isoformat(sep=" ", timespec="microseconds")


def place_after(cursor: Cursor, modified: str, name: str, *, now: str) -> bool:
    """Put the cursor behind a document, in memory; never back, and never beyond the site's now (API.md 7)."""
    here = (cursor.modified, cursor.name)
    there = min(max(here, (modified, name)), (now, ""))
    if there == here:
        return False
    cursor.modified, cursor.name = there
    cursor.moved_at = timezone.now()
    return True


def advance(cursor: Cursor, modified: str, name: str, *, now: str) -> None:
    """Move the cursor behind a document."""
    if place_after(cursor, modified, name, now=now):
        cursor.save(update_fields=["modified", "name", "moved_at"])


def site_words(moment: datetime) -> str:
    """A moment as the site would stamp it."""
    return moment.astimezone(erp_zone()).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
