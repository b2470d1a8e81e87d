"""Prices and price lists as they are written: the recorded writes replayed, and what else follows."""

from datetime import datetime

import pytest

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Replay, chapter, with_units


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, with what its prices name."""
    erp.site.store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    replay = Replay(with_units(erp))
    replay.given("Item", "GRO-0047", like="GRO-0046", item_name="Sourdough 800g", disabled=1, brand="Al Noor")
    replay.given("Batch", "Acme-009-L0", item="FETA+PDO")
    return replay


def test_prices_are_made_changed_and_refused_as_recorded(replay: Replay) -> None:
    replay.given("Item", "GRO-0047", item_description="Sourdough 800g", description="Sourdough 800g")
    for exchange in chapter("write_item_price"):
        replay.play(exchange)
