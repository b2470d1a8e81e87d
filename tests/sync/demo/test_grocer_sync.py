"""The grocer through the real server and the real sync: all of it arrives, and nothing is parked."""

from collections.abc import Iterator
from datetime import date

import pytest

from apps.core.actors import SYSTEM
from apps.sync import services
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.entities import ENTITIES
from apps.sync.erpnext.address import demo_address
from apps.sync.models import Quarantine

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[0, 1], ids=["kiosk", "shop"])
def erp(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    with DemoServer(Site(stocked(scale=request.param, today=date(2026, 11, 25)))) as server:
        yield server


def test_a_first_run_brings_all_of_it_and_every_field_is_equal(erp: DemoServer) -> None:
    address = demo_address(port=erp.port)
    runs = services.run(actor=SYSTEM, address=address)
    assert {run.entity: (run.state, run.problem) for run in runs} == {
        entity.name: ("succeeded", "") for entity in ENTITIES
    }
    assert list(Quarantine.objects.all()) == []
    compared = services.verify(actor=SYSTEM, is_deep=True, address=address)
    assert {one.entity: one.differences for one in compared} == {entity.name: [] for entity in ENTITIES}
    assert all(one.there == one.here > 0 for one in compared)
