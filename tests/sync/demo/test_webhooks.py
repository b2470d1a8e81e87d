"""Webhooks as they are set up and delivered: over real HTTP, signed, tried thrice, to this machine only."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from apps.sync.demo import DEMO_KEY
from apps.sync.demo.desk.deliveries import SIGNATURE, signature
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from tests.sync.demo.receiving import Received, Receiver, wait_until
from tests.sync.demo.writing import Desk, Replay, chapter, with_units

ITEM = "SPICE/ZAATAR 200G"
CUSTOMER = "Zoë Hook & Sons"
CUSTOMER_KEYS = (
    "name", "customer_name", "modified", "disabled", "customer_group", "mobile_no", "email_id",
    "custom_nationality",
)  # fmt: skip


def recorded() -> dict[str, Any]:
    """What a real ERPNext delivered, with the secret that it signed with."""
    path = Path(__file__).parents[1] / "delivered.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))  # type: ignore[no-any-return]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
def desk(erp: DemoServer) -> Desk:
    """The demo, whose courier is in a hurry."""
    erp.site.courier.waits = (0.01, 0.02)
    return Desk(with_units(erp))


def hook(desk: Desk, url: str, *, on: str = "Item", event: str = "on_update", **more: Any) -> str:
    """Set up a webhook that tells the item's name; its own name."""
    given = {"webhook_doctype": on, "webhook_docevent": event, "request_url": url}
    name = str(more.get("name", f"hook-{event}"))
    data = {"webhook_data": [{"fieldname": "item_name", "key": "item"}]}
    desk.post("Webhook", **data | given | {"name": name} | more)
    return name


def rename_item(desk: Desk, title: str) -> None:
    desk.put("Item", ITEM, item_name=title)


def attempts(desk: Desk) -> list[dict[str, Any]]:
    """The log of deliveries, the oldest first."""
    fields = ("webhook", "reference_doctype", "reference_document", "url", "data", "response", "error")
    return desk.list("Webhook Request Log", *fields, order_by="modified asc")


def told(received: Received) -> Any:
    return json.loads(received.body)


def test_webhooks_are_set_up_and_refused_as_recorded(erp: DemoServer) -> None:
    replay = Replay(erp)
    for exchange in chapter("write_webhook"):
        replay.play(exchange)


def test_the_recorded_signatures_are_ours() -> None:
    deliveries = recorded()["deliveries"]
    signed = [signature(recorded()["webhook_secret"], one["body"]) for one in deliveries]
    assert signed == [one["headers"][SIGNATURE] for one in deliveries]
    assert len(signed) == 12


def test_deliveries_are_the_recorded_ones_to_the_last_byte(desk: Desk, receiver: Receiver) -> None:
    sign = {"enable_security": 1, "webhook_secret": recorded()["webhook_secret"]}
    headers = [{"key": "Content-Type", "value": "application/json"}, {"key": "X-Source", "value": "erp"}]
    keys = [{"fieldname": key, "key": key} for key in CUSTOMER_KEYS]
    to_customer = {"on": "Customer", "webhook_data": keys, "webhook_headers": headers, **sign}
    hook(desk, f"{receiver.url}/hooks/customer", **to_customer)
    ours = {"item_code": "code", "item_name": "name", "disabled": "disabled", "modified": "modified"}
    of_item = [{"fieldname": field, "key": key} for field, key in ours.items()]
    hook(desk, f"{receiver.url}/hooks/item", name="item", webhook_data=of_item, **sign)
    gone = [{"fieldname": key, "key": key} for key in ("name", "doctype")]
    at_end = {"on": "Customer", "event": "on_trash", "webhook_data": gone, **sign}
    hook(desk, f"{receiver.url}/hooks/customer-deleted", name="gone", **at_end)

    party = {"customer_group": "Retail Shoppers", "customer_type": "Individual"}
    party |= {"mobile_no": "07700 900777", "custom_nationality": "Egypt"}
    desk.clock(datetime(2026, 11, 22, 23, 39, 28, 147368))  # noqa: DTZ001 - the site's wall clock
    desk.post("Customer", customer_name=CUSTOMER, **party)
    wait_until(lambda: len(attempts(desk)) == 1)  # the log is stamped by the same clock
    desk.clock(datetime(2026, 11, 22, 23, 39, 29, 213206))  # noqa: DTZ001
    desk.put("Customer", CUSTOMER, disabled=0)
    wait_until(lambda: len(attempts(desk)) == 2)
    desk.clock(datetime(2026, 11, 22, 23, 39, 30, 400942))  # noqa: DTZ001
    desk.put("Item", ITEM, disabled=0)
    wait_until(lambda: len(attempts(desk)) == 3)
    desk.delete("Customer", CUSTOMER)

    expected = [one for one in recorded()["deliveries"] if "invoice" not in one["path"]]
    for mine, theirs in zip(receiver.wait_for(4), expected, strict=True):
        assert (mine.method, mine.path, mine.body) == (theirs["method"], theirs["path"], theirs["body"])
        assert mine.headers.keys() - {"Host"} == theirs["headers"].keys()
        assert mine.headers[SIGNATURE] == theirs["headers"][SIGNATURE]
        assert mine.headers["User-Agent"].startswith("python-requests/")


