"""A demo ERPNext on a real socket, and short ways to pull from it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from apps.core.actors import SYSTEM
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.engine.declarations import Entity
from apps.sync.engine.pulling import pull, settle
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address, Client, client
from apps.sync.erpnext.address import demo_address
from apps.sync.models import Run
from apps.sync.states import Mode

PullEntity = Callable[..., Run]


@pytest.fixture
def erp() -> Iterator[DemoServer]:
    """The recorded site, listening."""
    with DemoServer(Site()) as server:
        yield server


@pytest.fixture
def address(erp: DemoServer) -> Address:
    return demo_address(port=erp.port)


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


@pytest.fixture
def pull_pages(address: Address) -> PullEntity:
    """Pull one entity in small pages; ``stop_after`` so many of them the worker dies."""

    def run(entity: Entity, *, page: int = 500, stop_after: int | None = None, full: bool = False) -> Run:
        paged = replace(entity, sources=tuple(replace(source, page_size=page) for source in entity.sources))
        current = Run.objects.create(
            entity=entity.name,
            mode=Mode.FULL if full else Mode.MODIFIED,
            actor_kind="system",
            actor_label="test",
        )
        left = [stop_after]

        def tell(_: Run) -> None:
            if left[0] is not None:
                left[0] -= 1
                if left[0] == 0:
                    raise KeyboardInterrupt

        with Client(address) as erp_client:
            try:
                pull(paged, erp_client, run=current, tell=tell)
            except KeyboardInterrupt:
                return current
            settle(paged, every=ENTITIES, written=current.created + current.updated)
        current.refresh_from_db()
        return current

    return run
