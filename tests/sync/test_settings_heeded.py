"""What staff tune about the sync is what the sync does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from apps.approvals.models import Item
from apps.catalog.models import ItemPrice
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from apps.customers.models import Customer
from apps.sync.demo.server import DemoServer
from apps.sync.engine.cursors import stepped_back
from apps.sync.feed import feed
from apps.sync.models import Run
from apps.sync.states import Mode, RunState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RunSync = Callable[..., list[Run]]


def change(**values: object) -> None:
    options.save({f"sync_{name.replace('__', '.')}": value for name, value in values.items()}, actor=COMMAND)


def test_a_run_begins_so_far_before_its_cursor() -> None:
    stamp = "2026-11-23 11:00:00.000000"
    assert stepped_back(stamp, moved_at=NOW, now=NOW) == "2026-11-23 10:50:00.000000"
    change(reading__look_back="2 h")
    assert stepped_back(stamp, moved_at=NOW, now=NOW) == "2026-11-23 09:00:00.000000"


@pytest.mark.parametrize(("size", "asked"), [(1000, "500"), (40, "20"), (5000, "2500")])
def test_pages_are_as_large_as_was_said(erp: DemoServer, run_sync: RunSync, size: int, asked: str) -> None:
    change(reading__page_size=size)
    run_sync("items")
    lists = [path for path in erp.site.asked if path.startswith("GET /api/resource/Item?")]
    assert {found for path in lists for found in re.findall(r"limit_page_length=(\d+)", path)} >= {asked}


def gone(erp: DemoServer, number: int) -> None:
    for name in sorted(row["name"] for row in erp.site.store.doctypes["Customer"].rows.values())[:number]:
        erp.site.store.remove("Customer", name)


def test_how_many_removals_go_unasked(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    gone(erp, 4)
    change(guards__removal_few=3, guards__removal_share="5")
    [run] = run_sync("customers", full=True)
    assert (run.state, run.removed, Customer.objects.present().count()) == (RunState.HELD, 0, 60)
    change(guards__removal_share="7")  # 4 of 60 are less than that
    [run] = run_sync("customers", full=True)
    assert (run.state, run.removed) == (RunState.SUCCEEDED, 4)


def raise_prices(erp: DemoServer, number: int, factor: float) -> None:
    rows = sorted(erp.site.store.doctypes["Item Price"].rows.values(), key=lambda row: str(row["name"]))
    latest = max(str(row["modified"]) for row in rows)
    for row in rows[:number]:
        row["price_list_rate"] = float(row["price_list_rate"]) * factor
        row["modified"] = latest


def test_how_many_prices_may_move_and_how_far(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("prices")
    before = dict(ItemPrice.objects.values_list("erp_name", "rate"))
    raise_prices(erp, 10, 1.2)  # a sixth of them, by a fifth: nothing by the usual bounds
    change(guards__price_share="10", guards__price_move="10")
    [run] = run_sync("prices")
    assert run.state == RunState.HELD
    assert dict(ItemPrice.objects.values_list("erp_name", "rate")) == before
    assert Item.objects.open().count() == 1
    change(guards__price_move="25")
    [run] = run_sync("prices")
    assert (run.state, run.updated) == (RunState.SUCCEEDED, 10)


def test_the_feed_goes_back_as_far_as_was_said() -> None:
    for days in (1, 10, 40):
        at = NOW - timedelta(days=days)
        Run.objects.create(
            entity="items", mode=Mode.MODIFIED, actor_kind="system", actor_label="clock",
            state=RunState.SUCCEEDED, started_at=at, finished_at=at,
        )  # fmt: skip
    assert len(feed(at=NOW)) == 2
    change(nights__feed_goes_back="2 d")
    assert len(feed(at=NOW)) == 1


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("reading__look_back", "0 s"),
        ("reading__look_back", "2 d"),
        ("reading__page_size", "1"),
        ("reading__page_size", "10000"),
        ("guards__removal_share", "-1"),
        ("guards__price_move", "0"),
        ("nights__feed_goes_back", "1 min"),
    ],
)
def test_what_would_break_the_sync_is_out_of_bounds(name: str, typed: str) -> None:
    with pytest.raises(InvalidInputError):
        change(**{name: typed})
