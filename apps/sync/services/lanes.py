"""Entities side by side: while one waits for ERPNext or PostgreSQL, another goes on.

None begins before those that it refers to are done: what it names is here, then, and need not be resolved
afterwards. An entity is read by one lane; each lane has its own connections.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Condition, Thread
from time import monotonic
from typing import Final

import structlog
from django.db import connection

from apps.sync.engine.declarations import Entity
from apps.sync.engine.marking import links_of

log = structlog.get_logger(__name__)
LANES: Final = 2  # at once, where nobody says otherwise: more would only press ERPNext harder
PATIENCE: Final = 2.0  # seconds for the others to write down that they were cut off


class Agenda:
    """What is to be read, in order, and what is being read; for any number of threads."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._waiting = list(entities)
        self._under_way: list[Entity] = []
        self._changed = Condition()
        self._is_open = False
        self._is_cut_off = False

    def __iter__(self) -> Iterator[Entity]:
        """One entity after another, as long as there are any; whoever asks for the next is done with one."""
        while (entity := self._next()) is not None:
            yield entity
            with self._changed:
                self._under_way.remove(entity)
                self._changed.notify_all()

    def end(self) -> None:
        """Let what is under way come to its end, and begin nothing more."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def cut_off(self) -> None:
        """Begin nothing more, and have what is under way stop at its next page."""
        self._is_cut_off = True
        self.end()

    def open(self) -> None:
        """ERPNext has let the first one in. Until then no other begins: it would meet the same refusal."""
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def check(self) -> None:
        """Go on, unless all were told to stop: raises KeyboardInterrupt, as the signal itself would."""
        if self._is_cut_off:
            raise KeyboardInterrupt

    def _next(self) -> Entity | None:
        with self._changed:
            while self._waiting:
                for entity in self._waiting:
                    if not self._must_wait(entity):
                        self._waiting.remove(entity)
                        self._under_way.append(entity)
                        return entity
                self._changed.wait()
            return None

    def _must_wait(self, entity: Entity) -> bool:
        if self._under_way and not self._is_open:
            return True
        before = self._waiting[: self._waiting.index(entity)]
        return any(needs(entity, other) for other in (*before, *self._under_way))


def needs(entity: Entity, other: Entity) -> bool:
    """Whether an entity is better read after another: it refers to its records, or is changed by them."""
    refers = any(link.reference.to in other.models for link in links_of([entity]))
    touched = any(touch.entity == entity.name for source in other.sources for touch in source.touches)
    return refers or touched


def in_lanes(agenda: Agenda, lane: Callable[[], None], *, lanes: int) -> None:
    """Run ``lane`` in this thread, and beside it in others, until nothing is left on the agenda.

    Raises what any of them raised. Inside a transaction there is one lane: another would not see what is
    written there.
    """
    beside = [_Beside(agenda, lane) for _ in range(1, 1 if connection.in_atomic_block else lanes)]
    try:
        _run_all(agenda, lane, beside)
    except (KeyboardInterrupt, SystemExit):  # or a worker told to end
        agenda.cut_off()
        _wait_for(beside, at_most=PATIENCE)
        raise


def _run_all(agenda: Agenda, lane: Callable[[], None], beside: Sequence["_Beside"]) -> None:
    for one in beside:
        one.start()
    try:
        lane()
    except Exception:
        agenda.end()
        _wait_for(beside)
        for why in (one.why for one in beside if one.why):
            log.warning("another lane stumbled, too", exc_info=why)  # of two only one can be raised
        raise
    _wait_for(beside)
    for why in (one.why for one in beside if one.why):
        raise why


def _wait_for(beside: Sequence["_Beside"], *, at_most: float | None = None) -> None:
    until = None if at_most is None else monotonic() + at_most
    for one in beside:
        if one.ident is not None:  # it has begun
            one.join(None if until is None else max(0.0, until - monotonic()))


class _Beside(Thread):
    """A lane beside the first. A daemon: who stops a run need not wait for an answer that nobody wants."""

    def __init__(self, agenda: Agenda, lane: Callable[[], None]) -> None:
        super().__init__(name="sync-lane", daemon=True)
        self.agenda = agenda
        self.lane = lane
        self.why: BaseException | None = None

    def run(self) -> None:
        try:
            self.lane()
        except BaseException as why:
            self.why = why
            self.agenda.end()
        finally:
            connection.close()
