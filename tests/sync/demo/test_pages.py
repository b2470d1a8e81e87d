"""The demo's pages: switches that people turn in a browser, documents that they read and edit there."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
import requests

from apps.core.actors import SYSTEM
from apps.core.admin.mirrored import erp_link
from apps.sync import services
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.alive import HAPPENINGS
from apps.sync.demo.faults import Fault
from apps.sync.demo.pages.switchboard import ACTS, HAPPENING
from apps.sync.demo.pages.words import HAPPENED
from apps.sync.demo.server import DemoServer
from apps.sync.erpnext import Address
from apps.sync.models import Quarantine
from apps.sync.states import Mode
from tests.sync.demo.receiving import Receiver
from tests.sync.demo.writing import Desk, with_units

SIGNED = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"}
WELL = "<h1>ERPNext is working normally</h1>"
ITEM = "GRO-0012"
NASTY = "<script>alert('crumbs')</script>"


class Browser:
    """Asks for pages as a browser does, and sends forms from the page that it is on."""

    def __init__(self, erp: DemoServer) -> None:
        self.url = erp.url
        self.headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    def open(self, path: str, **headers: str) -> requests.Response:
        return requests.get(
            f"{self.url}{path}", headers=self.headers | headers, timeout=5, allow_redirects=False
        )

    def send(self, path: str, form: dict[str, str] | None = None, **headers: str) -> requests.Response:
        own = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"} | headers
        return requests.post(
            f"{self.url}{path}", data=form or {}, headers=self.headers | own, timeout=5, allow_redirects=False
        )

    def press(self, button: str, **form: str) -> str:
        """Press a button of the switches; answers the page that is shown then."""
        sent = self.send(f"/demo/do/{button}", form)
        assert sent.status_code == 303, sent.text
        return self.open(sent.headers["Location"]).text


@pytest.fixture
def visitor(erp: DemoServer) -> Browser:
    return Browser(erp)


def state(erp: DemoServer) -> Any:
    """How everything stands, as the JSON API tells it."""
    return requests.get(f"{erp.url}/demo", timeout=5).json()


def ask(erp: DemoServer, path: str = "resource/Brand") -> requests.Response:
    """What a client of the API is answered."""
    return requests.get(f"{erp.url}/api/{path}", headers=SIGNED, timeout=5)


def customer(erp: DemoServer, name: str) -> Any:
    return ask(erp, f"resource/Customer/{name}").json()["data"]


# --- who gets what -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/app", "/app/"])
def test_a_browser_is_led_to_the_switches(visitor: Browser, path: str) -> None:
    sent = visitor.open(path)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/demo")


@pytest.mark.parametrize("path", ["/", "/app", f"/app/item/{ITEM}"])
def test_who_asks_for_json_meets_no_page(erp: DemoServer, path: str) -> None:
    answer = requests.get(f"{erp.url}{path}", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"exc_type": "DoesNotExistError"})


def test_the_switches_are_json_for_who_asks_for_that(erp: DemoServer, visitor: Browser) -> None:
    assert state(erp)["records"]["Item"] == 60
    page = visitor.open("/demo")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert WELL in page.text
    typed = requests.post(f"{erp.url}/demo/state", data='{"latency": 0.01}', timeout=5)
    assert typed.json()["latency"] == 0.01


def test_the_page_has_every_switch_and_the_way_back(erp: DemoServer, visitor: Browser) -> None:
    page = visitor.open("/demo").text
    buttons = set(re.findall(r'action="/demo/do/([a-z-]+)"', page))
    # what mends is offered once there is something to mend
    assert buttons == {*ACTS, *HAPPENING, "spoil", "change-silently", "happen"} - {
        "bring-back",
        "accept-key",
        "calm",
    }
    assert f'<a href="http://127.0.0.1:{erp.port - 1}/admin/">Back to Larder</a>' in page
    assert re.findall(r"<option>([^<]+)</option>", page) == list(HAPPENINGS)


def test_no_page_asks_for_anything_else(visitor: Browser) -> None:
    """It would count as a request to ERPNext, and take the fault that was planned for one."""
    for path in ("/demo", "/app/item", f"/app/item/{ITEM}", "/app/nowhere"):
        page = visitor.open(path).text
        assert re.findall(r'<(?:script|img|iframe|source)\b|href="(?:https?:)?//(?!127)', page) == [], path
        assert re.findall(r'<link[^>]*href="(?!data:)', page) == [], path


# --- the switches ------------------------------------------------------------------------------------------
def test_erpnext_is_taken_down_and_brought_back(erp: DemoServer, visitor: Browser) -> None:
    page = visitor.press("take-down")
    assert "<h1>ERPNext is down</h1>" in page
    assert "ERPNext was taken down." in page
    assert (state(erp)["maintenance"], ask(erp).status_code) == (True, 503)
    assert WELL in visitor.press("bring-back")
    assert (state(erp)["maintenance"], ask(erp).status_code) == (False, 200)


def test_a_refused_key_is_refused_as_erpnext_does_and_accepted_again(
    erp: DemoServer, visitor: Browser
) -> None:
    assert "<h1>ERPNext refuses the key</h1>" in visitor.press("refuse-key")
    refused = ask(erp)
    assert (refused.status_code, state(erp)["accepts_key"]) == (401, False)
    assert refused.json()["exc_type"] == "AuthenticationError"
    assert "_server_messages" not in refused.json()
    ping = f"{erp.url}/api/method/ping"
    assert requests.get(ping, timeout=5).json() == {"message": "pong"}
    assert WELL in visitor.press("accept-key")
    assert (ask(erp).status_code, state(erp)["accepts_key"]) == (200, True)


def test_the_key_is_a_switch_of_the_json_api_too(erp: DemoServer) -> None:
    turned = requests.post(f"{erp.url}/demo/state", json={"accepts_key": False}, timeout=5)
    assert (turned.json()["accepts_key"], ask(erp).status_code) == (False, 401)


@pytest.mark.parametrize(
    ("button", "seconds"), [("answer-slowly", 0.2), ("answer-very-slowly", 2), ("answer-at-once", 0)]
)
def test_answers_become_slow(erp: DemoServer, visitor: Browser, button: str, seconds: float) -> None:
    page = visitor.press(button)
    assert state(erp)["latency"] == seconds
    [pressed] = re.findall(r'do/(answer-[a-z-]+)"><button type="submit" aria-pressed', page)
    assert pressed == button
    assert (WELL in page) is (seconds == 0)


@pytest.mark.parametrize(("button", "rate"), [("fail-seldom", 0.1), ("fail-often", 0.4), ("fail-never", 0)])
def test_requests_fail_now_and_then(erp: DemoServer, visitor: Browser, button: str, rate: float) -> None:
    page = visitor.press(button)
    assert state(erp)["storm"] == rate
    failed = sum(erp.site.faults.next_for("/api/resource/Item") is not None for _ in range(500))
    assert (0.6 * rate) * 500 <= failed <= rate * 500 * 1.2
    assert (f"{rate * 100:g} % of all requests fail" in page) is (rate > 0)


def test_answers_to_writes_are_lost_and_what_was_written_is_there(erp: DemoServer, visitor: Browser) -> None:
    assert "The answers to the next 3 writes will be lost, and" in visitor.press("lose-answers")
    assert ask(erp).status_code == 200  # and is not counted
    brands = f"{erp.url}/api/resource/Brand"
    with pytest.raises(requests.ConnectionError):
        requests.post(brands, json={"brand": "Plum & Sons"}, headers=SIGNED, timeout=5)
    assert ask(erp, "resource/Brand/Plum & Sons").json()["data"]["brand"] == "Plum & Sons"
    with pytest.raises(requests.ConnectionError):
        requests.put(f"{brands}/Plum & Sons", json={"description": "Since 1931"}, headers=SIGNED, timeout=5)
    assert ask(erp, "resource/Brand/Plum & Sons").json()["data"]["description"] == "Since 1931"
    assert "The answer to the next write will be lost" in visitor.open("/demo").text
    with pytest.raises(requests.ConnectionError):
        requests.post(brands, json={"brand": "Quince"}, headers=SIGNED, timeout=5)
    assert requests.post(brands, json={"brand": "Medlar"}, headers=SIGNED, timeout=5).status_code == 200
    assert WELL in visitor.open("/demo").text


def test_a_lost_answer_is_planned_over_json_for_reads_too(erp: DemoServer) -> None:
    erp.site.faults.plan(Fault.ANSWER_LOST, where="Brand")
    with pytest.raises(requests.ConnectionError):
        ask(erp)
    assert erp.site.asked[-1] == "GET /api/resource/Brand"  # it was carried out
    assert ask(erp).status_code == 200


def test_one_button_calms_all(erp: DemoServer, visitor: Browser) -> None:
    for button in ("take-down", "refuse-key", "answer-very-slowly", "fail-often", "lose-answers"):
        page = visitor.press(button)
    requests.post(f"{erp.url}/demo/state", json={"rate_limit": {"limit": 60}}, timeout=5)
    assert "<h1>ERPNext is down, and more is broken</h1>" in page
    assert WELL in visitor.press("calm")
    said = state(erp)
    at_rest = {"maintenance": False, "accepts_key": True, "latency": 0, "storm": 0, "planned": []}
    assert {name: said[name] for name in at_rest} == at_rest
    assert said["rate_limit"] is None
    assert ask(erp).status_code == 200


def test_no_fault_befalls_a_page(erp: DemoServer, visitor: Browser) -> None:
    erp.site.faults.plan(Fault.RESET, times=9)
    erp.site.maintenance = True
    assert visitor.open(f"/app/item/{ITEM}").status_code == 200
    assert state(erp)["planned"][0]["times"] == 9


# --- what goes wrong with records --------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_spoiled_record_is_parked_by_the_next_sync_and_mended_taken_out_again(
    erp: DemoServer, visitor: Browser, run_sync: Callable[..., list[Any]]
) -> None:
    run_sync("customers")
    page = visitor.press("spoil")
    [name] = [row["name"] for row in erp.site.store.table("Customer").rows.values() if row["disabled"] == 7]
    assert "<h1>1 record is spoiled</h1>" in page
    assert f"No sync can read {name}." in page
    [run] = run_sync("customers")
    assert (run.state, [parked.erp_name for parked in Quarantine.objects.all()]) == ("partial", [name])
    assert WELL in visitor.press("mend")
    [run] = run_sync("customers")
    assert (run.state, Quarantine.objects.count()) == ("succeeded", 0)


def test_spoiling_and_mending_move_the_stamp(erp: DemoServer, visitor: Browser) -> None:
    visitor.press("spoil")
    [spoiled] = [dict(row) for row in erp.site.store.table("Customer").rows.values() if row["disabled"] == 7]
    visitor.press("mend")
    mended = customer(erp, spoiled["name"])
    assert mended["disabled"] == 0
    assert mended["modified"] > spoiled["modified"] > spoiled["creation"]


@pytest.mark.django_db(transaction=True)
def test_a_silent_change_lowers_parity_until_a_compare_finds_it(
    erp: DemoServer, visitor: Browser, run_sync: Callable[..., list[Any]], address: Address
) -> None:
    def score() -> float:
        [parity] = services.verify(["sales"], actor=SYSTEM, address=address)
        return float(parity.score)

    run_sync("sales")
    stamps = {row["name"]: row["modified"] for row in erp.site.store.table("Sales Invoice").rows.values()}
    assert score() == 100
    assert "its stamp stands still" in visitor.press("change-silently")
    invoices = erp.site.store.table("Sales Invoice").rows.values()
    assert {row["name"]: row["modified"] for row in invoices} == stamps
    assert score() < 100
    run_sync("sales")
    assert score() < 100
    services.run(["sales"], mode=Mode.COMPARE, actor=SYSTEM, address=address)
    assert score() == 100


# --- the shop lives ----------------------------------------------------------------------------------------
def test_every_happening_has_its_words() -> None:
    assert HAPPENED.keys() == HAPPENINGS.keys()
    assert {name for _, names in HAPPENING.values() for name in names} <= HAPPENINGS.keys()


@pytest.mark.parametrize(("button", "number"), [("live", 10), ("edit", 5), ("rename", 1), ("delete", 1)])
def test_the_shop_lives_when_a_button_is_pressed(
    erp: DemoServer, visitor: Browser, button: str, number: int
) -> None:
    with_units(erp)
    page = visitor.press(button)
    happened = [one for _, one in erp.control.alive.lately]
    assert len(happened) == number
    assert {one.what for one in happened} <= set(HAPPENING[button][1] or HAPPENINGS)
    assert f"{number} thing" in page
    lines = re.findall(r"</time>\s*([^<:]+?)\s*(?::|</li>)", page)
    assert [unescape(line) for line in lines] == [HAPPENED[one.what][0] for one in reversed(happened)]


def test_one_thing_of_ones_choice_happens_and_leads_to_its_document(
    erp: DemoServer, visitor: Browser
) -> None:
    page = visitor.press("happen", only="add a category")
    [(_, happened)] = erp.control.alive.lately
    assert happened.what == "add a category"
    assert f'<a href="/app/item-group/{happened.to.replace(" ", "%20")}">' in page


def test_what_cannot_happen_says_so(erp: DemoServer, visitor: Browser) -> None:
    erp.site.store.table("Customer").rows.clear()
    assert "Nothing happened in the shop" in visitor.press("happen", only="edit a customer")
    assert "Nothing was done" in visitor.press("spoil")
    unknown = visitor.send("/demo/do/happen", {"only": "explode"})
    assert (unknown.status_code, "“explode” does not happen here." in unknown.text) == (400, True)
    assert visitor.send("/demo/do/explode").status_code == 404


def test_only_the_last_dozen_is_shown_the_newest_first(visitor: Browser) -> None:
    for _ in range(7):
        visitor.press("take-down")
        page = visitor.press("bring-back")
    said = re.findall(r"<time>[^<]+</time>\s*([^<]+?)\s*</li>", page)
    assert said == ["ERPNext was brought back.", "ERPNext was taken down."] * 6


# --- another site's page -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_steers_nothing(
    erp: DemoServer, visitor: Browser, headers: dict[str, str]
) -> None:
    before = ask(erp, f"resource/Item/{ITEM}").json()
    for path in ("/demo/do/take-down", "/demo/do/spoil", f"/app/item/{ITEM}"):
        refused = visitor.send(path, {"item_name": "Bought"}, **headers)
        assert refused.status_code == 403
        assert "Another site&#x27;s page tried to change something here" in refused.text
    plain = requests.post(f"{erp.url}/demo/state", data='{"maintenance": true}', headers=headers, timeout=5)
    assert plain.status_code == 403
    assert plain.json()["error"].startswith("Another site's page")
    assert WELL in visitor.open("/demo").text
    assert ask(erp, f"resource/Item/{ITEM}").json() == before


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "192.0.2.1", ""]
)
def test_a_name_that_is_not_this_machines_is_refused(erp: DemoServer, visitor: Browser, host: str) -> None:
    for path in ("/demo", "/app/item"):
        refused = visitor.open(path, Host=host)
        assert (refused.status_code, "for this machine alone" in refused.text) == (403, True)
    typed = requests.post(
        f"{erp.url}/demo/state", json={"maintenance": True}, headers={"Host": host}, timeout=5
    )
    assert (typed.status_code, erp.site.maintenance) == (403, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:8001", "[::1]:8001"])
def test_this_machine_has_several_names(visitor: Browser, host: str) -> None:
    assert visitor.open("/demo", Host=host).status_code == 200
    assert visitor.send("/demo/do/calm", Host=host, Origin=f"http://{host.lower()}").status_code == 303


def test_a_page_may_not_be_framed(visitor: Browser) -> None:
    assert "frame-ancestors 'none'" in visitor.open("/demo").headers["Content-Security-Policy"]


# --- documents ---------------------------------------------------------------------------------------------
def test_a_list_shows_the_fifty_saved_last_newest_first(erp: DemoServer, visitor: Browser) -> None:
    page = visitor.open("/app/item").text
    rows = sorted(
        erp.site.store.table("Item").rows.values(),
        key=lambda row: (row["modified"], row["name"]),
        reverse=True,
    )
    shown = re.findall(r"<th><a [^>]+><bdi>([^<]+)</bdi>", page)
    assert [unescape(name) for name in shown] == [row["name"] for row in rows[:50]]
    assert "60 in all; here are the 50 that were saved last." in page


def test_every_doctype_on_the_page_leads_to_its_list(erp: DemoServer, visitor: Browser) -> None:
    links = re.findall(
        r'<li><a href="(/app/[^"]+)">([^<]+)</a><span>([\d,]+)</span>', visitor.open("/demo").text
    )
    assert len(links) > 25
    for link, doctype, count in links:
        page = visitor.open(link)
        assert (page.status_code, f"<h1>{doctype}</h1>" in page.text) == (200, True)
        assert state(erp)["records"][doctype] == int(count.replace(",", ""))


def test_where_larder_leads_there_is_a_page(erp: DemoServer, visitor: Browser, settings: Any) -> None:
    settings.ERPNEXT_DESK_URL = erp.url
    erp.site.store.put("Item", name="A/B 1%?#", item_name="Odd", modified="2026-11-26 10:00:00")
    for doctype in ("Item", "Customer", "Sales Invoice", "Purchase Receipt", "Loyalty Point Entry", "Batch"):
        for row in list(erp.site.store.table(doctype).rows.values()):
            page = visitor.open(erp_link(doctype, row["name"]).removeprefix(erp.url))
            assert page.status_code == 200, row["name"]


def test_a_document_shows_what_it_says_and_its_tables(erp: DemoServer, visitor: Browser) -> None:
    invoice = next(
        row for row in erp.site.store.table("Sales Invoice").rows.values() if row["docstatus"] == 1
    )
    page = visitor.open(f"/app/sales-invoice/{invoice['name']}").text
    assert '<span data-chip="well">Submitted</span>' in page
    assert f"<code>{invoice['modified']}</code>" in page
    assert f"<dt>Grand total</dt><dd><bdi>{invoice['grand_total']}</bdi>" in page
    [line, *_] = erp.site.store.rows_of("Sales Invoice", invoice["name"], "Sales Invoice Item", "items")
    assert f'<a href="/app/item/{line["item_code"]}"><bdi>{line["item_code"]}</bdi></a>' in page
    assert "<form" not in page  # nothing of it is edited by hand here


def test_what_a_record_holds_is_text_and_never_markup(erp: DemoServer, visitor: Browser) -> None:
    values = {"customer_name": NASTY, "tax_id": NASTY, "disabled": 7, "modified": "2026-11-26 10:00:00"}
    erp.site.store.put("Customer", name=NASTY, **values)
    for path in ("/demo", "/app/customer", f"/app/customer/{quote(NASTY, safe='')}"):
        page = visitor.open(path)
        assert page.status_code == 200
        assert "&lt;script&gt;alert(&#x27;crumbs&#x27;)&lt;/script&gt;" in page.text
        assert "<script" not in page.text
    missing = visitor.open(f"/app/{quote(NASTY, safe='')}/{quote(NASTY, safe='')}")
    assert (missing.status_code, "<script" in missing.text) == (404, False)


@pytest.mark.parametrize(
    "path", ["/app/nowhere", "/app/item/NOPE", "/app/sales-invoice-item", "/demo/nowhere"]
)
def test_what_is_not_there_says_so_in_the_same_look(visitor: Browser, path: str) -> None:
    page = visitor.open(path)
    assert page.status_code == 404
    assert "Back to Larder" in page.text
    assert "Go to the switches and records" in page.text


# --- edits by hand -----------------------------------------------------------------------------------------
def form_of(erp: DemoServer, doctype: str, name: str, **typed: str) -> tuple[str, dict[str, str]]:
    """The address of a document's form, and what it sends when this was typed into it."""
    document = ask(erp, f"resource/{doctype}/{quote(name, safe='')}").json()["data"]
    return f"/app/{doctype.lower().replace(' ', '-')}/{quote(name)}", {
        "modified": document["modified"]
    } | typed


