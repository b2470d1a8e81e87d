"""A demo ERPNext on a real socket, and short ways to pull from it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.core.actors import SYSTEM
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.engine.declarations import Entity
from apps.sync.engine.job import Hold, HoldKind, Job, Plan
from apps.sync.engine.pulling import pull
from apps.sync.engine.settling import settle
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address, Client, client
from apps.sync.erpnext.address import demo_address
from apps.sync.models import Run
from apps.sync.states import Mode
from tests.factories.media import empty_folder

PullEntity = Callable[..., Run]


def only_source(entity: Entity, doctype: str) -> Entity:
    """The entity with this source and no other: its counts are those of one DocType."""
    return replace(entity, sources=tuple(one for one in entity.sources if one.doctype == doctype))


@pytest.fixture
def erp() -> Iterator[DemoServer]:
    """The recorded site, listening."""
    with DemoServer(Site()) as server:
        yield server


@pytest.fixture
def folder() -> Iterator[Path]:
    """The library's files, none at first."""
    with empty_folder() as place:
        yield place


@pytest.fixture
def address(erp: DemoServer) -> Address:
    return demo_address(port=erp.port)


@pytest.fixture
def _demo_as_ours(erp: DemoServer, settings: Any) -> None:
    """The demo site is the one that this installation is set to read."""
    ours = {"port": erp.port - 1}
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(**vars(settings.DEPLOYMENT) | ours)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once: the waits are the same, only shorter."""
    monkeypatch.setattr(client, "FIRST_WAIT", 0.005)


@pytest.fixture
def run_sync(address: Address) -> Callable[..., list[Run]]:
    """The verb itself, against the demo site."""

    def run(*names: str, full: bool = False) -> list[Run]:
        mode = Mode.FULL if full else Mode.MODIFIED
        return services.run(names, mode=mode, actor=SYSTEM, address=address)

    return run


class Watch:
    """Sees a run, and ends it as a dying worker does after so many pages."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.left = stop_after
        self.holds: list[Hold] = []

    def alive(self) -> None: ...

    def told(self, _: Run) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt

    def hold(self, hold: Hold) -> None:
        self.holds.append(hold)

    def clear(self, entity: Entity, doctype: str, kind: HoldKind) -> None: ...

    def found(self, differences: object) -> None: ...


@pytest.fixture
def pull_pages(address: Address) -> PullEntity:
    """Pull one entity in small pages; ``stop_after`` so many of them the worker dies."""

    def run(
        entity: Entity,
        *,
        page: int = 500,
        stop_after: int | None = None,
        full: bool = False,
        mode: Mode = Mode.MODIFIED,
    ) -> Run:
        paged = replace(entity, sources=tuple(replace(source, page_size=page) for source in entity.sources))
        current = Run.objects.create(
            entity=entity.name,
            mode=Mode.FULL if full else mode,
            actor_kind="system",
            actor_label="test",
        )
        watch = Watch(stop_after)
        with Client(address) as erp_client:
            plan = Plan(mode=Mode(current.mode))
            try:
                job = Job(entity=paged, every=ENTITIES, erp=erp_client, run=current, plan=plan, watch=watch)
                pull(job)
            except KeyboardInterrupt:
                return current
            written = current.created + current.updated
            settle(paged, every=ENTITIES, written=written, unsettled=job.unsettled)
        current.refresh_from_db()
        return current

    return run