def test_an_invoice_tells_of_its_life_as_the_recorded_one_did(desk: Desk, receiver: Receiver) -> None:
    """Drafted, submitted, paid, the payment cancelled, cancelled: which events, and how it then was."""
    keys = ("docstatus", "status", "customer", "grand_total", "outstanding_amount")
    fields = [{"fieldname": key, "key": key} for key in keys]
    for event in ("on_update", "on_submit", "on_change", "on_cancel"):
        url = f"{receiver.url}/hooks/sales-invoice/{event}"
        hook(desk, url, on="Sales Invoice", event=event, webhook_data=fields)
    desk.erp.site.store.series["ACC-SINV-2026-"] = 999  # behind all that other recorded documents name
    line = {"item_code": "GRO-0099", "qty": 1, "rate": 5.8, "price_list_rate": 5.8}
    name = desk.post("Sales Invoice", customer="Green Deli Ltd", items=[line])["name"]
    desk.put("Sales Invoice", name, docstatus=1)
    owed = {"reference_doctype": "Sales Invoice", "reference_name": name, "allocated_amount": 6}
    paid = {"party": "Green Deli Ltd", "paid_to": "Cash - CG", "paid_amount": 6, "references": [owed]}
    payment = desk.post("Payment Entry", **paid, docstatus=1)["name"]
    desk.put("Payment Entry", payment, docstatus=2)
    desk.put("Sales Invoice", name, docstatus=2)

    expected = [one for one in recorded()["deliveries"] if "invoice" in one["path"]]
    bodies = [json.loads(one["body"]) for one in expected]
    got = receiver.wait_for(len(expected))
    assert [one.path for one in got] == [one["path"] for one in expected]
    assert [told(one) for one in got] == [{key: body[key] for key in keys} for body in bodies]


def test_a_hook_without_fields_tells_nothing_and_one_with_tables_whole_rows(
    desk: Desk, receiver: Receiver
) -> None:
    hook(desk, f"{receiver.url}/bare", name="bare", webhook_data=[])
    hook(desk, f"{receiver.url}/rows", name="rows", webhook_data=[{"fieldname": "uoms", "key": "units"}])
    rename_item(desk, "Zaatar")
    bodies = {one.path: one.body for one in receiver.wait_for(2)}
    assert bodies["/bare"] == "{}"
    (unit,) = json.loads(bodies["/rows"])["units"]
    assert (unit["uom"], unit["conversion_factor"], unit["doctype"]) == ("Nos", 1.0, "UOM Conversion Detail")
    assert not any(SIGNATURE in one.headers or "Content-Type" in one.headers for one in receiver.got)


@pytest.mark.parametrize(
    ("statuses", "errors"),
    [
        ([201], [None]),
        ([500, 302], ["500", "302", None]),
        ([500, 404, 503, 200], ["500", "404", "503"]),  # the fourth would have been well
    ],
)
def test_what_is_not_taken_is_tried_three_times_and_each_attempt_noted(
    desk: Desk, receiver: Receiver, statuses: list[int], errors: list[str | None]
) -> None:
    receiver.statuses = list(statuses)
    name = hook(desk, receiver.url)
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) >= len(errors))
    logged = attempts(desk)
    assert [one["error"] and one["error"][:3] for one in logged] == errors
    assert {one.body for one in receiver.got} == {'{"item": "Zaatar"}'}
    assert len(receiver.got) == len(errors)
    assert logged[-1] | {"error": None} == {
        "webhook": name,
        "reference_doctype": "Item",
        "reference_document": ITEM,
        "url": receiver.url,
        "data": '{\n "item": "Zaatar"\n}',
        "response": "heard",
        "error": None,
    }


