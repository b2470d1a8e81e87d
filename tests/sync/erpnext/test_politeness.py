"""A guest who leaves ERPNext to its tills: rate limits, pauses, smaller helpings, writes that happen once."""

from collections.abc import Iterator

import pytest

from apps.sync.demo.envelopes import Answer, RefusalError
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Request
from apps.sync.erpnext import Address, Client, Query, children_of, names_of, pages_from, refused_field
from apps.sync.erpnext.address import demo_address
from apps.sync.erpnext.client import PATIENCE
from apps.sync.erpnext.helpings import Helping
from apps.sync.erpnext.lists import lacking
from apps.sync.erpnext.polite import Allowance, Manners
from apps.sync.errors import (
    ErpFieldError,
    ErpGarbledError,
    ErpLeftOutError,
    ErpRefusedError,
    ErpTooSlowError,
    ErpUncertainError,
    ErpUnreachableError,
)
from tests.sync.sites import ManagedSite, field_row

WHO = "/api/method/frappe.auth.get_logged_user"


class Saying(ManagedSite):
    """A site that says ``refusal`` to the next ``times`` requests that hold ``where``."""

    refusal: RefusalError | None = None
    where = ""
    times = 10**6

    def answer(self, request: Request) -> Answer:
        if self.refusal and self.where in f"{request.path} {request.body.decode()}" and self.times > 0:
            self.times -= 1
            self.asked.append("refused")
            return Answer(self.refusal.status, self.refusal.body)
        return super().answer(request)


@pytest.fixture
def site() -> Saying:
    return Saying()


@pytest.fixture
def managed(site: Saying) -> Iterator[DemoServer]:
    with DemoServer(site) as server:
        yield server


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def client(managed: DemoServer, naps: list[float]) -> Iterator[Client]:
    with Client(demo_address(port=managed.port), sleep=naps.append, timeout=(1, 0.4)) as opened:
        yield opened


def limits(*, left: float, limit: float = 100, reset: int = 30) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(int(limit * 1_000_000)),
        "X-RateLimit-Remaining": str(int(left * 1_000_000)),
        "X-RateLimit-Reset": str(reset),
    }


# --- rate limit and pauses ---------------------------------------------------------------------------------
def test_with_nothing_left_we_sleep_until_more_is_granted(
    site: Saying, client: Client, naps: list[float]
) -> None:
    site.headers = limits(left=0, reset=30)
    client.get(WHO)
    assert (naps, client.seconds_waited) == ([], 0)
    client.get(WHO)
    assert (naps, client.seconds_waited) == ([30], 30)
    assert client.allowance == Allowance(limit=100, left=0, resets_in=30)


def test_when_more_is_granted_only_in_an_hour_the_run_ends_and_says_so(site: Saying, client: Client) -> None:
    site.headers = limits(left=0, reset=3600)
    client.get(WHO)
    with pytest.raises(ErpUnreachableError, match="grants more in 3600 seconds"):
        client.get(WHO)
    assert client.requests_sent == 1


@pytest.mark.parametrize(
    ("left", "took", "pause"),
    [
        (60, 1, 0),  # more than half is there
        (40, 1, 0),  # 40 s of work in 30 s: it cannot be used up
        (10, 1, 2),  # 10 s of work for 30 s: one second of three
        (1, 2, 30),  # 58 s would be due, but it is full again in 30
        (0, 1, 30),
    ],
)
def test_when_little_is_left_it_is_spread_over_the_time_until_the_reset(
    left: float, took: float, pause: float
) -> None:
    assert Manners().pause(took, Allowance(limit=100, left=left, resets_in=30)) == pause


@pytest.mark.parametrize(("took", "pause"), [(0.4, 0), (2.0, 0.5), (1000.0, 60.0)])
def test_slow_answers_are_followed_by_a_pause_in_proportion(took: float, pause: float) -> None:
    assert Manners(pause_share=0.25).pause(took, None) == pause


def test_without_a_rate_limit_and_with_quick_answers_nothing_is_waited(
    client: Client, naps: list[float]
) -> None:
    for _ in range(3):
        client.get(WHO)
    assert naps == []
    assert client.allowance is None


# --- what is tried again -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "exc_type", "tries"),
    [
        (500, "QueryTimeoutError", 5),
        (500, "QueryDeadlockError", 5),
        (417, "DocumentLockedError", 5),
        (500, "OperationalError", 3),
        (500, "TypeError", 1),
        (500, "AttributeError", 1),
        (417, "ValidationError", 1),
    ],
)
def test_how_often_a_refusal_is_asked_for_again(
    site: Saying, client: Client, status: int, exc_type: str, tries: int
) -> None:
    site.refusal = RefusalError(status, exc_type)
    with pytest.raises(ErpRefusedError):
        client.get(WHO)
    assert client.requests_sent == tries


def test_a_client_out_of_patience_does_not_ask_again(managed: DemoServer, naps: list[float]) -> None:
    managed.site.faults.plan(Fault.MAINTENANCE, times=9)
    with Client(demo_address(port=managed.port), sleep=naps.append, patience=0) as client:
        with pytest.raises(ErpUnreachableError):
            client.get(WHO)
        assert client.requests_sent == 1
    assert PATIENCE <= 300


