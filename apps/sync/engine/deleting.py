"""Deletions between whole runs: ERPNext's own list of them, where we may read it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from apps.sync.engine import tables
from apps.sync.engine.cursors import advance, site_words, start_of
from apps.sync.engine.declarations import Source
from apps.sync.engine.job import Job
from apps.sync.engine.removing import remove
from apps.sync.erpnext import Query, pages_from
from apps.sync.errors import ErpPermissionError
from apps.sync.models import Cursor

DOCTYPE: Final = "Deleted Document"  # for System Managers alone
FIELDS: Final = ("name", "creation", "modified", "deleted_doctype", "deleted_name")
AGAIN: Final = timedelta(days=1)  # until we ask once more what was refused


@dataclass
class _Deletions:
    """What has been deleted since the last run, by DocType."""

    job: Job
    cursor: Cursor

    def follow(self) -> list[Source]:
        names: dict[str, set[str]] = {source.doctype: set() for source in self.job.entity.sources}
        last: dict[str, str] = {}
        for page in pages_from(self.job.erp, self._query(), start=start_of(self.cursor, self.job.erp)):
            for doc in page.docs:
                names[doc["deleted_doctype"]].add(doc["deleted_name"])
            last = page.docs[-1]
        puzzling = [
            source for source in self.job.entity.sources if self._let_go(source, names[source.doctype])
        ]
        if last:
            self._move(last["modified"], last["name"])
        return puzzling

    def _let_go(self, source: Source, deleted: set[str]) -> bool:
        """Let go of what is here of these; says whether some are not here under that name."""
        here = tables.ids_present(source, deleted) if deleted else []
        if here:
            remove(self.job, source, here, gone=self._count)
        return len(here) < len(deleted)

    def _query(self) -> Query:
        doctypes = [source.doctype for source in self.job.entity.sources]
        return Query(DOCTYPE, FIELDS, filters=(("deleted_doctype", "in", doctypes),))

    def _count(self, more: int) -> None:
        self.job.run.removed += more

    def _move(self, modified: str, name: str) -> None:
        if not self.job.plan.is_rehearsal:
            advance(self.cursor, modified, name, now=site_words(self.job.erp.now()))


def begin_following(job: Job, cursor: Cursor) -> None:
    """Before an entity is read for the first time: what goes from now on may be of what will be here."""
    if not cursor.modified and not job.plan.is_rehearsal:
        advance(cursor, site_words(job.erp.now()), "", now=site_words(job.erp.now()))


def follow_deletions(job: Job, cursor: Cursor) -> list[Source]:
    """Let go of what ERPNext says was deleted. Where it does not tell us, the list of names will.

    Answers the sources of which something was deleted that is not here by that name: it may have been renamed
    before it went, and then nothing tells of the name that it has here.
    """
    if not cursor.modified or (cursor.refused_at and timezone.now() - cursor.refused_at < AGAIN):
        return []
    try:
        return _Deletions(job, cursor).follow()
    except ErpPermissionError:
        cursor.refused_at = timezone.now()
        cursor.save(update_fields=["refused_at"])
        return []
