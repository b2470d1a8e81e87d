"""What could not be read waits in To Do, an item an entity; who accepts it has it tried again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from django.utils.translation import ngettext

from apps.approvals.models import Item
from apps.approvals.services import Proposal
from apps.approvals.services import ask as ask_for
from apps.approvals.states import Risk
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.sync.engine.marking import mark
from apps.sync.entities import entity_called
from apps.sync.errors import RunUnderWayError
from apps.sync.links import record_links
from apps.sync.models import Quarantine, Run
from apps.sync.services import gate
from apps.sync.services.asking import ask_for_run
from apps.sync.states import Direction, Mode

KIND: Final = "sync.quarantine"
SUBJECT: Final = "sync.quarantined"
LISTED: Final = 100  # records that an item names; the quarantine itself has all


def ask(run_id: int, *, actor: Actor) -> Item | None:
    """Put what is parked of a run's entity before whoever runs the sync, if the run parked anything new.

    What waits already is brought up to date, where it has changed; once nothing is parked, the item closes
    by itself. What was rejected is not asked again at every run that fails to read it.
    """
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        return None
    parked = Quarantine.objects.filter(entity=run.entity)
    waiting = Item.objects.open().about(kind=SUBJECT, subject_id=run.entity).first()
    is_new = parked.filter(first_at__gte=run.started_at).exists()
    proposal = _proposal(run.entity, list(parked.order_by("doctype", "erp_name")[:LISTED]), parked.count())
    if not (is_new or waiting) or (waiting is not None and waiting.after == proposal.after):
        return waiting
    return ask_for(proposal, actor=actor) if proposal.after["number"] else waiting


def _proposal(entity: str, first: Sequence[Quarantine], number: int) -> Proposal:
    title = str(entity_called(entity).title)
    said = ngettext(
        "%(n)d record of %(title)s could not be read", "%(n)d records of %(title)s could not be read", number
    )
    records = {str(one): f"{one.field} {one.reason}".strip() for one in first}
    return Proposal(
        kind=KIND,
        title=said % {"n": number, "title": title},
        subject=Subject(SUBJECT, entity, title),
        after={"entity": title, "number": number, "records": records},
        risk=Risk.MEDIUM,
    )


def try_again(item: Item, actor: Actor) -> None:
    """Have the entity run once more: what is parked is tried first of all.

    While it is being read already, that run may have passed them: they are marked for the next. Raises
    SyncPostDisabledError and DirectionDisabledError, as for every run that somebody asks for.
    """
    entity = item.subject_id
    gate.check_environment()
    gate.check_control(entity, Direction.PULL)
    try:
        ask_for_run(entity, mode=Mode.MODIFIED, actor=actor)
    except RunUnderWayError:
        for doctype, names in _names(entity).items():
            mark(entity, doctype, names, reason="tried again by hand")


def links(item: Item) -> dict[str, dict[str, str]]:
    """Where those that were read before are shown, as they were then."""
    pairs = [(doctype, name) for doctype, names in _names(item.subject_id).items() for name in names[:LISTED]]
    found = record_links(pairs)
    return {"records": {f"{doctype} {name}": link for (doctype, name), link in found.items() if link}}


def still_parked(entities: Collection[str]) -> set[str]:
    """Of these entities, those of which something is parked."""
    return set(Quarantine.objects.filter(entity__in=entities).values_list("entity", flat=True).distinct())


def _names(entity: str) -> dict[str, list[str]]:
    """What is parked of an entity, by DocType."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for doctype, name in Quarantine.objects.filter(entity=entity).values_list("doctype", "erp_name"):
        names[doctype].append(name)
    return names