# --- helpings ----------------------------------------------------------------------------------------------
def test_a_page_that_takes_too_long_is_asked_for_again_at_half_its_size(
    managed: DemoServer, client: Client, naps: list[float]
) -> None:
    managed.site.faults.plan(Fault.SLOW, where="page_length=500", seconds=1)
    managed.site.faults.plan(Fault.SLOW, where="page_length=250", seconds=1)
    found = [
        doc["name"]
        for page in pages_from(client, Query("Item", ("name", "modified")), start="")
        for doc in page.docs
    ]
    assert len(found) == len(set(found)) == 60
    assert naps == []
    assert client.requests_sent == 3
    assert managed.site.asked[0].endswith("page_length=125")


def test_quick_answers_let_the_pages_grow_again(managed: DemoServer, client: Client) -> None:
    managed.site.faults.plan(Fault.SLOW, where="page_length=40", seconds=1)
    query = Query("Item", ("name", "modified"), page_size=40)
    found = [doc["name"] for page in pages_from(client, query, start="") for doc in page.docs]
    assert len(found) == len(set(found)) == 60
    answered = [asked.rpartition("=")[2] for asked in managed.site.asked]
    assert answered == ["20", "40", "40"]
    assert client.requests_sent == 4


def test_what_was_too_much_for_one_page_is_not_asked_for_with_the_next(
    managed: DemoServer, client: Client
) -> None:
    query = Query("Sales Invoice Item", ("name", "parent", "idx"))
    many = [f"invoice {number}" for number in range(500)]
    for _ in range(2):
        managed.site.faults.plan(Fault.SLOW, where='"parent"', seconds=0.8)
        children_of(client, query, parent_doctype="Sales Invoice", parents=many[:250])
    assert client.requests_sent == 2 + 2  # too late at 500, well at 250; and so once more
    children_of(client, query, parent_doctype="Sales Invoice", parents=many)
    assert client.requests_sent == 4 + 2
    assert client.helping("Sales Invoice Item", most=500).size == 250


def test_a_size_that_never_works_is_tried_ever_more_seldom(managed: DemoServer, client: Client) -> None:
    helping = Helping(500)
    tried = []

    def ask(*, size: int, shrinks: bool) -> list[dict[str, str]]:
        tried.append(size)
        if size == 500:
            raise ErpTooSlowError("too slow")
        client.took = 0.1
        return []

    for _ in range(40):
        helping.of(client, ask)
    assert tried.count(500) == 4  # at first, then after 1, 4 and 16 quick answers
    assert len(tried) == 44


def test_only_when_the_smallest_page_takes_too_long_erpnext_is_unreachable(
    managed: DemoServer, client: Client
) -> None:
    managed.site.faults.plan(Fault.SLOW, where="Item", seconds=0.8, times=100)
    with pytest.raises(ErpTooSlowError, match="took too long"):
        list(pages_from(client, Query("Item", ("name", "modified"), page_size=80), start=""))
    assert client.requests_sent == 2 + 5  # 80, 40, and 20 with all patience


def test_a_proxy_that_gives_up_is_asked_for_less(site: Saying, client: Client) -> None:
    site.refusal, site.where = RefusalError(504, ""), "page_length=500"
    found = list(pages_from(client, Query("Item", ("name", "modified")), start=""))
    assert [(len(page.docs), page.is_last) for page in found] == [(60, True)]
    assert client.requests_sent == 2


def test_an_instant_longer_than_a_page_that_shrank_comes_once(managed: DemoServer, client: Client) -> None:
    rows = managed.site.store.doctypes["Item"].rows.values()
    for number, row in enumerate(rows):
        row["modified"] = f"2026-11-0{1 if number < 10 else 2} 10:00:00"
    managed.site.faults.plan(Fault.SLOW, where="page_length=40", skip=1, seconds=0.8)
    query = Query("Item", ("name", "modified"), page_size=40)
    found = [doc["name"] for page in pages_from(client, query, start="") for doc in page.docs]
    assert len(found) == len(set(found)) == 60


def test_tables_of_too_many_documents_are_asked_for_in_portions(managed: DemoServer, client: Client) -> None:
    invoices = [row["name"] for row in managed.site.store.doctypes["Sales Invoice"].rows.values()]
    managed.site.faults.plan(Fault.SLOW, where='"parent"', seconds=0.8)
    query = Query("Sales Invoice Item", ("name", "parent", "idx"))
    many = (invoices * 20)[:600]  # 500 at once are too many for it this time
    lines = children_of(client, query, parent_doctype="Sales Invoice", parents=many)
    assert {line["parent"] for line in lines} == set(invoices)
    assert client.requests_sent == 1 + 2  # too late; then 250, and the rest at once, for that went well


