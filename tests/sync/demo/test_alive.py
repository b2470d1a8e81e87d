"""The demo shop lives when it is asked to: all that it can do happens, and its books balance afterwards."""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import requests

from apps.sync.demo.alive import HAPPENINGS, Alive, UnknownHappeningError
from apps.sync.demo.alive.hand import CLERK
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.envelopes import RefusalError
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
    alive.happen(5, only=["sell on account", "draft", "sell"])  # something to be paid, returned, deleted
    alive.happen(2, only=["stock a new item"])
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
    with pytest.raises(UnknownHappeningError, match=r"“explode” does not happen here\. What does: sell, "):
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


def test_a_late_commit_that_is_refused_leaves_nothing() -> None:
    store, desk = shop()
    before = {doctype: set(table.rows) for doctype, table in store.doctypes.items()}

    def refused(life: Life) -> None:
        life.insert("Brand", {"brand": "Plum"})
        life.insert("Brand", {"brand": "Plum"})

    with pytest.raises(RefusalError):
        desk.do_late(CLERK, refused, after_requests=0)
    store.arrive()
    assert {doctype: set(table.rows) for doctype, table in store.doctypes.items()} == before


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that are taken turns with as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_several_may_let_it_live_at_once() -> None:
    """Whoever chooses among the rows meets no table that another is changing."""
    store, desk = shop()
    alive = Alive(store, desk, seed=4)
    with ThreadPoolExecutor(8) as crowd:
        happened = [crowd.submit(alive.happen, 40) for _ in range(8)]
    assert [len(one.result()) for one in happened] == [40] * 8
    books.test_bins_equal_what_moved(store)


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
        ("happen", {"only": 7}, "“only” is a list of what may happen."),
        ("happen", {"only": [{}]}, "“only” is a list of what may happen."),
        ("faults", {"fault": "418"}, "“418” is no fault."),
        ("faults", {"fault": "slow", "seconds": 1e12}, "“seconds” is at most 600 seconds."),
        ("storm", {"rate": 2}, "“rate” is the share of all requests that fail: 0 to 1."),
        ("state", {"colour": "red"}, "“colour” is no switch"),
        ("state", {"maintenance": True, "latency": 1e12}, "“latency” is at most 600 seconds."),
        ("state", {"maintenance": True, "rate_limit": 5}, "“rate_limit” is null, or such as"),
        ("state", {"rate_limit": {"window": 0}}, "“window” is a number of seconds above 0."),
    ],
)
def test_a_switch_turned_wrongly_says_what_it_takes(
    erp: DemoServer, switch: str, given: dict[str, Any], why: str
) -> None:
    status, answer = turn(erp, switch, **given)
    assert status == 400
    assert answer["error"].startswith(why)
    assert requests.get(f"{erp.url}/api/method/ping", timeout=5).status_code == 200


def test_an_unknown_switch_names_the_known_ones(erp: DemoServer) -> None:
    status, answer = turn(erp, "explode")
    assert status == 404
    assert "POST /demo/happen" in answer["error"]
