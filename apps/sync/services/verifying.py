"""Parity: is the copy equal? Names, stamps and the totals of each day; every field, when that is asked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import AlreadyRunningError
from apps.core.events import publish
from apps.core.locks import LockConnection
from apps.sync.engine import names, reading, tables
from apps.sync.engine.declarations import DayTotals, Entity, Source
from apps.sync.engine.job import Plan
from apps.sync.entities import in_order
from apps.sync.erpnext import Address, Client, configured_address, logged_user, names_of
from apps.sync.errors import ErpRefusedError, SyncError
from apps.sync.events import ParityFound
from apps.sync.models import Comparing, Parity
from apps.sync.services import connection
from apps.sync.services.running import ENDS_ALL, rehearse
from apps.sync.states import Mode

MISSING: Final = "missing here"
GONE: Final = "gone from ERPNext"
TOTAL: Final = "total of "  # before a day: what differs there is no document
KEPT: Final = 200  # differences written down for people; the score counts all
Doc = dict[str, Any]
NO_SUCH_DOCTYPE: Final = 404


@dataclass
class Comparison:
    """What a comparison of one entity found; each difference is DocType, name and what of it."""

    entity: str
    there: int = 0
    here: int = 0
    differing: int = 0
    differences: list[dict[str, str]] = field(default_factory=list)
    problem: str = ""
    problem_code: str = ""

    def fail(self, code: str, problem: str) -> None:
        """Write down why it could not be compared."""
        self.problem_code, self.problem = code, problem

    def add(self, doctype: str, found: Sequence[tuple[str, str]]) -> None:
        """Write differences down, the first ones by name."""
        self.differing += len(found)
        room = max(KEPT - len(self.differences), 0)
        self.differences += [{"doctype": doctype, "name": name, "what": what} for name, what in found[:room]]


def verify(
    entities: Sequence[str] = (),
    *,
    actor: Actor,
    is_deep: bool = False,
    address: Address | None = None,
) -> list[Parity]:
    """Compare entities (all, when none is named) with ERPNext and keep each result; nothing else is written.

    ``is_deep`` reads every document whole and compares every field. One that another worker compares is
    passed over, and named at the end: raises AlreadyRunningError. Raises UnknownEntityError.
    """
    found: list[Parity] = []
    busy: list[AlreadyRunningError] = []
    ended: Comparison | None = None  # what would be the same for those that come after
    with Client(address or configured_address()) as erp, LockConnection() as locks:
        for entity in in_order(entities):
            try:
                with locks.only_one(lock_name(entity.name)):
                    at = timezone.now()
                    begun = _begun(entity, is_deep=is_deep, actor=actor, at=at)
                    comparison = _compared(entity, erp, is_deep=begun.is_deep, ended=ended)
                    found.append(_kept(comparison, begun, at=at))
            except AlreadyRunningError as why:
                busy.append(why)
                continue
            ended = comparison if comparison.problem_code in ENDS_ALL else None
    if busy:
        raise busy[-1]
    return found


def lock_name(entity: str) -> str:
    """The lock that whoever compares this entity holds."""
    return f"sync:verify:{entity}"


def _begun(entity: Entity, *, is_deep: bool, actor: Actor, at: datetime) -> Comparing:
    """Write down that it begins; what somebody asked for meanwhile is this one, as deep as he wants it."""
    waiting = Comparing.objects.filter(entity=entity.name, begun_at=None).first()
    begun, _ = Comparing.objects.update_or_create(
        entity=entity.name,
        defaults={
            "is_deep": is_deep or (waiting is not None and waiting.is_deep),
            "begun_at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_label": actor.label[:200],
        },
    )
    return begun


@transaction.atomic
def _kept(comparison: Comparison, begun: Comparing, *, at: datetime) -> Parity:
    """As it was when the comparison began: what was saved since may or may not be in it."""
    Comparing.objects.filter(pk=begun.pk).delete()
    connection.note(comparison.problem_code, comparison.problem)
    parity = Parity.objects.create(
        entity=comparison.entity,
        at=at,
        is_deep=begun.is_deep,
        there=comparison.there,
        here=comparison.here,
        differing=comparison.differing,
        differences=comparison.differences,
        problem=comparison.problem,
        asked_by=begun.actor_label,
    )
    publish(ParityFound(parity_id=parity.pk, staff_id=begun.actor_id if begun.actor_kind == "staff" else ""))
    return parity


def _compared(entity: Entity, erp: Client, *, is_deep: bool, ended: Comparison | None) -> Comparison:
    comparison = Comparison(entity.name)
    if ended is not None:
        comparison.fail(ended.problem_code, ended.problem)
        return comparison
    try:
        if not erp.user:
            logged_user(erp)
        connection.check_site(erp.address)
        for source in entity.sources:
            _compare(source, erp, comparison)
        if is_deep:
            _deepen(entity, comparison, address=erp.address)
    except SyncError as why:
        comparison.fail(why.code, str(why))
    return comparison


def _compare(source: Source, erp: Client, comparison: Comparison) -> None:
    totals = _Totals(source.totals) if source.totals else None
    with names.listed():
        try:
            for docs in _names(source, erp):
                names.add([_listed(source, doc) for doc in docs])
                if totals:
                    totals.add([doc for doc in docs if reading.is_ours(source, doc)])
        except ErpRefusedError as why:
            if not (source.optional and why.http_status == NO_SUCH_DOCTYPE):
                raise
        names.close()
        comparison.there += names.ours()
        comparison.here += tables.present(source)
        comparison.add(source.doctype, [(name, MISSING) for name in names.strangers(source)])
        comparison.add(source.doctype, [(name, GONE) for _, name, _ in names.missing(source)])
        comparison.add(source.doctype, names.differing(source))
    if totals:
        comparison.add(source.doctype, list(totals.differing(source)))


def _names(source: Source, erp: Client) -> Iterator[list[Doc]]:
    of_totals = source.totals.fields if source.totals else ()
    fields = tuple(dict.fromkeys((*reading.name_fields(source), *of_totals)))
    return names_of(erp, replace(reading.query_of(source), filters=()), fields=fields)


def _listed(source: Source, doc: Doc) -> names.Listed:
    return doc["name"], doc["creation"], doc["modified"], reading.is_ours(source, doc)


class _Totals:
    """The sum of each day's submitted documents, there and here."""

    def __init__(self, totals: DayTotals) -> None:
        self.totals = totals
        self.there: defaultdict[date, Decimal] = defaultdict(Decimal)

    def add(self, docs: Sequence[Doc]) -> None:
        for doc in docs:
            if doc["docstatus"] == self.totals.docstatus:
                day = date.fromisoformat(doc[self.totals.day])
                self.there[day] += Decimal(repr(doc[self.totals.amount]))

    def differing(self, source: Source) -> Iterator[tuple[str, str]]:
        """The days whose sums are not the same."""
        here = self._here(source)
        for day in sorted({*here, *self.there}):
            mine, theirs = (
                here.get(day, Decimal(0)),
                self.there.get(day, Decimal(0)).quantize(Decimal("1e-9")),
            )
            if mine != theirs:
                shown = f"{tables.plain_number(mine)} here, {tables.plain_number(theirs)} there"
                yield f"{TOTAL}{day}", shown

    def _here(self, source: Source) -> dict[date, Decimal]:
        day, amount = self.totals.day_column, self.totals.amount_column
        rows = (
            source.model._base_manager.filter(
                gone_at=None, **source.fixed, **{self.totals.docstatus_column: self.totals.docstatus}
            )
            .values_list(day)
            .annotate(Sum(amount))
        )
        return dict(rows)


def _deepen(entity: Entity, comparison: Comparison, *, address: Address) -> None:
    """Every field of every document, by a full run that keeps nothing."""
    try:
        [rehearsal] = rehearse([entity.name], plan=Plan(mode=Mode.FULL), most=KEPT, address=address)
    except AlreadyRunningError as why:
        said = f"{entity.title} is being read just now. Compare every field again when that is over."
        comparison.fail(why.code, said)
        return
    comparison.fail(rehearsal.run.problem_code, rehearsal.run.problem)
    known = {(one["doctype"], one["name"]) for one in comparison.differences}
    for one in rehearsal.differences:
        if one.what == "changed" and (one.doctype, one.name) not in known:
            comparison.differences.append(
                {"doctype": one.doctype, "name": one.name, "what": ", ".join(one.columns) or "stamps"}
            )
    comparison.differing = max(comparison.differing, rehearsal.run.created + rehearsal.run.updated)