def test_a_receiver_that_is_slower_than_the_hook_allows_is_asked_again(
    desk: Desk, receiver: Receiver
) -> None:
    is_first = threading.Event()

    def dawdle() -> None:
        if not is_first.is_set():
            is_first.set()
            threading.Event().wait(1.5)

    receiver.meanwhile = dawdle
    hook(desk, receiver.url, timeout=1)
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) == 2)
    assert ["ReadTimeout" in (one["error"] or "") for one in attempts(desk)] == [True, False]


def test_a_dead_receiver_holds_up_no_other(desk: Desk, receiver: Receiver) -> None:
    desk.erp.site.courier.waits = (60.0, 60.0)
    hook(desk, "http://127.0.0.1:9/nobody", name="dead")
    hook(desk, receiver.url, name="well")
    rename_item(desk, "Zaatar")
    assert told(*receiver.wait_for(1)) == {"item": "Zaatar"}


def test_saves_of_one_request_make_one_delivery_with_the_last_state(desk: Desk, receiver: Receiver) -> None:
    hook(desk, receiver.url)
    hook(desk, receiver.url, event="on_change")

    def twice(life: Life) -> Document:
        life.change("Item", ITEM, {"item_name": "First"})
        return life.change("Item", ITEM, {"item_name": "Second"})

    desk.erp.site.desk.stored(desk.erp.site.users[DEMO_KEY], twice)
    rename_item(desk, "Third")
    bodies = [told(one)["item"] for one in receiver.wait_for(4)]
    assert bodies == ["Second", "Second", "Third", "Third"]


def test_what_was_refused_is_not_told(desk: Desk, receiver: Receiver) -> None:
    hook(desk, receiver.url)
    desk.put("Item", ITEM, item_name="x", item_group="Nope", status=417)
    rename_item(desk, "Zaatar")
    assert told(*receiver.wait_for(1)) == {"item": "Zaatar"}


def test_a_receiver_can_read_the_document_while_it_is_told(desk: Desk, receiver: Receiver) -> None:
    """Nobody waits for the receiver: the site answers while a delivery is under way."""
    read: list[str] = []
    receiver.meanwhile = lambda: read.append(desk.get("Item", ITEM)["item_name"])
    hook(desk, receiver.url)
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) == 1)
    assert (read, attempts(desk)[0]["error"]) == (["Zaatar"], None)


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [
        ("doc.disabled == 0", True),
        ("doc.item_group == 'Herbs/Spices' and doc.is_stock_item", True),
        ("doc.item_name in ('Zaatar', 'Sumac')", True),
        ("not doc.brand or doc.brand != 'Own Label'", True),
        ("doc.disabled == 1", False),
        ("doc.shelf_life_in_days > 100000", False),
    ],
)
def test_a_condition_chooses_what_is_told(
    desk: Desk, receiver: Receiver, condition: str, is_told: bool
) -> None:
    hook(desk, f"{receiver.url}/chosen", name="chosen", condition=condition)
    hook(desk, f"{receiver.url}/always", name="later")
    rename_item(desk, "Zaatar")
    wait_until(lambda: "/always" in {one.path for one in receiver.got})
    assert ("/chosen" in {one.path for one in receiver.got}) is is_told


def test_a_condition_that_is_nested_without_end_is_refused(desk: Desk) -> None:
    refused = desk.post(
        "Webhook", webhook_doctype="Item", webhook_docevent="on_update", request_url="http://127.0.0.1/",
        condition="not " * 50_000 + "doc.brand", name="deep", status=417,
    )  # fmt: skip
    assert refused["exc_type"] == "ValidationError"


