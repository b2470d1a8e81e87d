"""Runs that somebody asks for: written down at once, taken up by a worker."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.events import publish
from apps.core.locks import is_held
from apps.sync.entities import entity_called
from apps.sync.erpnext import Address
from apps.sync.errors import DirectionDisabledError, RunUnderWayError
from apps.sync.events import RunAsked
from apps.sync.models import Run
from apps.sync.services.running import bury_the_dead, lock_name, run
from apps.sync.states import Mode, RunState


def ask_for_run(entity: str, *, mode: Mode, actor: Actor) -> Run:
    """Queue a run of an entity; a worker begins it.

    Raises RunUnderWayError while one is queued or runs, UnknownEntityError.
    """
    name = entity_called(entity).name
    if not is_held(lock_name(name)):
        bury_the_dead(name)
    try:
        with transaction.atomic():
            _refuse_second(name)
            asked: Run = Run.objects.create(
                entity=name,
                mode=mode,
                state=RunState.QUEUED,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_label=actor.label,
            )
            publish(RunAsked(run_id=asked.pk))
    except IntegrityError:  # two asked at the same instant
        _refuse_second(name)
        raise
    return asked


def _refuse_second(entity: str) -> None:
    under_way = Run.objects.under_way().filter(entity=entity).order_by("-id").first()
    if under_way is not None:
        said = _("%(title)s is being read already: run %(run)d, started by %(who)s.") % {
            "title": entity_called(entity).title,
            "run": under_way.pk,
            "who": under_way.actor_label,
        }
        raise RunUnderWayError(said, run_id=under_way.pk)


def run_asked(run_id: int, *, address: Address | None = None) -> list[Run]:
    """Begin what was asked for; nothing when another worker has, or when it may not be read any more.

    Raises AlreadyRunningError.
    """
    asked = Run.objects.queued().filter(pk=run_id).first()
    if asked is None:
        return []
    actor = Actor(asked.actor_kind, asked.actor_id, asked.actor_label)
    try:
        return run([asked.entity], mode=Mode(asked.mode), actor=actor, asked=asked.pk, address=address)
    except DirectionDisabledError as why:
        Run.objects.queued().filter(pk=run_id).update(
            state=RunState.FAILED, finished_at=timezone.now(), problem_code=why.code, problem=str(why)
        )
        return []


def asked_for(*, before: datetime) -> list[int]:
    """Runs that were asked for so long ago that their message must have been lost."""
    return list(Run.objects.queued().filter(started_at__lt=before).values_list("pk", flat=True))
