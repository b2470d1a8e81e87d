"""What the guard stopped waits in To Do with its list; who accepts it lets these through, and no others."""

from typing import Any, Final

from apps.approvals.models import Item
from apps.approvals.services import Proposal, close_for_subject
from apps.approvals.services import ask as ask_for
from apps.approvals.states import ItemState, Risk
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import NotFoundError
from apps.core.events import publish
from apps.sync.engine.job import Hold, HoldKind
from apps.sync.events import HoldAccepted
from apps.sync.links import record_links

KIND: Final = "sync.guard"
SUBJECT: Final = "sync.guarded"
TITLES: Final = {
    HoldKind.REMOVAL: "{number} of {present} {doctype} records are gone from ERPNext",
    HoldKind.PRICES: "{number} of {present} prices would move by more than half",
}


def ask(hold: Hold, *, actor: Actor) -> None:
    """Put what was stopped before an admin; a later run brings the list up to date."""
    title = TITLES[hold.kind].format(number=len(hold.records), present=hold.present, doctype=hold.doctype)
    ask_for(
        Proposal(
            kind=KIND,
            title=title,
            subject=_subject(hold.entity.name, hold.doctype, hold.kind),
            after={
                "entity": hold.entity.name,
                "doctype": hold.doctype,
                "stopped": hold.kind.value,
                "present": hold.present,
                "records": dict(hold.records),
            },
            risk=Risk.HIGH,
        ),
        actor=actor,
    )


def clear(entity: str, doctype: str, kind: HoldKind, *, actor: Actor) -> None:
    """What waited is no longer so: the records are back, or went by ones and twos."""
    subject = _subject(entity, doctype, kind)
    close_for_subject(subject.kind, subject.id, actor=actor, reason="A later run found nothing to hold back.")


def let_through(item: Item, _: Actor) -> None:
    """Have the entity run once more, with these records past the guard."""
    publish(HoldAccepted(item_id=item.pk, entity=str(item.proposed["entity"])))


def links(item: Item) -> dict[str, dict[str, str]]:
    """Where the held-back records are shown, by their names: one question, however many they are."""
    doctype = str(item.after["doctype"])
    names = list(item.after["records"])
    return {"records": {name: link for (_, name), link in record_links((doctype, n) for n in names).items()}}


def approved_in(item_id: int) -> frozenset[tuple[str, str]]:
    """DocType and name of what an accepted item lets through. Raises NotFoundError for any other item."""
    item = Item.objects.filter(pk=item_id, kind=KIND, state=ItemState.ACCEPTED).first()
    if item is None:
        raise NotFoundError(f"There is no accepted To Do item {item_id} of the sync's guard.")
    after: dict[str, Any] = item.proposed
    return frozenset((str(after["doctype"]), str(name)) for name in after["records"])


def _subject(entity: str, doctype: str, kind: HoldKind) -> Subject:
    return Subject(SUBJECT, f"{entity}/{doctype}/{kind.value}", f"{doctype}: {kind.value}")
