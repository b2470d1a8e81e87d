"""The till screen takes, refuses and merges what a real one did: the recorded writes replayed."""

from datetime import datetime

import pytest

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Replay, chapter

TILL = (
    "POS Profile",
    "POS Payment Method",
    "POS Invoice",
    "POS Invoice Item",
    "POS Closing Entry",
    "POS Closing Entry Detail",
    "POS Invoice Reference",
)


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, before it had a till."""
    store = erp.site.store
    store.now = lambda: datetime(2026, 11, 23, 0, 25)  # noqa: DTZ001 - the site's wall clock
    for doctype in TILL:
        store.doctypes[doctype].rows.clear()
    return Replay(erp)


def test_a_shift_opens_sells_and_closes_as_recorded(replay: Replay) -> None:
    for exchange in chapter("write_pos"):
        print(exchange["note"])
        replay.play(exchange)
