"""Run entities: one at a time each, what came written down page by page, every end with its reason."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from django.utils import timezone

from apps.core.actors import Actor
from apps.core.locks import only_one
from apps.sync.engine.declarations import Entity
from apps.sync.engine.pulling import pull, settle
from apps.sync.engine.reading import query_of
from apps.sync.entities import ENTITIES, in_order
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.erpnext.lists import count
from apps.sync.errors import (
    AnotherSiteError,
    ErpCredentialsError,
    ErpUnreachableError,
    SyncError,
)
from apps.sync.models import MirroredSite, Quarantine, Run
from apps.sync.states import Mode, RunState


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
    refused key or another site stops all. Raises SyncError and AlreadyRunningError.
    """
    entities = in_order(names)
    with Client(address or configured_address()) as erp:
        _same_site(erp)
        runs = []
        for entity in entities:
            runs.append(_run_one(entity, erp, mode=mode, actor=actor, progress=progress))
            if runs[-1].problem_code in {ErpUnreachableError.code, ErpCredentialsError.code}:
                break  # the next one would only wait for the same
    return runs


def _same_site(erp: Client) -> None:
    """Check address and credentials, and that this is the ERPNext which this database mirrors."""
    erp.get("/api/method/frappe.auth.get_logged_user")
    mirrored, _ = MirroredSite.objects.get_or_create(pk=1, defaults={"site": erp.address.site})
    if mirrored.site != erp.address.site:
        raise AnotherSiteError(
            f"This database mirrors {mirrored.site}, and the settings lead to {erp.address.site}. Two sites "
            "cannot be mixed: use the old address, or start with an empty database."
        )


def _run_one(entity: Entity, erp: Client, *, mode: Mode, actor: Actor, progress: Progress | None) -> Run:
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
            if progress:
                progress.started(entity, expected=_expected(entity, erp))
            pull(entity, erp, run=current, tell=(progress or Silent()).moved)
            settle(entity, every=ENTITIES, written=current.created + current.updated)
    if progress:
        progress.finished(current)
    return current


def _expected(entity: Entity, erp: Client) -> int:
    """How many documents the site has: what a progress bar runs towards."""
    return sum(count(erp, query_of(source), start="") for source in entity.sources)


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
    except BaseException as why:
        _end(current, RunState.INTERRUPTED, code="interrupted", problem=f"{type(why).__name__}: {why}")
        raise
    else:
        waiting = Quarantine.objects.filter(entity=current.entity).exists()
        _end(current, RunState.PARTIAL if waiting else RunState.SUCCEEDED)


def _end(current: Run, state: RunState, *, code: str = "", problem: str = "") -> None:
    current.state, current.finished_at = state, timezone.now()
    current.problem_code, current.problem = code, problem
    current.save(update_fields=["state", "finished_at", "problem_code", "problem"])
