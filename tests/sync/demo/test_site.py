"""Who may ask the demo, what it computes, and the ways in which it withholds an answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.throttle import RateLimit
from tests.sync.recorded import samples

Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(erp: DemoServer) -> Ask:
    def get(path: str, headers: dict[str, str] | None = None, **params: Any) -> requests.Response:
        signed = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}", **(headers or {})}
        return requests.get(f"{erp.url}/api/{path}", params=params, headers=signed, timeout=5)

    return get


def test_a_role_reads_what_it_may_and_a_disabled_user_nothing(erp: DemoServer, ask: Ask) -> None:
    user = erp.site.users[DEMO_KEY]
    erp.site.users[DEMO_KEY] = replace(user, roles=frozenset({"Stock User"}))
    assert [ask(f"resource/{one}").status_code for one in ("Bin", "Item", "Batch", "Item Price")] == [
        200,
        200,
        403,
        403,
    ]
    erp.site.users[DEMO_KEY] = replace(user, enabled=False)
    assert ask("resource/Item").status_code == 401


def test_every_answer_sets_the_cookies_of_a_guest(ask: Ask) -> None:
    names = {"sid", "system_user", "full_name", "user_id", "user_image"}
    assert set(ask("resource/Brand").cookies.keys()) == names
    assert set(ask("resource/Nope").cookies.keys()) == names


def test_points_are_what_a_real_one_computed_from_the_same_entries(erp: DemoServer, ask: Ask) -> None:
    erp.site.store.now = lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)
    balances = [one for one in samples() if "details_with_points" in one["request"]["path"]]
    entries = [one for one in samples() if one.get("note") == "all entries behind that balance"]
    erp.site.store.doctypes["Loyalty Point Entry"].rows.clear()
    for balance, behind in zip(balances, entries, strict=True):
        asked = balance["request"]["params"]
        for entry in behind["response"]["body"]["data"]:
            erp.site.store.put("Loyalty Point Entry", **entry, **asked)
        said = ask(balance["request"]["path"].removeprefix("/api/"), **asked).json()
        assert said == balance["response"]["body"]
    assert len(balances) == 2


def test_a_batch_counts_while_it_is_open(erp: DemoServer, ask: Ask) -> None:
    store, method = erp.site.store, "method/erpnext.stock.doctype.batch.batch.get_batch_qty"
    store.now = lambda: datetime(2026, 11, 23, tzinfo=UTC)
    store.put("Batch", name="X1", item="HONEY", expiry_date="2026-11-30")
    for number, quantity in enumerate((10.0, -4.0)):
        store.put(
            "Serial and Batch Entry", name=f"x{number}", batch_no="X1", warehouse="Stores - CG", qty=quantity,
            docstatus=1,
        )  # fmt: skip
    [told] = ask(method, batch_no="X1").json()["message"]
    assert told == {"batch_no": "X1", "warehouse": "Stores - CG", "qty": 6.0, "expiry_date": "2026-11-30"}
    assert ask(method, batch_no="X1", warehouse="Stores - CG").json() == {"message": 6.0}
    store.now = lambda: datetime(2026, 12, 1, tzinfo=UTC)
    assert ask(method, batch_no="X1").json() == {"message": []}


def test_settings_and_single_values_are_read(ask: Ask) -> None:
    assert ask("resource/Stock Settings/Stock Settings").json()["data"]["valuation_method"] == "FIFO"
    value = ask("method/frappe.client.get_single_value", doctype="System Settings", field="time_zone")
    assert value.json() == {"message": "Europe/London"}
    whole = ask("method/frappe.client.get", doctype="Brand", name="Al Noor").json()["message"]
    assert whole["image"] is None
    assert "image" not in ask("resource/Brand/Al Noor").json()["data"]
    found = ask("method/frappe.client.get_value", doctype="Brand", fieldname="brand", filters="Al Noor")
    assert found.json() == {"message": {"brand": "Al Noor"}}


def test_the_second_api_and_the_desks_list_have_their_own_forms(ask: Ask) -> None:
    assert ask("v2/document/Brand", limit=1, order_by="name asc").json() == {"data": [{"name": "Al Noor"}]}
    assert ask("v2/doctype/Brand/count").json() == {"data": 5}
    missing = ask("v2/document/Item/NOPE")
    said = {
        "type": "DoesNotExistError",
        "message": "Item NOPE not found",
        "title": "Message",
        "indicator": "red",
    }
    assert (missing.status_code, missing.json()) == (404, {"errors": [said]})
    fields = {one["fieldname"]: one for one in ask("v2/doctype/Customer/meta").json()["data"]["fields"]}
    assert fields["custom_nationality"]["is_custom_field"] == 1
    assert ask("resource/Brand", as_dict="false", order_by="name asc", limit=1).json() == {
        "data": [["Al Noor"]]
    }
    asked = {"doctype": "Brand", "fields": '["name"]', "order_by": "name asc", "page_length": 1, "start": 1}
    desk = ask("method/frappe.desk.reportview.get", **asked).json()["message"]
    assert (desk["keys"], desk["values"]) == (["name"], [["Bramble Farm"]])


def test_errors_are_pages_for_who_accepts_text_and_without_traces_where_the_site_hides_them(
    erp: DemoServer, ask: Ask
) -> None:
    page = ask("resource/Item/NOPE", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    erp.site.tracebacks = False
    assert ask("resource/Item", headers={"Authorization": "token a:b"}).json() == {
        "exc_type": "AuthenticationError"
    }


def test_a_long_request_line_is_refused_before_it_is_read(ask: Ask) -> None:
    assert ask("resource/Item", filters="x" * 3900).status_code == 500
    refused = ask("resource/Item", filters="x" * 4100)
    assert (refused.status_code, refused.headers["Content-Type"]) == (414, "text/html; charset=utf-8")


def test_server_time_runs_out_for_everybody_and_comes_back(erp: DemoServer, ask: Ask) -> None:
    erp.site.rate_limit = RateLimit(limit=0.03, window=3600)
    answers = [ask("method/ping") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "30000"
    assert answers[2].headers["Retry-After"] == answers[2].headers["X-RateLimit-Reset"]
    assert answers[2].json()["exc_type"] == "TooManyRequestsError"
    erp.site.rate_limit = None
    assert "X-RateLimit-Limit" not in ask("method/ping").headers
    erp.site.maintenance = True
    assert ask("resource/Brand").status_code == 503


def test_a_row_may_be_seen_later_than_its_stamp(erp: DemoServer, ask: Ask) -> None:
    erp.site.store.put_late("Brand", after_requests=1, name="Late", modified="2026-11-01 10:00:00")
    seen = [len(ask("resource/Brand", filters='{"name": "Late"}').json()["data"]) for _ in range(3)]
    assert seen == [0, 1, 1]


def test_faults_spoil_answers_in_their_own_ways(erp: DemoServer, ask: Ask) -> None:
    whole = ask("resource/Brand", order_by="name asc").json()["data"]
    erp.site.faults.plan(Fault.SHORTENED)
    assert ask("resource/Brand", order_by="name asc").json()["data"] == whole[:2]
    erp.site.faults.plan(Fault.WRONG_TYPE)
    assert ask("resource/Brand").json() == {"data": "spoiled"}
    for fault, status in ((Fault.BAD_GATEWAY, 502), (Fault.GATEWAY_TIMEOUT, 504)):
        erp.site.faults.plan(fault)
        assert ask("resource/Brand").status_code == status
    for fault in (Fault.CLOSED, Fault.HANGING):
        erp.site.faults.plan(fault, seconds=0.05)
        with pytest.raises(requests.ConnectionError):
            ask("resource/Brand")


def test_a_storm_is_the_same_for_the_same_seed_and_leaves_room_to_try_again(erp: DemoServer) -> None:
    def weather(seed: int) -> list[str]:
        erp.site.faults.storm(seed=seed, rate=0.5)
        return [planned.fault if (planned := erp.site.faults.next_for("x")) else "" for _ in range(200)]

    assert weather(1) == weather(1)
    assert weather(1) != weather(2)
    assert all("" in weather(1)[at : at + 3] for at in range(190))
    erp.site.faults.calm()
    assert erp.site.faults.next_for("x") is None