@pytest.mark.parametrize(
    "broken",
    [
        {"condition": "__import__('os').getpid() > 0"},
        {"condition": "doc.brand < 3"},
        {"condition": "not " * 1500 + "doc.brand"},
        {"request_structure": "JSON", "webhook_json": '{"name": "{{ doc.name | upper }}"}'},
        {"request_structure": "JSON", "webhook_json": "{{ doc.name }}"},
    ],
)
def test_a_condition_or_template_that_cannot_be_read_loses_the_delivery(
    desk: Desk, receiver: Receiver, broken: dict[str, str]
) -> None:
    name = hook(desk, f"{receiver.url}/broken", **broken)
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) == 1)
    (lost,) = attempts(desk)
    assert (lost["webhook"], lost["data"], bool(lost["error"])) == (name, None, True)
    assert receiver.got == []


def test_a_template_may_make_the_body_and_the_address(desk: Desk, receiver: Receiver) -> None:
    template = '{"what": "{{ doc.doctype }}", "off": {{ doc.disabled }}}'
    address = f"{receiver.url}/of/{{{{ doc.item_group }}}}"
    made = {"request_structure": "JSON", "webhook_json": template, "is_dynamic_url": 1}
    hook(desk, address, request_method="PUT", **made)
    rename_item(desk, "Zaatar")
    (one,) = receiver.wait_for(1)
    assert (one.method, one.path, one.body) == ("PUT", "/of/Herbs/Spices", '{"what": "Item", "off": 0}')


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/hook", "https://larder.example/hook", "http://127.0.0.1.example/hook"]
)
def test_nothing_is_sent_to_another_machine(desk: Desk, url: str) -> None:
    hook(desk, url)
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) == 1)
    (refused,) = attempts(desk)
    assert (refused["url"], refused["error"]) == (url, "The demo ERPNext delivers to this machine only.")


def test_a_redirect_or_a_proxy_leads_nowhere_else(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # our own requests go there
    receiver.statuses, receiver.redirects_to = [307, 307, 307], "http://192.0.2.1/hook"
    hook(desk, receiver.url.replace("127.0.0.1", "localhost"))
    rename_item(desk, "Zaatar")
    wait_until(lambda: len(attempts(desk)) == 3)
    assert {one["error"][:3] for one in attempts(desk)} == {"307"}
    assert len(receiver.got) == 3


def test_a_disabled_hook_a_rename_and_a_price_list_tell_nobody(desk: Desk, receiver: Receiver) -> None:
    hook(desk, f"{receiver.url}/off", name="off", enabled=0)
    hook(desk, f"{receiver.url}/item", name="item")
    hook(desk, f"{receiver.url}/price", on="Item Price", name="price")
    desk.rename("Item", "sumac_100g", "Sumac")
    desk.put("Price List", "Standard Selling", enabled=1)
    rename_item(desk, "Zaatar")
    assert [one.path for one in receiver.wait_for(1)] == ["/item"]
    wait_until(lambda: len(attempts(desk)) == 1)


def test_a_secret_is_never_read_back_and_stays_until_another_is_sent(desk: Desk, receiver: Receiver) -> None:
    name = hook(desk, receiver.url, enable_security=1, webhook_secret="plüms")
    assert desk.get("Webhook", name)["webhook_secret"] == "**********"
    desk.put("Webhook", name, webhook_secret="**********", timeout=4)
    rename_item(desk, "First")
    desk.put("Webhook", name, webhook_secret="pears")
    rename_item(desk, "Second")
    signed = [one.headers[SIGNATURE] for one in receiver.wait_for(2)]
    assert signed == [signature("plüms", '{"item": "First"}'), signature("pears", '{"item": "Second"}')]
    refused = desk.put("Webhook", name, webhook_secret="", status=417)
    assert refused["exc_type"] == "ValidationError"
    rename_item(desk, "Third")
    assert receiver.wait_for(3)[-1].headers[SIGNATURE] == signature("pears", '{"item": "Third"}')


def test_the_courier_ends_with_the_server(receiver: Receiver) -> None:
    receiver.statuses = [500]
    with DemoServer(Site()) as erp:
        desk = Desk(with_units(erp))
        erp.site.courier.waits = (0.2, 0.2)
        hook(desk, receiver.url)
        rename_item(desk, "Zaatar")
        wait_until(lambda: len(attempts(desk)) == 1)
        couriers = [one for one in threading.enumerate() if one.name == "demo-erp-courier"]
    wait_until(lambda: not any(one.is_alive() for one in couriers[-1:]))
    assert len(receiver.got) == 1
