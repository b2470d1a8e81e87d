"""The demo shop lives when it is asked to: all that it can do happens, and its books balance afterwards."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
import requests

from apps.sync.demo.alive import HAPPENINGS, Alive, UnknownHappeningError
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.faults import Fault
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.store import Store
from tests.sync.demo import test_grocer as books

TODAY = date(2026, 11, 25)


def shop() -> tuple[Store, Desk]:
    site = Site(stocked(scale=0, today=TODAY))
    return site.store, site.desk


@pytest.mark.parametrize("what", HAPPENINGS)
def test_it_happens(what: str) -> None:
    alive = Alive(*shop(), seed=3)
    alive.happen(5, only=["sell on account", "draft", "sell"])  # something to be paid, returned or deleted
    assert [one.what for one in alive.happen(2, only=[what])] == [what, what]


def test_the_same_seed_does_the_same_things() -> None:
    one, other = (Alive(*shop(), seed=8).happen(40) for _ in range(2))
    assert one == other
    assert one != Alive(*shop(), seed=9).happen(40)


def test_after_a_busy_week_the_books_still_balance() -> None:
    store, desk = shop()
    happened = Counter(one.what for one in Alive(store, desk, seed=5).happen(400))
    assert happened.total() == 400
    assert len(happened) >= len(HAPPENINGS) - 3
    for doctype in ("Sales Invoice", "Purchase Receipt"):
        books.test_lines_add_up_to_their_document(store, doctype)
    books.test_totals_add_up(store, "Sales Invoice")
    books.test_bundles_are_the_sum_of_their_entries_and_of_their_line(store)
    books.test_bins_equal_what_moved(store)
    books.test_batches_sum_up_to_their_bin_and_tell_it_as_erpnext_does(store)


def test_what_does_not_happen_here_is_named_with_what_does() -> None:
    with pytest.raises(UnknownHappeningError, match="“explode” does not happen here. What does: sell, "):
        Alive(*shop(), seed=1).happen(only=["explode"])


def test_what_is_committed_late_is_seen_behind_its_own_stamp() -> None:
    store, desk = shop()
    before = set(store.table("Customer").rows)
    [late] = Alive(store, desk, seed=1).happen(only=["commit late"])
    assert set(store.table("Customer").rows) == before
    for _ in range(41):
        store.arrive()
    [new] = set(store.table("Customer").rows) - before
    assert store.table("Customer").rows[new]["name"] == late.to


# --- over HTTP ---------------------------------------------------------------------------------------------
def turn(erp: DemoServer, switch: str, **given: Any) -> Any:
    response = requests.post(f"{erp.url}/demo/{switch}", json=given, timeout=5)
    return response.status_code, response.json()


def test_a_served_shop_lives_on_request(erp: DemoServer) -> None:
    status, answer = turn(erp, "happen", number=3, only=["edit an item", "edit a customer"])
    assert status == 200
    assert len(answer["happened"]) == 3
    assert {one["what"] for one in answer["happened"]} <= {"edit an item", "edit a customer"}


def test_faults_are_switched_on_and_off(erp: DemoServer) -> None:
    assert turn(erp, "faults", fault="500", where="ping", times=2)[0] == 200
    assert [requests.get(f"{erp.url}/api/method/ping", timeout=5).status_code for _ in range(3)] == [
        500,
        500,
        200,
    ]
    turn(erp, "faults", fault="500", times=99)
    turn(erp, "storm", seed=1, rate=1)
    assert requests.get(f"{erp.url}/demo", timeout=5).json()["storm"] == 1
    assert turn(erp, "calm")[1]["planned"] == []
    assert requests.get(f"{erp.url}/api/method/ping", timeout=5).status_code == 200
    turn(erp, "state", maintenance=True)
    assert requests.get(f"{erp.url}/api/method/ping", timeout=5).status_code == 503
    turn(erp, "state", maintenance=False, latency=0.01, rate_limit={"limit": 5, "window": 10})
    said = requests.get(f"{erp.url}/demo", timeout=5).json()
    assert (said["maintenance"], said["latency"], said["rate_limit"]) == (
        False,
        0.01,
        {"limit": 5, "window": 10},
    )
    assert said["faults"] == [fault.value for fault in Fault]
    assert said["records"]["Item"] == 60


@pytest.mark.parametrize(
    ("switch", "given", "why"),
    [
        ("happen", {"number": 0}, "“number” is 1 to 1000."),
        ("happen", {"number": "many"}, "“number” is a number, and not below 0."),
        ("happen", {"only": ["explode"]}, "“explode” does not happen here."),
        ("faults", {"fault": "418"}, "“418” is no fault."),
        ("storm", {"rate": 2}, "“rate” is the share of all requests that fail: 0 to 1."),
        ("state", {"colour": "red"}, "“colour” is no switch"),
    ],
)
def test_a_switch_turned_wrongly_says_what_it_takes(
    erp: DemoServer, switch: str, given: dict[str, Any], why: str
) -> None:
    status, answer = turn(erp, switch, **given)
    assert status == 400
    assert answer["error"].startswith(why)


def test_an_unknown_switch_names_the_known_ones(erp: DemoServer) -> None:
    status, answer = turn(erp, "explode")
    assert status == 404
    assert "POST /demo/happen" in answer["error"]
