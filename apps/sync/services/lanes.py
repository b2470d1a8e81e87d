"""Entities side by side: while one waits for ERPNext or PostgreSQL, another goes on.

None begins before those that it refers to are done: what it names is here, then, and need not be resolved
afterwards. An entity is read by one lane; each lane has its own connections.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Condition, Thread
from typing import Final

from django.db import connection

from apps.sync.engine.declarations import Entity
from apps.sync.engine.marking import links_of

LANES: Final = 2  # at once, where nobody says otherwise: more would only press ERPNext harder
PATIENCE: Final = 2.0  # seconds for the others to write down that they were cut off


class Queue:
    """Entities that wait for a lane, in their order; for any number of threads."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._waiting = list(entities)
        self._under_way: list[Entity] = []
        self._changed = Condition()
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
        before = self._waiting[: self._waiting.index(entity)]
        return any(needs(entity, other) for other in (*before, *self._under_way))


def needs(entity: Entity, other: Entity) -> bool:
    """Whether an entity is better read after another: it refers to its records, or is changed by them."""
    refers = any(link.reference.to in other.models for link in links_of([entity]))
    touched = any(touch.entity == entity.name for source in other.sources for touch in source.touches)
    return refers or touched


def in_lanes(queue: Queue, lane: Callable[[], None], *, lanes: int) -> None:
    """Run ``lane`` in this thread, and beside it in others, until the queue is empty.

    Raises what any of them raised. Inside a transaction there is one lane: another would not see what is
    written there.
    """
    beside = [_Beside(queue, lane) for _ in range(1, 1 if connection.in_atomic_block else lanes)]
    for one in beside:
        one.start()
    try:
        lane()
        _wait_for(beside)
    except Exception:
        queue.end()
        _wait_for(beside)
        raise
    except BaseException:  # Ctrl-C, or a worker told to end
        queue.cut_off()
        _wait_for(beside, at_most=PATIENCE)
        raise
    for why in (one.why for one in beside if one.why):
        raise why


def _wait_for(beside: Sequence["_Beside"], *, at_most: float | None = None) -> None:
    for one in beside:
        one.join(at_most)


class _Beside(Thread):
    """A lane beside the first. A daemon: who stops a run need not wait for an answer that nobody wants."""

    def __init__(self, queue: Queue, lane: Callable[[], None]) -> None:
        super().__init__(name="sync-lane", daemon=True)
        self.queue = queue
        self.lane = lane
        self.why: BaseException | None = None

    def run(self) -> None:
        try:
            self.lane()
        except BaseException as why:
            self.why = why
            self.queue.end()
        finally:
            connection.close()
