"""How waiting pushes leave: taken up under a lease, sent with no transaction open, and written down.

Two senders never take up the same push (``SKIP LOCKED``). One that is killed leaves his lease behind; when it
is over, another sends what he had in hand again. What he had sent but not written down arrives twice, and
takes its own place on the phone: a push service has no other way (docs/adr/0210).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError
from apps.core.events import publish
from apps.notifications import message_kinds
from apps.notifications.events import PushesWait
from apps.notifications.models import Delivery, Message, Unsubscription
from apps.notifications.options import NotificationOptions
from apps.notifications.push import choosing
from apps.notifications.push.adapter import Adapter, Outcome, Push, Result
from apps.notifications.quiet import quiet_until
from apps.notifications.states import DELIVERY_MOVES, DeliveryState

AT_ONCE: Final = 100
LEASE: Final = timedelta(minutes=5)  # longer than a batch takes, were every answer to time out
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
MOST_ATTEMPTS: Final = 8
_dice: Final = SystemRandom()


class IllegalMoveError(DomainError):
    """A push is not tried again from where it is."""

    code = "illegal-move"


def send_due(*, actor: Actor, adapter: Adapter | None = None, most: int = 5000) -> Counter[str]:
    """Push what waits and may go now, a batch at a time. Says what became of how many."""
    tally: Counter[str] = Counter()
    way = adapter or choosing.adapter()
    while sum(tally.values()) < most and (taken := take(AT_ONCE, at=timezone.now())):
        batch = _send(taken, way, at=timezone.now())
        tally += batch
        if batch["later"] * 2 > len(taken):  # the service is not well: the clock tries again in a minute
            break
    return tally


@transaction.atomic
def take(many: int, *, at: datetime) -> list[Delivery]:
    """Take up what is due, for as long as the lease lasts. In quiet hours only what is urgent."""
    due = Delivery.objects.due(at, only_urgent=quiet_until(at) is not None)
    taken = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related("message", "device")[:many]
    )
    for delivery in taken:
        delivery.attempts += 1
        delivery.due_at = at + LEASE
    Delivery.objects.bulk_update(taken, ["attempts", "due_at"])
    return taken


def _send(taken: list[Delivery], way: Adapter, *, at: datetime) -> Counter[str]:
    """Send what is still wanted; each is written down by itself, so that a fall costs little."""
    unwanted = _unwanted(taken, at=at)
    tally = Counter(
        _drop(delivery, unwanted[delivery.pk], at=at) for delivery in taken if delivery.pk in unwanted
    )
    wanted = [delivery for delivery in taken if delivery.pk not in unwanted]
    going = [delivery for delivery in wanted if delivery.attempts <= MOST_ATTEMPTS]
    tally += Counter(_give_up(delivery, at=at) for delivery in wanted if delivery.attempts > MOST_ATTEMPTS)
    if going:
        results = way.send([_push_of(delivery, at=at) for delivery in going])
        for delivery, result in zip(going, results, strict=True):
            tally[_settle(delivery, result, at=timezone.now())] += 1
    return tally


def _unwanted(taken: Iterable[Delivery], *, at: datetime) -> dict[int, str]:
    """Why not to send, by delivery: the phone, the wish or the occasion is gone."""
    oldest = at - NotificationOptions().pushed_within
    refused = _refused([delivery.message for delivery in taken])
    reasons = {}
    for delivery in taken:
        message = delivery.message
        if delivery.device is None:
            reasons[delivery.pk] = _("The app is no longer on that phone.")
        elif not _is_theirs(delivery):
            reasons[delivery.pk] = _("The phone has changed hands.")
        elif message.read_at is not None:
            reasons[delivery.pk] = _("It was read before it was pushed.")
        elif message.pk in refused:
            reasons[delivery.pk] = _("Unsubscribed since it was told.")
        elif max(message.created_at, delivery.created_at) < oldest:
            reasons[delivery.pk] = _("It could not be pushed in time; it stands in the inbox.")
    return reasons


def _is_theirs(delivery: Delivery) -> bool:
    device, message = delivery.device, delivery.message
    return device is not None and (device.recipient_kind, device.recipient_id) == (
        message.recipient_kind,
        message.recipient_id,
    )


def _refused(messages: Collection[Message]) -> set[int]:
    """The messages of categories that their recipients have unsubscribed from since."""
    who = {message.recipient_id for message in messages}
    rows = Unsubscription.objects.filter(recipient_id__in=who)
    unwanted = set(rows.values_list("recipient_kind", "recipient_id", "category"))
    refused = set()
    for message in messages:
        kind = message_kinds.kind_if_known(message.kind)
        theirs = (message.recipient_kind, message.recipient_id, kind.category.value if kind else "")
        if kind and kind.can_be_refused and theirs in unwanted:
            refused.add(message.pk)
    return refused


def _push_of(delivery: Delivery, *, at: datetime) -> Push:
    message = delivery.message
    given = {str(name): str(value) for name, value in message.data.items()}
    return Push(
        token=delivery.device.token if delivery.device else "",
        platform=delivery.platform,
        title=message.title,
        body=message.body,
        collapse=f"larder-{message.pk}",
        is_urgent=message.is_urgent,
        lives=NotificationOptions().pushed_within,
        data={**given, "message": str(message.pk), "kind": message.kind, "link": message.link},
    )


def _settle(delivery: Delivery, result: Result, *, at: datetime) -> str:
    """Write down what became of a push."""
    if result.outcome == Outcome.GONE:
        if delivery.device is not None:
            delivery.device.delete()
        return _drop(delivery, result.why, at=at)
    if result.outcome == Outcome.LATER and delivery.attempts < MOST_ATTEMPTS:
        waits = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
        waits.update(due_at=at + _wait(delivery.attempts, result.wait), why=_kept(result.why, 300))
        return "later"
    ends = DeliveryState.SENT if result.outcome == Outcome.SENT else DeliveryState.FAILED
    return _move(delivery, ends, why=result.why, reference=result.reference, at=at)


def _wait(attempts: int, asked: timedelta | None) -> timedelta:
    """Twice as long each time, and never all at the same instant; no shorter than the service asked for."""
    longest = min(FIRST_WAIT * (1 << attempts - 1), LONGEST_WAIT)
    return max(longest * _dice.uniform(0.5, 1), asked or timedelta())


def _drop(delivery: Delivery, why: str, *, at: datetime) -> str:
    return _move(delivery, DeliveryState.DROPPED, why=why, at=at)


def _give_up(delivery: Delivery, *, at: datetime) -> str:
    """Each sender who had it in hand fell before he could write anything down: it may be what fells them."""
    why = _("Whoever sent it fell, %(times)d times.") % {"times": MOST_ATTEMPTS}
    return _move(delivery, DeliveryState.FAILED, why=why, at=at)


@transaction.atomic
def try_again(message_ids: Collection[int], *, actor: Actor, at: datetime | None = None) -> int:
    """Push again what failed, on a person's word, with all its attempts before it. Says how many."""
    moment = at or timezone.now()
    failed = Delivery.objects.failed_of(message_ids).select_for_update(of=("self",)).select_related("message")
    tried = list(failed)
    if not tried:
        raise IllegalMoveError(_("None of its pushes has failed: there is nothing to try again."))
    for delivery in tried:
        _move(delivery, DeliveryState.WAITING, at=moment)
    for message in {delivery.message for delivery in tried}:
        audit.record(actor=actor, action="message.tried-again", subject=Subject.of(message))
    publish(PushesWait())
    return len(tried)


def _move(delivery: Delivery, to: DeliveryState, *, at: datetime, why: str = "", reference: str = "") -> str:
    """The only place where a delivery's state is written; the second of two senders finds it moved."""
    was = DeliveryState(delivery.state)
    if to not in DELIVERY_MOVES[was]:
        raise IllegalMoveError(f"{was.label} → {to.label} is not a step a push takes.")
    fresh = {"attempts": 0, "due_at": at, "created_at": at} if to == DeliveryState.WAITING else {}
    ended = None if to == DeliveryState.WAITING else at
    moved = Delivery.objects.filter(pk=delivery.pk, state=was).update(
        state=to, why=_kept(why, 300), reference=_kept(reference, 200), ended_at=ended, **fresh
    )
    return to.value if moved else "moved already"


def _kept(said: str, most: int) -> str:
    """What a push service said, as a column takes it: text may hold what PostgreSQL does not."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:most]
