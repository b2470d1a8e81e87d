"""Pricing rules as they are written: the recorded writes replayed, and what is straightened silently."""

from datetime import datetime

import pytest

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Replay, chapter


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings: 29 rules had numbers, our field is there."""
    erp.site.store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    erp.site.store.series["PRLE-"] = 29
    replay = Replay(erp)
    for code in ("GRO-0003", "GRO-0006", "GRO-0007", "GRO-0009"):
        replay.given("Item", code, like="GRO-0012")
    field = {"dt": "Pricing Rule", "fieldname": "custom_larder_ref", "label": "Larder reference", "unique": 1}
    replay.given("Custom Field", "Pricing Rule-custom_larder_ref", **field)
    erp.site.store.doctypes["Pricing Rule"].grow(["custom_larder_ref"])
    return replay


def test_rules_are_made_changed_and_refused_as_recorded(replay: Replay) -> None:
    draft = {"parent": "ACC-SINV-2026-00306", "parenttype": "Sales Invoice", "parentfield": "pricing_rules"}
    replay.given("Pricing Rule Detail", "named", pricing_rule="PRLE-0032", docstatus=0, **draft)
    for exchange in chapter("write_pricing_rule"):
        replay.play(exchange)
