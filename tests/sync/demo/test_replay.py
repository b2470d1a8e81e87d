"""The demo ERPNext answers what a real one answered: request by request, from the recordings.

The samples are of a bigger site than the demo's: there the envelope is compared, the columns, and every value
of the records that both hold. Reports (``query_report.run``) are left out: nothing here reads one; balances
and quantities of batches are in test_methods.py, with the records behind them. What writes is not replayed.
"""

import json
from typing import Any

import pytest
import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from tests.sync.recorded import Exchange, exchanges, samples

LIMITED = "limitedkey"
# Rows inside documents that were not recorded for the demo, and what ERPNext keeps of a deletion besides.
NOT_HERE = {
    "payment_schedule",
    "pricing_rules",
    "data",
    "docstatus",
    "idx",
    "modified_by",
    "links",
    "email_ids",
}
NOT_HERE |= {"phone_nos"}


def label(exchange: Exchange) -> str:
    return f"{exchange['from']} {exchange['request']['path'].rpartition('/')[2]} {exchange.get('note', '')}"


def any_order(body: Any, exchange: Exchange) -> Any:
    """An answer; its rows sorted where the request leaves their order open, wholly or in part."""
    params = exchange["request"].get("params") or {}
    if "data" in body and ("order_by" not in params or exchange["from"].startswith("joined_rows")):
        return sorted(map(json.dumps, body["data"])) if isinstance(body["data"], list) else body
    return body


@pytest.mark.parametrize("exchange", exchanges(), ids=label)
def test_a_recorded_request_gets_its_recorded_answer(erp: DemoServer, exchange: Exchange) -> None:
    erp.site.users[LIMITED] = User(
        "sync.limited@grocer.example", DEMO_SECRET, frozenset({"Sales Invoice", "Item"})
    )
    response = _sent(erp, exchange["request"])
    recorded = exchange["response"]
    assert response.status_code == recorded["status"]
    if isinstance(recorded["body"], str):
        assert response.text == recorded["body"]
    elif exchange["from"] == "paging_customer":
        _assert_alike(response.json(), recorded["body"])
    elif recorded["status"] == 200:
        assert any_order(response.json(), exchange) == any_order(recorded["body"], exchange)
    else:
        assert _comparable(response.json()) == _comparable(recorded["body"])


def rows_of(body: Any) -> list[dict[str, Any]]:
    [inside] = body.values()
    return inside if isinstance(inside, list) else [inside]


@pytest.mark.parametrize(
    "exchange", [one for one in samples() if "/api/resource/" in one["request"]["path"]], ids=label
)
def test_a_sampled_request_is_answered_alike(erp: DemoServer, exchange: Exchange) -> None:
    response = _sent(erp, exchange["request"])
    if response.status_code == 404:
        assert exchange["request"]["path"] in UNKNOWN_HERE
        return
    assert response.status_code == exchange["response"]["status"]
    _assert_alike(response.json(), exchange["response"]["body"])


# Documents that no list of the recordings held.
UNKNOWN_HERE = {"/api/resource/Batch/B026-00001"}


def _assert_alike(mine: Any, theirs: Any) -> None:
    """The same envelope and columns; of what both hold in the same state, the same values."""
    assert mine.keys() == theirs.keys()
    known = {row["name"]: row for row in rows_of(theirs) if "name" in row}
    columns = {key for row in rows_of(theirs) for key in row} | NOT_HERE
    for row in rows_of(mine):
        guessed = (
            row.get("doctype") == "POS Invoice"
        )  # recorded with columns of a Sales Invoice, without payments
        assert guessed or row.keys() <= columns
        other = known.get(row.get("name"), {})
        if other.get("modified") == row.get("modified") and "doctype" in row:
            shared = (row.keys() & other.keys()) - NOT_HERE - ({"items", "payments"} if guessed else set())
            assert {key: row[key] for key in shared} == {key: other[key] for key in shared}


def _sent(erp: DemoServer, request: dict[str, Any]) -> requests.Response:
    headers = {"Accept": "application/json", **_credentials(request)}
    return requests.request(
        request["method"],
        f"{erp.url}{request['path']}",
        params=request.get("params"),
        json=request.get("json"),
        headers=headers,
        timeout=10,
    )


def _credentials(request: dict[str, Any]) -> dict[str, str]:
    given = request.get("headers", {}).get("Authorization")
    if given:
        return {"Authorization": given.replace("<valid key>", DEMO_KEY)}
    if request.get("auth", "") == "none":
        return {}
    key = LIMITED if "few roles" in request.get("auth", "") else DEMO_KEY
    return {"Authorization": f"token {key}:{DEMO_SECRET}"}


def _comparable(body: dict[str, Any]) -> dict[str, Any]:
    """An error without what is different each time: the frames of the traceback and the random id."""
    messages = [json.loads(message) for message in json.loads(body.get("_server_messages", "[]"))]
    for message in messages:
        message.pop("__frappe_exc_id", None)
    spoken = messages[-1:]  # the last one is the reason
    return body | {"_server_messages": spoken, "exc": "exc" in body, "_debug_messages": ""}
