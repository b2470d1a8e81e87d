"""Comparisons that somebody asks for: written down at once, taken up by a worker, gone with their result."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.clock import shop_zone
from apps.core.events import publish
from apps.core.locks import held_of
from apps.sync.engine.marking import mark
from apps.sync.entities import entity_called, in_order
from apps.sync.erpnext import Address
from apps.sync.errors import ComparisonUnderWayError, NothingDiffersError
from apps.sync.events import ComparisonAsked
from apps.sync.models import Comparing, Parity, Run
from apps.sync.services.asking import ask_for_run
from apps.sync.services.verifying import TOTAL, lock_name, verify
from apps.sync.states import Mode

DIFFERED: Final = "it differed when it was compared"


def ask_for_comparison(entity: str, *, is_deep: bool, actor: Actor) -> Comparing:
    """Queue a comparison of an entity with ERPNext; a worker begins it.

    Raises ComparisonUnderWayError while one is queued or under way, UnknownEntityError.
    """
    name = entity_called(entity).name
    _bury(list(Comparing.objects.filter(entity=name)))
    try:
        with transaction.atomic():
            asked: Comparing = Comparing.objects.create(
                entity=name,
                is_deep=is_deep,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_label=actor.label[:200],
            )
            publish(ComparisonAsked(entity=name))
    except IntegrityError as why:
        raise ComparisonUnderWayError(_already(name)) from why
    return asked


def ask_for_comparisons(entities: Sequence[str] = (), *, is_deep: bool, actor: Actor) -> list[Comparing]:
    """The same for several (all, when none is named), but for those of which one is under way already.

    Raises ComparisonUnderWayError when that leaves none, UnknownEntityError.
    """
    chosen = [entity.name for entity in in_order(entities)]
    busy = {one.entity for one in under_way()}
    left = [name for name in chosen if name not in busy]
    if not left:
        raise ComparisonUnderWayError(
            _already(chosen[0]) if len(chosen) == 1 else _("Everything is being compared already.")
        )
    return [ask_for_comparison(name, is_deep=is_deep, actor=actor) for name in left]


def _already(name: str) -> str:
    there = Comparing.objects.filter(entity=name).first()
    if there is None:  # it ended this very moment
        return _("%(title)s has just been compared.") % {"title": entity_called(name).title}
    since = (there.begun_at or there.asked_at).astimezone(shop_zone())
    return _("%(title)s is being compared already: %(who)s asked for it, %(since)s.") % {
        "title": entity_called(name).title,
        "who": there.actor_label,
        "since": f"{since:%H:%M}",
    }


def under_way() -> list[Comparing]:
    """What waits for a worker or is being compared; what a killed worker has left behind is neither."""
    rows = list(Comparing.objects.order_by("entity"))
    dead = {row.pk for row in _dead(rows)}
    return [row for row in rows if row.pk not in dead]


def _dead(rows: Iterable[Comparing]) -> list[Comparing]:
    begun = {lock_name(row.entity): row for row in rows if row.begun_at}
    alive = held_of(begun) if begun else set()
    return [row for lock, row in begun.items() if lock not in alive]


def _bury(rows: Iterable[Comparing]) -> None:
    for row in _dead(rows):
        Comparing.objects.filter(pk=row.pk, begun_at=row.begun_at).delete()


def bury_dead_comparisons() -> None:
    """Forget comparisons whose worker has died; the clock does this each minute."""
    _bury(list(Comparing.objects.all()))


def compare_asked(entity: str, *, address: Address | None = None) -> list[Parity]:
    """Compare what was asked for; nothing when another worker has. Raises AlreadyRunningError."""
    asked = Comparing.objects.filter(entity=entity, begun_at=None).first()
    if asked is None:
        return []
    actor = Actor(asked.actor_kind, asked.actor_id, asked.actor_label)
    return verify([entity], actor=actor, is_deep=asked.is_deep, address=address)


def comparisons_asked_for(*, before: datetime) -> list[str]:
    """Entities whose comparison was asked for so long ago that its message must have been lost."""
    waiting = Comparing.objects.filter(begun_at=None, asked_at__lt=before)
    return list(waiting.values_list("entity", flat=True))


@transaction.atomic
def read_differing_again(entity: str, *, actor: Actor) -> Run:
    """Mark what differed when the entity was last compared, and queue a run that reads it.

    Totals of days are no documents: only a full run can bring them right. Raises NothingDiffersError,
    RunUnderWayError, UnknownEntityError.
    """
    name = entity_called(entity).name
    names = _differing(name)
    if not names:
        raise NothingDiffersError(_("No record is known to differ. Compare it first."))
    for doctype, values in names.items():
        mark(name, doctype, values, reason=DIFFERED)
    return ask_for_run(name, mode=Mode.MODIFIED, actor=actor)


def _differing(entity: str) -> dict[str, list[str]]:
    """The names of what differed when it was last compared with a result, by DocType."""
    sound = Parity.objects.filter(entity=entity, problem="").order_by("-id").first()
    found: dict[str, list[str]] = {}
    for one in sound.differences if sound else ():
        if not one["name"].startswith(TOTAL):
            found.setdefault(one["doctype"], []).append(one["name"])
    return found
