"""The demo takes, changes and refuses what a real ERPNext did: the recorded writes replayed."""

from datetime import datetime

import pytest

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Replay, chapter, with_units


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, before it got its reference fields."""
    erp.site.store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    erp.site.store.remove("Custom Field", "Purchase Receipt-custom_larder_ref")
    erp.site.store.doctypes["Purchase Receipt"].lose("custom_larder_ref")
    replay = Replay(with_units(erp))
    replay.given("Item", "GRO-0003", like="GRO-0020", item_name="Medjool Pomegranate", disabled=0)
    return replay


def test_custom_fields_come_break_and_mend_as_recorded(replay: Replay) -> None:
    """But for where they stand in a form, which needs the whole form."""
    for exchange in chapter("write_custom_field"):
        if exchange["note"].startswith("unique switched on while"):
            _share_a_value(replay, two="two rows" in exchange["note"])
        replay.play(exchange, but={"idx", "insert_after"})


def _share_a_value(replay: Replay, *, two: bool) -> None:
    prices = list(replay.erp.site.store.doctypes["Item Price"].rows.values())[:2]
    for price in prices:
        replay.given("Item Price", price["name"], custom_larder_ref="same" if two else None)


def test_addresses_are_made_and_refused_as_recorded(replay: Replay) -> None:
    for exchange in chapter("write_address"):
        replay.play(exchange)


def test_settings_change_as_recorded(replay: Replay) -> None:
    for exchange in chapter("write_settings"):
        replay.play(exchange)


def test_refusals_of_every_kind_are_worded_as_recorded(replay: Replay) -> None:
    for code in ("GRO-0001", "GRO-0002", "GRO-0017"):
        replay.given("Item", code, like="GRO-0020", max_discount=30.0 if code == "GRO-0017" else 0.0)
    told = "Seedless Grapes 500g\nKeep in a cool &amp; dry place &lt;5C&gt;"
    grapes = {"item_name": "Seedless Grapes 500g", "description": told, "brand": "Northern Dairy"}
    replay.given("Item", "GRO-0005", like="GRO-0020", **grapes)
    replay.given("Sales Invoice", "ACC-SINV-2026-00006", like="ACC-SINV-2026-00307", remarks="till")
    replay.erp.site.store.series["PRLE-"] = 25
    sold = {"parent": "ACC-SINV-2026-00214", "parenttype": "Sales Invoice", "parentfield": "items"}
    replay.given("Sales Invoice Item", "sold", item_code="GRO-0001", docstatus=1, **sold)
    for exchange in chapter("errors"):
        replay.play(exchange)