@pytest.mark.parametrize(
    ("doctype", "typed", "stored"),
    [
        ("Item", {"item_name": "Green Plums", "disabled": "1"}, {"item_name": "Green Plums", "disabled": 1}),
        ("Item", {"item_name": "Green Plums"}, {"item_name": "Green Plums", "disabled": 0}),
        (
            "Customer",
            {"customer_name": "Ivy Oak", "disabled": "1"},
            {"customer_name": "Ivy Oak", "disabled": 1},
        ),
        ("Item Price", {"price_list_rate": "3.25"}, {"price_list_rate": 3.25}),
    ],
)
def test_an_edit_by_hand_is_saved_under_a_new_stamp(
    erp: DemoServer, visitor: Browser, doctype: str, typed: dict[str, str], stored: dict[str, Any]
) -> None:
    with_units(erp)
    name = str(next(iter(erp.site.store.table(doctype).rows.values()))["name"])
    path, form = form_of(erp, doctype, name, **typed)
    page = visitor.open(path).text.partition("Edit by hand")[2]
    assert set(re.findall(r'<input type="\w+" name="(\w+)"', page)) == {"modified", *stored, *typed}
    sent = visitor.send(path, form)
    assert sent.status_code == 303
    after = ask(erp, f"resource/{doctype}/{quote(name, safe='')}").json()["data"]
    assert {field: after[field] for field in stored} == stored
    assert after["modified"] > form["modified"]
    assert f"{doctype} was saved by hand" in visitor.open(sent.headers["Location"]).text


