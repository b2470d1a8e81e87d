"""Bring in an entity: one committed page at a time, the cursor moving with the page."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from apps.core.clock import erp_zone
from apps.sync.engine import parking, reading, tables
from apps.sync.engine.applying import Stamp, apply
from apps.sync.engine.converting import Parked
from apps.sync.engine.declarations import Entity, Mapped, Reference, Source
from apps.sync.erpnext import Client, Page
from apps.sync.erpnext.lists import count
from apps.sync.models import Cursor, Run
from apps.sync.states import Mode

Told = Callable[[Run], None]
MANY: Final = 500


def pull(entity: Entity, erp: Client, *, run: Run, tell: Told) -> None:
    """Bring in every source of an entity. Raises an ErpError; what was committed before it stays."""
    for source in entity.sources:
        _Pull(entity, reading.of_this_site(source, erp), erp, run, tell).read()


def expected(entity: Entity, erp: Client, *, mode: Mode) -> int:
    """How many documents a run will meet: what a progress bar runs towards."""
    return sum(
        count(erp, reading.query_of(source), start=_start(_cursor(entity, source), erp, mode=mode))
        for source in entity.sources
    )


def settle(entity: Entity, *, every: Iterable[Entity], written: int) -> None:
    """Resolve what waits for this entity's records, and what its records wait for.

    After the last commit, in both directions: of two entities that run at once, the later sees both.
    """
    if written >= MANY:  # joins of tables that were empty when last looked at would be quadratic
        tables.analyse(entity.models)
    for model, fixed, reference in _references(every):
        if model in entity.models or reference.to in entity.models:
            tables.settle(reference, model, fixed=fixed if reference.to is model else {})


def _references(every: Iterable[Entity]) -> Iterator[tuple[type[models.Model], dict[str, str], Reference]]:
    for source in (source for entity in every for source in entity.sources):
        mapped: list[tuple[type[models.Model], Mapped]] = [
            (source.model, source),
            *((table.model, table) for table in source.children),
        ]
        for model, part in mapped:
            yield from ((model, dict(source.fixed), reference) for reference in part.references)


class _Pull:
    """One source being read by one run."""

    def __init__(self, entity: Entity, source: Source, erp: Client, run: Run, tell: Told) -> None:
        self.entity = entity
        self.source = source
        self.erp = erp
        self.run = run
        self.tell = tell
        self.cursor = _cursor(entity, source)
        self.parked = set(parking.names(entity, source))

    def read(self) -> None:
        self._try_parked_again()
        start = _start(self.cursor, self.erp, mode=Mode(self.run.mode))
        for page in reading.pages(self.erp, self.source, start=start):
            self._take(page, moves_cursor=True)

    def _try_parked_again(self) -> None:
        """Ask for what waits by name, wherever the cursor stands; what ERPNext has no more waits no more."""
        asked, found = sorted(self.parked), set()
        for page in reading.pages_named(self.erp, self.source, asked):
            found |= _names(page)
            self._take(page, moves_cursor=False)
        self._release(set(asked) - found)

    def _take(self, page: Page, *, moves_cursor: bool) -> None:
        """Write one page; no transaction is open while we wait for the next."""
        with transaction.atomic():
            ours = self._of_our_company(page)
            applied = apply(self.source, ours, stamp=Stamp(self.run.pk, timezone.now()))
            self._park(applied.parked)
            self._release(self.parked.difference(one.name for one in applied.parked) & _names(page))
            if moves_cursor:
                self._advance(page)
            self._count(applied.tally | {"skipped": len(page.docs) - len(ours.docs)})
        self.tell(self.run)

    def _park(self, refused: list[Parked]) -> None:
        parking.park(self.entity, self.source, refused)
        self.parked.update(one.name for one in refused)

    def _release(self, names: set[str]) -> None:
        """Let out what could be read, or is none of our concern any more."""
        if names:
            parking.release(self.entity, self.source, sorted(names))
            self.parked -= names

    def _count(self, tally: dict[str, int]) -> None:
        self.run.page_at = timezone.now()
        for name, more in tally.items():
            setattr(self.run, name, getattr(self.run, name) + more)
        self.run.save(update_fields=["page_at", *tally])

    def _of_our_company(self, page: Page) -> Page:
        company, field = settings.ERPNEXT.company, self.source.company_field
        if not (company and field):
            return page
        return Page([doc for doc in page.docs if doc[field] == company], page.children)

    def _advance(self, page: Page) -> None:
        """Behind the page's last document; never back, and never beyond the site's now (API.md 7)."""
        last = page.docs[-1]
        now = _in_site_words(self.erp.now())
        here = (self.cursor.modified, self.cursor.name)
        there = min(max(here, (str(last["modified"] or ""), str(last["name"]))), (now, ""))
        if there != here:
            self.cursor.modified, self.cursor.name = there
            self.cursor.moved_at = timezone.now()
            self.cursor.save(update_fields=["modified", "name", "moved_at"])


def _cursor(entity: Entity, source: Source) -> Cursor:
    return Cursor.objects.get_or_create(entity=entity.name, doctype=source.doctype)[0]


def _start(cursor: Cursor, erp: Client, *, mode: Mode) -> str:
    if mode == Mode.FULL:
        return ""
    return reading.start_of(cursor.modified, moved_at=cursor.moved_at, now=erp.now())


def _names(page: Page) -> set[str]:
    return {doc["name"] for doc in page.docs}


def _in_site_words(moment: datetime) -> str:
    return moment.astimezone(erp_zone()).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
