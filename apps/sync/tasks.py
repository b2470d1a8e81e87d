"""The clock's doorway to the sync."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.queues import Queue
from apps.sync import services
from apps.sync.errors import AnotherSiteError
from apps.sync.services import quarantining, telling
from apps.sync.states import Reach

OVERDUE: Final = timedelta(minutes=1)  # a message that no worker took up by then is sent once more
log = structlog.get_logger(__name__)


@shared_task(queue=Queue.SYNC)
def run_due(name: str) -> None:
    """Pull what was saved since the last run; nothing, while another worker is at it."""
    _run_due(name)


def _run_due(name: str) -> None:
    try:
        runs = services.run_due(name, at=timezone.now(), actor=SYSTEM)
    except AlreadyRunningError:
        return  # that run brings what this one would have; for a mark that came later the clock asks again
    for run in runs:
        if run.problem:
            log.warning("sync failed", entity=run.entity, problem=run.problem)


@shared_task(queue=Queue.SYNC)
def run_asked(run_id: int) -> None:
    """Begin a run that somebody asked for; the clock asks again while another is at its entity."""
    with suppress(AlreadyRunningError):
        services.run_asked(run_id)


@shared_task(queue=Queue.EVENTS)
def read_soon(entity: str) -> None:
    """A webhook told of a document: one run, in a moment, for all that is told by then."""
    if services.is_first_told(entity):
        read_told.apply_async((entity,), countdown=services.GATHERING)


@shared_task(queue=Queue.SYNC)
def read_told(entity: str) -> None:
    """Read what webhooks told of."""
    services.gathered(entity)
    _run_due(entity)


@shared_task(queue=Queue.DEFAULT)
def queue_due_entities() -> None:
    """Write down whose worker has died; queue what was asked for and whatever else is due."""
    services.bury_all_the_dead()
    services.bury_dead_comparisons()
    overdue = timezone.now() - OVERDUE
    for run_id in services.asked_for(before=overdue):
        run_asked.delay(run_id)
    for entity in services.comparisons_asked_for(before=overdue):
        compare_asked.delay(entity)
    if check_id := services.overdue_check(before=overdue):
        check_asked.delay(check_id)
    for one in services.due(at=timezone.now()):
        run_due.delay(one.entity)


@shared_task(queue=Queue.DEFAULT)
def send_outgoing() -> None:
    """Send what waits in the outbox; nothing, while another worker is at it."""
    with suppress(AlreadyRunningError):
        sent = services.send_waiting(at=timezone.now(), actor=SYSTEM)
        if sent.problem:
            log.warning("the outbox could not be sent", problem=sent.problem)


@shared_task(queue=Queue.SYNC)
def fetch_pictures() -> None:
    """Fetch what images products name; nothing, while another worker is at it."""
    try:
        services.fetch_pictures(actor=SYSTEM)
    except AlreadyRunningError:
        return  # the next tick goes on where that one ends
    except AnotherSiteError as why:
        log.warning("no images are fetched", problem=str(why))


@shared_task(
    queue=Queue.SYNC,
    autoretry_for=(AlreadyRunningError,),
    retry_backoff=15,
    retry_backoff_max=300,
    max_retries=12,
)
def run_approved(item_id: int, entity: str) -> None:
    """An admin said yes to what the guard had stopped: read on, with these records past it."""
    services.run_approved(item_id, entity, actor=SYSTEM)


@shared_task(queue=Queue.SYNC)
def verify() -> None:
    """Compare every entity with ERPNext, once the nightly runs are done."""
    with suppress(AlreadyRunningError):  # somebody compares one of them: that is as good
        services.verify(actor=SYSTEM)


@shared_task(queue=Queue.SYNC)
def compare_asked(entity: str) -> None:
    """Compare what somebody asked for, unless another worker is at it."""
    with suppress(AlreadyRunningError):
        services.compare_asked(entity)


@shared_task(queue=Queue.SYNC)
def check_asked(check_id: int) -> None:
    """Look at the connection, and make first what is to be made, unless another worker is at it."""
    with suppress(AlreadyRunningError):
        services.check_asked(check_id)


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_reach(reach: str, problem: str, was: str, at: str, lasted: int) -> None:
    """Tell staff that ERPNext is away, or back."""
    telling.tell_reach(
        reach=Reach(reach),
        problem=problem,
        was=Reach(was),
        at=datetime.fromisoformat(at),
        lasted=timedelta(seconds=lasted),
    )


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_parked(run_id: int) -> None:
    """Tell staff what could not be read."""
    telling.tell_parked(run_id)


@shared_task(queue=Queue.NOTIFICATIONS)
def ask_about_parked(run_id: int) -> None:
    """Put what could not be read into To Do."""
    quarantining.ask(run_id, actor=SYSTEM)


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_parity(parity_id: int, staff_id: str) -> None:
    """Tell staff what differs, or does no more; not him who has just compared it himself."""
    telling.tell_parity(parity_id, but=staff_id)


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_needs_attention(message_id: int) -> None:
    """Tell staff of a message that ERPNext did not take."""
    telling.tell_needs_attention(message_id)


@shared_task(queue=Queue.DEFAULT)
def prune() -> None:
    """Forget old runs and differences."""
    services.prune(at=timezone.now(), actor=SYSTEM)