def test_a_webhook_is_told_of_an_edit_by_hand(erp: DemoServer, visitor: Browser) -> None:
    desk = Desk(with_units(erp))
    with Receiver() as receiver:
        data = [{"fieldname": "item_name", "key": "item"}]
        asked = {"webhook_doctype": "Item", "webhook_docevent": "on_update", "request_url": receiver.url}
        desk.post("Webhook", name="hook", webhook_data=data, **asked)
        path, form = form_of(erp, "Item", ITEM, item_name="Green Plums")
        assert visitor.send(path, form).status_code == 303
        [received] = receiver.wait_for(1)
    assert received.body == '{"item": "Green Plums"}'


def test_a_refused_edit_says_why_changes_nothing_and_keeps_what_was_typed(
    erp: DemoServer, visitor: Browser
) -> None:
    with_units(erp)
    path, form = form_of(erp, "Item", ITEM, item_name="Green Plums")
    assert visitor.send(path, form).status_code == 303
    refused = visitor.send(path, form | {"item_name": "Red Plums"})  # of a page that is out of date
    assert refused.status_code == 417
    assert "ERPNext refused: Error: Document has been modified after you have opened it" in refused.text
    assert 'name="item_name" value="Red Plums"' in refused.text
    assert ask(erp, f"resource/Item/{ITEM}").json()["data"]["item_name"] == "Green Plums"


