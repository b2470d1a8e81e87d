"""Run entities: one at a time each, what came written down page by page, every end with its reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final, Protocol

from django.db import DatabaseError
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.sync.engine.declarations import Entity
from apps.sync.engine.pulling import expected, pull, settle
from apps.sync.entities import ENTITIES, in_order
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.errors import (
    AnotherSiteError,
    ErpCredentialsError,
    ErpRefusedError,
    ErpUnreachableError,
    SyncError,
)
from apps.sync.models import MirroredSite, Quarantine, Run
from apps.sync.states import Mode, RunState

# The next entity would only meet the same.
ENDS_ALL: Final = frozenset({ErpUnreachableError.code, ErpCredentialsError.code, AnotherSiteError.code})


class Progress(Protocol):
    """Whoever watches a run: a progress bar, a live page."""

    def started(self, entity: Entity, *, expected: int) -> None: ...

    def moved(self, run: Run) -> None: ...

    def finished(self, run: Run) -> None: ...


class Silent:
    """Nobody watches."""

    def started(self, entity: Entity, *, expected: int) -> None: ...

    def moved(self, run: Run) -> None: ...

    def finished(self, run: Run) -> None: ...


def run(
    names: Sequence[str] = (),
    *,
    mode: Mode = Mode.MODIFIED,
    actor: Actor,
    progress: Progress | None = None,
    address: Address | None = None,
) -> list[Run]:
    """Pull these entities (all, when none is named), what others refer to first.

    An entity that fails ends as a failed run with its reason and does not stop the others; no answer, a
    refused key or another site ends all. One that another worker is at is passed over, and named at the end:
    raises AlreadyRunningError. Raises UnknownEntityError before anything is read.
    """
    entities = in_order(names)
    runs: list[Run] = []
    busy: AlreadyRunningError | None = None
    with Client(address or configured_address()) as erp:
        for entity in entities:
            try:
                runs.append(_run_one(entity, erp, mode=mode, actor=actor, progress=progress or Silent()))
            except AlreadyRunningError as why:
                busy = why
                continue
            if runs[-1].problem_code in ENDS_ALL:
                break
    if busy:
        raise busy
    return runs


def _same_site(erp: Client) -> None:
    """Check address and credentials, and that this is the ERPNext which this database mirrors."""
    try:
        erp.get("/api/method/frappe.auth.get_logged_user")
    except ErpRefusedError as why:
        if why.http_status != HTTPStatus.NOT_FOUND:
            raise
        raise ErpUnreachableError(
            f"Something answers at {erp.address.url}, but not an ERPNext site: check ERPNEXT_URL, its host "
            "name above all."
        ) from why
    mirrored, _ = MirroredSite.objects.get_or_create(pk=1, defaults={"site": erp.address.site})
    if mirrored.site != erp.address.site:
        raise AnotherSiteError(
            f"This database mirrors {mirrored.site}, and the settings lead to {erp.address.site}. Two sites "
            "cannot be mixed: use the old address, or start with an empty database."
        )


def _run_one(entity: Entity, erp: Client, *, mode: Mode, actor: Actor, progress: Progress) -> Run:
    with only_one(f"sync:{entity.name}"):
        _bury_the_dead(entity)
        current: Run = Run.objects.create(
            entity=entity.name,
            mode=mode,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
        )
        with _ending(current):
            _same_site(erp)
            progress.started(entity, expected=expected(entity, erp, mode=mode))
            pull(entity, erp, run=current, tell=progress.moved)
            settle(entity, every=ENTITIES, written=current.created + current.updated)
    progress.finished(current)
    return current


def _bury_the_dead(entity: Entity) -> None:
    """We hold the lock, so whoever is still said to be running is not."""
    Run.objects.running().filter(entity=entity.name).update(
        state=RunState.INTERRUPTED, finished_at=timezone.now(), problem="The worker died on the way."
    )


@contextmanager
def _ending(current: Run) -> Iterator[None]:
    """Write down how a run ended, whatever ended it."""
    try:
        yield
    except SyncError as why:
        _end(current, RunState.FAILED, code=why.code, problem=str(why))
    except Exception as why:
        with suppress(DatabaseError):  # it may be the database that is gone; the next run says so then
            _end(current, RunState.FAILED, code="unexpected", problem=f"Larder stumbled over {why!r}.")
        raise
    except BaseException:  # Ctrl-C, or a worker told to end
        _end(current, RunState.INTERRUPTED, code="interrupted", problem="It was stopped on the way.")
        raise
    else:
        waiting = Quarantine.objects.filter(entity=current.entity).exists()
        _end(current, RunState.PARTIAL if waiting else RunState.SUCCEEDED)


def _end(current: Run, state: RunState, *, code: str = "", problem: str = "") -> None:
    current.state, current.finished_at = state, timezone.now()
    current.problem_code, current.problem = code, problem
    current.save(update_fields=["state", "finished_at", "problem_code", "problem"])