# --- lists of names ----------------------------------------------------------------------------------------
def test_a_list_of_names_is_complete_and_in_the_order_of_the_server(
    managed: DemoServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.sync.erpnext.lists.NAMES_A_PAGE", 7)
    for name in ("zebra", "Ånglais", "ÅNGLAIS 2", "100% juice", "a'b\"c", "~"):
        managed.site.store.put("Item", name=name)
    pages = list(names_of(client, Query("Item", ("name",)), fields=("creation",)))
    names = [doc["name"] for docs in pages for doc in docs]
    assert sorted(names) == sorted(row["name"] for row in managed.site.store.doctypes["Item"].rows.values())
    assert len(pages) == 10
    assert set(pages[0][0]) == {"name", "creation"}


def test_a_list_that_does_not_go_on_ends_with_an_error(
    site: Saying, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.sync.erpnext.lists.NAMES_A_PAGE", 5)
    monkeypatch.setattr(site, "list", lambda *_: [{"name": f"n{number}"} for number in range(5)])
    with pytest.raises(ErpGarbledError, match="does not go on behind “n4”"):
        list(names_of(client, Query("Item", ("name",)), fields=("name",)))


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ([{"name": "a"}], ErpLeftOutError, "“modified” out of its list of “Item”"),
        ([{"name": "a", "modified": "x"}, {"name": "a", "modified": "x"}], ErpGarbledError, "twice"),
        (["a"], ErpGarbledError, "no list of records"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_none(
    site: Saying,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[object],
    error: type[ErpGarbledError],
    said: str,
) -> None:
    monkeypatch.setattr(site, "list", lambda *_: rows)
    with pytest.raises(error, match=said):
        list(pages_from(client, Query("Item", ("name", "modified")), start=""))


def test_a_list_too_long_for_an_address_goes_by_post(managed: DemoServer, client: Client) -> None:
    names = tuple(f"a rather long name of an item, number {number}" for number in range(100))
    query = Query("Item", ("name", "modified"), (("name", "in", (*names, "HONEY")),))
    assert [doc["name"] for page in pages_from(client, query, start="") for doc in page.docs] == ["HONEY"]
    assert list(managed.site.asked) == ["POST /api/method/frappe.client.get_list"]


# --- fields that a site lacks ------------------------------------------------------------------------------
def test_a_refusal_tells_which_field_it_means(client: Client) -> None:
    with pytest.raises(ErpFieldError, match=r"no field “shoe_size” on “Item”.*manage.py sync check") as why:
        list(pages_from(client, Query("Item", ("name", "modified", "shoe_size")), start=""))
    assert refused_field(why.value) == "shoe_size"


def test_a_refusal_in_another_language_tells_it_too(site: Saying, client: Client) -> None:
    said = "Alan sorguda kullanılamaz: custom_nationality"
    site.refusal = RefusalError(417, "DataError", shown=said)
    query = Query("Customer", ("name", "modified", "custom_nationality"))
    with pytest.raises(ErpFieldError) as why:
        list(pages_from(client, query, start=""))
    assert refused_field(why.value) == "custom_nationality"


def test_a_refusal_that_names_no_field_is_followed_by_trying_each(site: Saying, client: Client) -> None:
    site.refusal, site.times = RefusalError(417, "DataError", shown="غير مسموح"), 1
    query = Query("Customer", ("name", "modified", "custom_nationality", "custom_shoe_size"))
    with pytest.raises(ErpFieldError) as why:
        list(pages_from(client, query, start=""))
    assert refused_field(why.value) == ""
    custom = ("custom_nationality", "custom_shoe_size")
    assert lacking(client, query, why.value, custom=custom) == {"custom_shoe_size"}
    with pytest.raises(ErpFieldError):
        lacking(client, query, why.value, custom=("custom_nationality",))


# --- writing -----------------------------------------------------------------------------------------------
def test_a_write_whose_answer_is_lost_is_not_sent_again(site: Saying, client: Client) -> None:
    site.faults.plan(Fault.TRUNCATED)
    with pytest.raises(ErpUncertainError, match="is not known"):
        client.create("Custom Field", field_row("Sales Invoice"))
    assert (client.requests_sent, len(site.bodies)) == (1, 1)
    site.faults.plan(Fault.RESET)
    with pytest.raises(ErpUncertainError):
        client.update("Custom Field", "Sales Invoice-custom_larder_ref", {"unique": 0})
    assert len(site.bodies) == 1


def test_a_write_that_was_turned_away_at_the_door_is_sent_again(site: Saying, client: Client) -> None:
    site.faults.plan(Fault.MAINTENANCE)
    site.faults.plan(Fault.THROTTLED, seconds=2)
    assert client.create("Custom Field", field_row("Pricing Rule"))["unique"] == 1
    assert (client.requests_sent, len(site.bodies)) == (3, 1)


def test_a_write_is_answered_with_what_was_stored(site: Saying, client: Client, address: Address) -> None:
    client.create("Custom Field", field_row("Sales Invoice"))
    assert client.update("Custom Field", "Sales Invoice-custom_larder_ref", {"unique": 0})["unique"] == 0