def test_what_has_no_form_cannot_be_sent_one(erp: DemoServer, visitor: Browser) -> None:
    brand = next(iter(erp.site.store.table("Brand").rows.values()))
    before = dict(brand)
    path, form = form_of(erp, "Brand", str(brand["name"]), description="Bought")
    assert visitor.send(path, form).status_code == 404
    assert dict(brand) == before


# --- what a person does with a document --------------------------------------------------------------------
RECEIPT = "Purchase Receipt"
CHEESE, COLD = "FETA+PDO", "Cold Store - CG"


def draft(erp: DemoServer) -> str:
    """A receipt of ten of the cheese, typed by somebody."""
    desk = Desk(with_units(erp))
    line = {"item_code": CHEESE, "qty": 10, "rate": 3, "warehouse": COLD}
    return str(desk.post(RECEIPT, supplier="Northern Dairy Co-op", items=[line])["name"])


def in_stock(erp: DemoServer) -> float:
    rows = erp.site.store.table("Bin").rows.values()
    return sum(row["actual_qty"] for row in rows if (row["item_code"], row["warehouse"]) == (CHEESE, COLD))


def does(erp: DemoServer, visitor: Browser, act: str, name: str, doctype: str = RECEIPT, **typed: str) -> Any:
    path, form = form_of(erp, doctype, name, do=act, **typed)
    return visitor.send(path, form)


