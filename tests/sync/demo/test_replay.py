"""The demo ERPNext answers what a real one answered: request by request, from the recordings."""

import json
from typing import Any

import pytest
import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from tests.sync.recorded import Exchange, exchanges

LIMITED = "limitedkey"


def label(exchange: Exchange) -> str:
    return f"{exchange['from']} {exchange['request']['path'].rpartition('/')[2]} {exchange.get('note', '')}"


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
    elif recorded["status"] == 200:
        assert response.json() == recorded["body"]
    else:
        assert _comparable(response.json()) == _comparable(recorded["body"])


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
    if request["auth"] == "none":
        return {}
    key = LIMITED if "few roles" in request["auth"] else DEMO_KEY
    return {"Authorization": f"token {key}:{DEMO_SECRET}"}


def _comparable(body: dict[str, Any]) -> dict[str, Any]:
    """An error without what is different each time: the frames of the traceback and the random id."""
    messages = [json.loads(message) for message in json.loads(body.get("_server_messages", "[]"))]
    for message in messages:
        message.pop("__frappe_exc_id", None)
    spoken = messages[-1:]  # the last one is the reason
    return body | {"_server_messages": spoken, "exc": "exc" in body, "_debug_messages": ""}
