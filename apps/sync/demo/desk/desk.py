"""Where writing requests come in: one at a time, all of it or nothing, and told of only when it is done."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from apps.sync.demo.desk.doctypes import CONTROLLERS
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Event, Work
from apps.sync.demo.envelopes import Answer, Body, RefusalError, wrapped
from apps.sync.demo.singles import SINGLES, settings
from apps.sync.demo.store import Store
from apps.sync.demo.users import Right, User

ACCEPTED: Final = 202
Given = Mapping[str, Any]
Told = Callable[[list[Event]], None]
Outcome = TypeVar("Outcome")


class Desk:
    """Writes to a store; ``told`` hears of what happened once a request is done."""

    def __init__(self, store: Store, *, told: Told) -> None:
        self.store = store
        self._told = told

    def insert(self, user: User, doctype: str, given: Given) -> Answer:
        """A new document. Raises RefusalError, as all of these."""
        return self._document(user, lambda life: life.insert(doctype, given))

    def change(self, user: User, doctype: str, name: str, given: Given) -> Answer:
        """New values for a document, or its next state."""
        if doctype in SINGLES:
            return self._set(user, doctype, given)
        return self._document(user, lambda life: life.change(doctype, name, given))

    def delete(self, user: User, doctype: str, name: str) -> Answer:
        """Away with a document."""
        _, work = self._done(user, lambda life: life.delete(doctype, name))
        return Answer(ACCEPTED, {"data": "ok"} | wrapped(work.messages))

    def rename(
        self, user: User, doctype: str, old: str, new: str, *, merge: bool = False
    ) -> tuple[str, Body]:
        """Another name for a document, or another document for its name."""
        name, work = self._done(user, lambda life: life.rename(doctype, old, new, merge=merge))
        return name, wrapped(work.messages)

    def do(self, user: User, step: Callable[[Life], Outcome]) -> Outcome:
        """Any step of a document's life, for who is in the shop and speaks no HTTP."""
        return self._done(user, step)[0]

    def do_late(self, user: User, step: Callable[[Life], Outcome], *, after_requests: int) -> Outcome:
        """A step whose transaction stays open: what it writes is seen after so many more requests, behind
        its own stamp. For what only adds: rows of others that it changed would come back as they were.
        """
        with self.store.lock:
            outcome, work = self._tried(user, step)
            numbers = dict(self.store.series)
            rows = work.written()
            work.roll_back()
            self.store.series.update(numbers)  # they are taken: a second transaction would wait for them
            for doctype, values in rows:
                self.store.put_late(doctype, after_requests=after_requests, **values)
        return outcome

    def stored(self, user: User, what: Callable[[Life], Document]) -> tuple[Body, Body]:
        """What a step made of a document, and the messages that go with it."""
        document, work = self._done(user, what)
        return document.told(), wrapped(work.messages)

    def _document(self, user: User, what: Callable[[Life], Document]) -> Answer:
        document, messages = self.stored(user, what)
        return Answer(200, {"data": document} | messages)

    def _set(self, user: User, doctype: str, given: Given) -> Answer:
        def step(life: Life) -> Body:
            life.work.require(Right.WRITE, doctype)
            for field, value in given.items():
                if field in SINGLES[doctype]:
                    life.work.set(doctype, field, value)
            life.work.set(doctype, "modified", life.work.stamp())
            life.work.set(doctype, "modified_by", user.name)
            return settings(doctype, self.store.settings[doctype])

        told, _ = self._done(user, step)
        return Answer(200, {"data": {field: value for field, value in told.items() if value is not None}})

    def _done(self, user: User, step: Callable[[Life], Outcome]) -> tuple[Outcome, Work]:
        """Do all of a step, or none of it; what is done first is told of first."""
        with self.store.lock:
            outcome, work = self._tried(user, step)
            self._told(work.events)
        return outcome, work

    def _tried(self, user: User, step: Callable[[Life], Outcome]) -> tuple[Outcome, Work]:
        """Do a step; whoever calls holds the store's lock. Of one that raises nothing stays."""
        work = Work(self.store, user, CONTROLLERS)
        try:
            return step(Life(work)), work
        except Exception as why:
            work.roll_back()
            if isinstance(why, RefusalError):
                why.come_after(work.messages)
            raise