def test_a_receipt_is_submitted_moves_stock_and_is_cancelled_and_deleted(
    erp: DemoServer, visitor: Browser
) -> None:
    name, before = draft(erp), in_stock(erp)
    assert does(erp, visitor, "submit", name).status_code == 303
    assert in_stock(erp) == before + 10
    page = visitor.open(f"/app/purchase-receipt/{name}").text
    assert re.findall(r'name="do" value="(\w+)"', page) == ["cancel"]
    assert does(erp, visitor, "cancel", name).status_code == 303
    assert in_stock(erp) == before
    deleted = does(erp, visitor, "delete", name)
    assert (deleted.status_code, deleted.headers["Location"].partition("?")[0]) == (
        303,
        "/app/purchase-receipt",
    )
    assert visitor.open(f"/app/purchase-receipt/{name}").status_code == 404


def test_what_was_saved_since_it_was_looked_at_is_not_submitted(erp: DemoServer, visitor: Browser) -> None:
    name = draft(erp)
    path, form = form_of(erp, RECEIPT, name, do="submit")
    Desk(erp).put(RECEIPT, name, remarks="Two are broken")
    refused = visitor.send(path, form)
    assert (refused.status_code, "has been modified after you have opened it" in refused.text) == (417, True)
    assert ask(erp, f"resource/{RECEIPT}/{name}").json()["data"]["docstatus"] == 0


@pytest.mark.parametrize("act", ["cancel", "amend", ""])
def test_what_is_not_done_to_it_as_it_stands_is_not_done(erp: DemoServer, visitor: Browser, act: str) -> None:
    name = draft(erp)
    assert does(erp, visitor, act, name).status_code == 404
    assert ask(erp, f"resource/{RECEIPT}/{name}").json()["data"]["docstatus"] == 0


def test_an_item_is_renamed_and_merged_by_hand(erp: DemoServer, visitor: Browser) -> None:
    with_units(erp)
    renamed = does(erp, visitor, "rename", ITEM, "Item", called="PLUM-1")
    assert renamed.headers["Location"].startswith("/app/item/PLUM-1?said=")
    assert ask(erp, f"resource/Item/{ITEM}").status_code == 404
    merged = does(erp, visitor, "merge", "PLUM-1", "Item", called=CHEESE)
    assert merged.status_code == 303, merged.text
    assert "what is left is" in visitor.open(merged.headers["Location"]).text
    assert ask(erp, "resource/Item/PLUM-1").status_code == 404
