"""Bring in an entity: one committed page at a time, the cursor moving with the page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from apps.sync.engine import deleting, guarding, marking, parking, reading, tables
from apps.sync.engine.applying import Applied, Stamp, apply
from apps.sync.engine.converting import Converted, Parked, convert
from apps.sync.engine.cursors import cursors_of, look_back, place_after, site_words, start_of
from apps.sync.engine.declarations import Source
from apps.sync.engine.job import Difference, Job
from apps.sync.engine.marking import Marked
from apps.sync.engine.removing import Here, remove
from apps.sync.engine.renaming import moves_in, still_there
from apps.sync.engine.sweeping import sweep
from apps.sync.erpnext import Client, Page
from apps.sync.erpnext.lists import count
from apps.sync.errors import ErpPermissionError, ErpRefusedError
from apps.sync.models import Cursor
from apps.sync.states import Mode

ENOUGH_TO_JUDGE: Final = 1  # pages behind the first, until the planner is told what a new table looks like
WALK_IS_STALE: Final = timedelta(days=1)  # a whole walk that was cut off longer ago begins anew
WHILE_HELD: Final = timedelta(hours=1)
NO_SUCH_DOCTYPE: Final = 404


def pull(job: Job) -> bool:
    """Bring in every source of an entity; says whether any of it is left in quarantine.

    Raises an ErpError; what was committed before it stays. A missing right holds up no other DocType: it is
    raised when all the others have been read.
    """
    return _EntityRun(job).read()


def pull_one(job: Job, doctype: str, *, name: str, creation: str) -> None:
    """Bring in one document that is marked, wherever the cursor stands, and nothing else.

    Raises an ErpError; the mark stays then.
    """
    _EntityRun(job).read_one(doctype, name=name, creation=creation)


class _EntityRun:
    """One entity being read by one run."""

    def __init__(self, job: Job) -> None:
        doctypes = (source.doctype for source in job.entity.sources)
        self.job = job
        self.cursors = cursors_of(job.entity.name, (*doctypes, deleting.DOCTYPE))
        self.parked = parking.names(job.entity)
        self.marked = marking.of_entity(job.entity)

    def read(self) -> bool:
        deletions = self.cursors[deleting.DOCTYPE]
        deleting.begin_following(self.job, deletions)
        refused = [why for source in self.job.entity.sources if (why := self._read(source))]
        if self.job.plan.mode == Mode.MODIFIED and not self.job.plan.limit:
            for source in deleting.follow_deletions(self.job, deletions):
                self._run_of(source).find_lost()
        self.job.run.requests = self.job.erp.requests_sent
        if refused:
            raise refused[0]
        return any(self.parked.values())

    def read_one(self, doctype: str, *, name: str, creation: str) -> None:
        source = next(source for source in self.job.entity.sources if source.doctype == doctype)
        self._run_of(source).read_one(name=name, creation=creation)

    def _read(self, source: Source) -> ErpPermissionError | None:
        """Read a source; a right that is missing is answered, for the others do not need it."""
        try:
            self._run_of(source).read()
        except ErpPermissionError as why:
            return why
        except ErpRefusedError as why:
            if not (source.optional and why.http_status == NO_SUCH_DOCTYPE):
                raise
            marking.forget_all(self.job.entity, source)
        return None

    def _run_of(self, source: Source) -> "_SourceRun":
        return _SourceRun(
            self.job,
            reading.of_this_site(source, self.job.erp),
            cursor=self.cursors[source.doctype],
            parked=self.parked[source.doctype],
            # what goes while we read leaves marks, too
            is_marked=source.doctype in self.marked or bool(self.job.run.removed),
        )


class _SourceRun:
    """One source being read by one run."""

    def __init__(
        self, job: Job, source: Source, *, cursor: Cursor, parked: set[str], is_marked: bool
    ) -> None:
        self.job = job
        self.source = source
        self.cursor = cursor
        self.is_marked = is_marked
        self.is_first = not self.cursor.modified
        self.parked = parked
        self.compares = job.plan.mode == Mode.COMPARE
        self.new_until = ""  # what was saved up to then cannot be here yet
        self._beside: Client | None = None

    def read(self) -> None:
        try:
            self._read()
        finally:
            self._close_beside()

    @property
    def beside(self) -> Client:
        """A connection for questions about a page, while the next page is on its way over the other one."""
        if self._beside is None:
            self._beside = self.job.erp.another()
        return self._beside

    def _close_beside(self) -> None:
        if self._beside is not None:
            self.job.erp.requests_sent += self._beside.requests_sent
            self._beside.session.close()

    def _read(self) -> None:
        start = self._start()
        if guarding.stops(self.job, self.source, start=start):
            if not self.job.plan.is_rehearsal:  # it waits for a person: no run a minute for its marks
                marking.put_off(self.job.entity, self.source, until=timezone.now() + WHILE_HELD)
            return
        if self.is_marked:
            self._look_at(marking.of_source(self.job.entity, self.source))
        self._try_parked_again()
        self._walk(start)
        if self.job.plan.is_whole or (self.source.vanishes and self._has_lost_some()):
            sweep(self)
        self._end_walk()

    def read_one(self, *, name: str, creation: str) -> None:
        """Read what is marked by its name; if ERPNext calls it otherwise now, under that name."""
        try:
            self._follow(name, creation)
            self._look_at({"name": marking.of_name(self.job.entity, self.source, name)})
        finally:
            self._close_beside()

    def _follow(self, name: str, creation: str) -> None:
        if (name, creation) not in still_there(self.source, [name], self.job.erp):
            for page in reading.pages_where(self.job.erp, self.source, "creation", [creation]):
                self.take(page, moves_cursor=False)

    def find_lost(self) -> None:
        """Compare names, if there are not as many there as here."""
        if self._has_lost_some():
            sweep(self)

    # --- what is read --------------------------------------------------------------------------------------
    def _start(self) -> str:
        if self.job.plan.since:
            return self.job.plan.since
        if self.job.plan.mode != Mode.FULL:
            return start_of(self.cursor, self.job.erp)
        return self._resumed()

    def _resumed(self) -> str:
        """Where a whole walk that was cut off goes on; else, and in a rehearsal, at the beginning."""
        if self.job.plan.is_rehearsal:
            return ""
        begun = self.cursor.walk_at
        if begun and self.cursor.walk_modified and timezone.now() - begun < WALK_IS_STALE:
            self.compares = True  # what the first half read may have drifted since
            return self.cursor.walk_modified
        self.cursor.walk_at, self.cursor.walk_modified = timezone.now(), ""
        self._save_cursor("walk_at", "walk_modified")
        return ""

    def _end_walk(self) -> None:
        if self.job.plan.mode == Mode.FULL and not self.job.plan.limit:
            self.cursor.walk_at, self.cursor.walk_modified = None, ""
            self._save_cursor("walk_at", "walk_modified")

    def _walk(self, start: str) -> None:
        limit, read = self.job.plan.limit, 0
        size = min(self.source.page_size, limit or self.source.page_size)
        # begun behind the cursor, what lies between the two would be taken for read
        is_whole = not self.job.plan.since or self.job.plan.since <= start_of(self.cursor, self.job.erp)
        had_until, self.new_until = self._had_until(), self._new_until()
        source = replace(self.source, page_size=size)
        pages = reading.pages(self.job.erp, source, start=start, had_until=had_until)
        read_ahead = reading.ahead(_converted(source, pages, had_until), is_last=lambda one: one[0].is_last)
        for number, (page, converted) in enumerate(read_ahead):
            if not read:
                self._expect(page, start)
            late = self._late(page, had_until)
            if late.docs or reading.after(page.docs, had_until):
                self.take(page, moves_cursor=is_whole, converted=converted + convert(source, late))
            else:
                self._pass_over(page)
            if self.is_first and number == ENOUGH_TO_JUDGE:
                tables.analyse({source.model, *(table.model for table in source.children)})
            read += len(page.docs)
            if limit and read >= limit:
                return

    def _had_until(self) -> str:
        """Up to which stamp a document that is here as ERPNext lists it need not be read again.

        Only the usual run trusts stamps; who names a beginning, or wants all compared, mistrusts them.
        """
        is_usual = self.job.plan.mode == Mode.MODIFIED and not self.job.plan.since
        return self.cursor.modified if is_usual else ""

    def _new_until(self) -> str:
        """Up to which stamp what the first walk into an empty table meets is new.

        What is listed twice, or under another name, has been saved since the walk began.
        """
        if not (self.is_first and tables.is_empty(self.source)):
            return ""
        return site_words(self.job.erp.now() - look_back())

    def _late(self, page: Page, had_until: str) -> Page:
        """What was listed up to there and is not here so: committed late, for instance. With its lines."""
        had = [doc for doc in page.docs if had_until and reading.stamp_of(doc) <= had_until]
        if not had:
            return Page([])
        here = tables.values_present(
            self.source, ("erp_creation", "erp_modified"), [doc["name"] for doc in had]
        )
        late = [
            doc
            for doc in reading.ours(self.source, had)
            if doc["name"] in self.parked
            or not reading.is_exact(doc)
            or here.get(doc["name"]) != (doc["creation"], doc["modified"])
        ]
        return Page(late, reading.lines_of(self.beside, self.source, late) if late else {})

    def _expect(self, page: Page, start: str) -> None:
        """What a progress bar runs towards; one short page needs no counting."""
        is_short = len(page.docs) < self.source.page_size
        there = (
            len(page.docs) if is_short else count(self.job.erp, reading.query_of(self.source), start=start)
        )
        self.job.run.expected += min(there, self.job.plan.limit or there)

    def _has_lost_some(self) -> bool:
        """Whether ERPNext has another number of these documents, so that some went without a trace.

        After the walk: what is new has come already, so a difference is something that went (adr/0105).
        """
        if self.job.plan.limit:
            return False
        waiting = self.parked - {name for _, name, _ in tables.ids_present(self.source, self.parked)}
        there = count(self.job.erp, reading.query_of_ours(self.source), start="")
        return there != tables.present(self.source) + len(waiting)

    def _look_at(self, marked: Mapping[str, list[Marked]]) -> None:
        """Read what is marked, by field; what has left it goes together, or by pages any number would."""
        left: dict[str, Here] = {}
        for field, marks in marked.items():
            for start in range(0, len(marks), self.source.page_size):
                values = [mark.value for mark in marks[start : start + self.source.page_size]]
                left |= self._read_those(field, values)
        remove(self.job, self.source, list(left.values()), gone=self.gone)
        if not self.job.plan.is_rehearsal:
            marking.forget(chain.from_iterable(marked.values()))

    def _read_those(self, field: str, values: list[str]) -> dict[str, Here]:
        """Read what has these values; answers what has them here, and there no more."""
        columns = {column.sources: column.target for column in self.source.columns} | {("name",): "erp_name"}
        left = {one[1]: one for one in tables.having(self.source, columns[(field,)], values)}
        for page in reading.pages_where(self.job.erp, self.source, field, values):
            self.take(page, moves_cursor=False)
            for doc in page.docs:
                left.pop(doc["name"], None)
        return left

    def _try_parked_again(self) -> None:
        """Ask for what waits by name, wherever the cursor stands; what ERPNext has no more waits no more."""
        asked, found = sorted(self.parked), set()
        for page in reading.pages_named(self.job.erp, self.source, asked):
            found |= _names(page)
            self.take(page, moves_cursor=False)
        self._release(set(asked) - found)

    # --- what is written -----------------------------------------------------------------------------------
    def take(self, page: Page, *, moves_cursor: bool, converted: Converted | None = None) -> None:
        """Write a page, or what is converted of it; no transaction is open while we wait for ERPNext."""
        self.job.watch.alive()
        ours = reading.ours(self.source, page.docs)
        found = convert(self.source, Page(ours, page.children)) if converted is None else converted
        are_new = moves_cursor and bool(ours) and reading.stamp_of(page.docs[-1]) < self.new_until
        moves = [] if are_new else moves_in(self.source, found.rows, lambda: self.beside)
        with transaction.atomic():
            applied = apply(self.source, found.rows, moves=moves, stamp=self._stamp(), are_new=are_new)
            self._park([*found.parked, *applied.parked], page)
            if moves_cursor:
                self._advance(page)
            applied.tally["unchanged"] += len(ours) - len(found)
            self._count(applied, read=len(ours), skipped=len(page.docs) - len(ours), parked=len(found.parked))
            if self.job.plan.is_rehearsal:
                transaction.set_rollback(True)
        self.job.unsettled.add(applied.unsettled)
        self._tell(applied)

    def _pass_over(self, page: Page) -> None:
        """All of a page is here as it was: its count is written down with the next page, or at the end."""
        self._advance(page)
        ours = len(reading.ours(self.source, page.docs))
        self.job.run.read += ours
        self.job.run.unchanged += ours
        self.job.run.skipped += len(page.docs) - ours
        self.job.watch.told(self.job.run)

    def _stamp(self) -> Stamp:
        return Stamp(self.job.run.pk or 0, timezone.now(), self.job.every, leaves_marks=not self.is_first)

    def _park(self, refused: list[Parked], page: Page) -> None:
        parking.park(self.job.entity, self.source, refused)
        names = {one.name for one in refused}
        self._release((self.parked - names) & _names(page))
        self.parked |= names

    def _release(self, names: set[str]) -> None:
        """Let out what could be read, or is none of our concern any more."""
        if names and not self.job.plan.is_rehearsal:
            parking.release(self.job.entity, self.source, sorted(names))
            self.parked -= names

    def _count(self, applied: Applied, *, read: int, skipped: int, parked: int) -> None:
        more = dict(applied.tally)
        more["read"], more["skipped"] = read, skipped
        more["quarantined"] = parked + len(applied.parked)
        run = self.job.run
        run.page_at = timezone.now()
        for name, number in more.items():
            setattr(run, name, getattr(run, name) + number)
        self._save_run("page_at", "expected", "requests", *more)

    def gone(self, more: int) -> None:
        """Count what went."""
        self.job.run.removed += more
        self._save_run("removed")
        self.job.watch.told(self.job.run)

    def _save_run(self, *fields: str) -> None:
        self.job.run.requests = self.job.erp.requests_sent
        if not self.job.plan.is_rehearsal:
            self.job.run.save(update_fields=fields)

    def _save_cursor(self, *fields: str) -> None:
        if not self.job.plan.is_rehearsal:
            self.cursor.save(update_fields=fields)

    def _tell(self, applied: Applied) -> None:
        if self.job.plan.is_rehearsal:
            self.parked |= set(applied.created)  # read already, though nothing of it stays
            self.job.watch.found(_differences(self.source, applied))
        self.job.watch.told(self.job.run)

    def _advance(self, page: Page) -> None:
        last = page.docs[-1]
        modified, name = reading.stamp_of(last), str(last["name"])
        has_moved = place_after(self.cursor, modified, name, now=site_words(self.job.erp.now()))
        if self.job.plan.mode == Mode.FULL:
            self.cursor.walk_modified = modified
        if has_moved or self.job.plan.mode == Mode.FULL:
            self._save_cursor("modified", "name", "moved_at", "walk_modified")


def _converted(source: Source, pages: Iterable[Page], had_until: str) -> Iterator[tuple[Page, Converted]]:
    """Each page with the rows of what is new in it."""
    for page in pages:
        new = reading.ours(source, reading.after(page.docs, had_until))
        yield page, convert(source, Page(new, page.children))


def _differences(source: Source, applied: Applied) -> list[Difference]:
    """What a rehearsal found in a page."""
    new: list[Any] = [Difference(source.doctype, name, "created", {}) for name in applied.created]
    changed = [
        Difference(source.doctype, one.erp_name, "changed", one.differences) for one in applied.changed
    ]
    return [*new, *changed]


def _names(page: Page) -> set[str]:
    return {doc["name"] for doc in page.docs}
