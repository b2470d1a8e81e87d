"""Play recorded writes against the demo, one after the other, and compare what it answers.

Names that are drawn by lot or from a series that stood elsewhere differ: each is learnt when its document is
made, and put in the place of the recorded one in all that follows.
"""

import gzip
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.demo.store import collated
from tests.sync.recorded import Exchange

LIMITED = "limitedkey"
DATABASE = re.compile(r"`_[0-9a-f]{16}`")
BY_LOT = re.compile(r"\[([A-Z][\w ]+), [0-9a-v]{10}\]")  # the name that a refused document would have had
STAMPS = re.compile(r"\(\d{4}-\d\d-\d\d [\d:.]+, \d{4}-\d\d-\d\d [\d:.]+\)")
# Times, random names and ids of messages: never the same twice.
VOLATILE = frozenset(
    {"creation", "modified", "posting_time", "exc", "__frappe_exc_id", "name", "parent", "__unsaved"}
)
# What an answer tells the names of: itself, and what was made with it.
NAMED = ("name", "serial_and_batch_bundle")


@cache
def written() -> list[Exchange]:
    """Every recorded write with its response, in the order in which they were tried."""
    path = Path(__file__).parents[1] / "written.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))  # type: ignore[no-any-return]


def chapter(name: str) -> list[Exchange]:
    """The writes of one recording."""
    return [one for one in written() if one["from"] == name]


def with_units(erp: DemoServer) -> DemoServer:
    """The units that the recorded site counts in: of its hundreds, only the first eight were recorded."""
    for unit, is_whole in {"Nos": 1, "Case": 1, "Kg": 0, "Litre": 0}.items():
        erp.site.store.put("UOM", name=unit, uom_name=unit, must_be_whole_number=is_whole, enabled=1)
    return erp


class Desk:
    """Short ways to write to the demo over HTTP; each asserts the status that is expected."""

    def __init__(self, erp: DemoServer, *, key: str = DEMO_KEY) -> None:
        self.erp = erp
        self.key = key

    def clock(self, at: datetime) -> None:
        """Set the site's clock."""
        self.erp.site.store.now = lambda: at

    def answer(self, method: str, path: str, body: Any = None, **params: str) -> requests.Response:
        """What is said to a request."""
        return requests.request(
            method,
            f"{self.erp.url}/api/{path}",
            params=params,
            json=body,
            headers={"Authorization": f"token {self.key}:{DEMO_SECRET}", "Accept": "application/json"},
            timeout=10,
        )

    def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **params: str) -> Any:
        """Any request; the whole answer."""
        response = self.answer(method, path, body, **params)
        assert response.status_code == status, (method, path, response.text[:600])
        return response.json()

    def get(self, doctype: str, name: str) -> dict[str, Any]:
        return dict(self.call("GET", f"resource/{doctype}/{quote(name, safe='')}")["data"])

    def list(self, doctype: str, *fields: str, order_by: str = "name asc", **where: Any) -> list[Any]:
        asked = {"fields": json.dumps(fields), "filters": json.dumps(where), "order_by": order_by}
        return list(self.call("GET", f"resource/{doctype}", limit_page_length="0", **asked)["data"])

    def post(self, doctype: str, *, status: int = 200, **values: Any) -> dict[str, Any]:
        return self._stored(self.call("POST", f"resource/{doctype}", values, status=status))

    def put(self, doctype: str, name: str, *, status: int = 200, **values: Any) -> dict[str, Any]:
        path = f"resource/{doctype}/{quote(name, safe='')}"
        return self._stored(self.call("PUT", path, values, status=status))

    def delete(self, doctype: str, name: str, *, status: int = 202) -> dict[str, Any]:
        return dict(self.call("DELETE", f"resource/{doctype}/{quote(name, safe='')}", status=status))

    def rename(self, doctype: str, old: str, new: str, *, status: int = 200, **more: Any) -> Any:
        named = {"doctype": doctype, "old_name": old, "new_name": new}
        return self.call("POST", "method/frappe.client.rename_doc", named | more, status=status)

    def _stored(self, answer: Any) -> dict[str, Any]:
        """The document; of a refusal, all of it."""
        return dict(answer.get("data", answer))


class Replay:
    """A demo being written to as the recorded site was."""

    def __init__(self, erp: DemoServer) -> None:
        self.erp = erp
        self.names: dict[str, str] = {}  # what a document was called there, and is here
        erp.site.users[LIMITED] = User(
            "sync.limited@grocer.example", DEMO_SECRET, frozenset({"Item", "Sales Invoice", "Pricing Rule"})
        )

    def given(self, doctype: str, name: str, *, like: str = "", **values: Any) -> None:
        """A record that the recorded site had and no recording holds: like another, but for these values."""
        store = self.erp.site.store
        model = store.doctypes[doctype].rows.get(collated(like), {}) if like else {}
        named = {"item_code": name} if doctype == "Item" else {}
        store.put(doctype, **dict(model) | named | values | {"name": name})

    def send(self, exchange: Exchange) -> requests.Response:
        """The recorded request, with the names that things have here."""
        asked = exchange["request"]
        path = "/".join(quote(self._here(part), safe="") for part in unquote(asked["path"]).split("/"))
        body = asked.get("body", asked.get("json"))
        key = LIMITED if "few roles" in asked.get("auth", "") else DEMO_KEY
        return requests.request(
            asked["method"],
            self.erp.url + path,
            params={name: self._here(str(value)) for name, value in (asked.get("params") or {}).items()},
            data=body if isinstance(body, str) else json.dumps(self._all_here(body)) if body else None,
            headers={"Authorization": f"token {key}:{DEMO_SECRET}", "Accept": "application/json"},
            timeout=10,
        )

    def play(self, exchange: Exchange, *, but: Collection[str] = ()) -> None:
        """Send a request; it must be answered as it was, in all but what is volatile and these fields."""
        response, recorded = self.send(exchange), exchange["response"]
        where = f"{exchange['from']}: {exchange.get('note', '')}"
        assert response.status_code == recorded["status"], (where, response.text[:600])
        if isinstance(recorded["body"], str):
            assert response.text == recorded["body"], where
            return
        mine = response.json()
        self._learn(mine, recorded["body"])
        _leave_out(mine, recorded["body"], exchange.get("rows_left_out", 0))
        is_part = "shortened" in exchange
        _assert_same(
            self._plain(mine, but), self._plain(self._all_here(recorded["body"]), but), where, is_part
        )

    def _learn(self, mine: Any, theirs: Any) -> None:
        """What the new document is called here, and its rows in their order."""
        for answer in ("data", "message"):
            one, other = mine.get(answer), theirs.get(answer)
            if isinstance(one, dict) and isinstance(other, dict) and "name" in other:
                self._learn_names(one, other)

    def _learn_names(self, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        for named in NAMED:
            if theirs.get(named) and mine.get(named):
                self.names[theirs[named]] = mine[named]
        for field, rows in theirs.items():
            if isinstance(rows, list) and isinstance(mine.get(field), list):
                for one, other in zip(mine[field], rows, strict=False):
                    if isinstance(one, dict) and isinstance(other, dict):
                        self._learn_names(one, other)

    def _here(self, text: str) -> str:
        if text in self.names:
            return self.names[text]
        for there, here in self.names.items():
            text = text.replace(there, here) if len(there) >= 8 else text
        return text

    def _all_here(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._all_here(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._all_here(each) for each in value]
        return self._here(value) if isinstance(value, str) else value

    def _plain(self, value: Any, but: Collection[str]) -> Any:
        """Without what is volatile; messages unpacked."""
        if isinstance(value, dict):
            left = {key: each for key, each in value.items() if key not in VOLATILE and key not in but}
            if isinstance(left.get("_server_messages"), str):
                left["_server_messages"] = [json.loads(one) for one in json.loads(left["_server_messages"])]
            return {key: self._plain(each, but) for key, each in left.items()}
        if isinstance(value, list):
            return [self._plain(each, but) for each in value]
        if not isinstance(value, str):
            return value
        known = STAMPS.sub("(then, now)", DATABASE.sub("`_sitedb`", value))
        return BY_LOT.sub(r"[\1, by lot]", known)


def _leave_out(mine: Any, theirs: Any, count: int) -> None:
    """As many of the last lines as the recording does without."""
    if count:
        assert len(mine["data"]["items"]) == len(theirs["data"]["items"]) + count
        del mine["data"]["items"][-count:]


def _assert_same(mine: Any, theirs: Any, where: str, is_part: bool) -> None:
    """Equal; of an answer that was recorded in part, in that part."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        if not is_part:
            assert mine.keys() == theirs.keys(), (where, mine.keys() ^ theirs.keys())
        for key, value in theirs.items():
            assert key in mine, (where, key)
            _assert_same(mine[key], value, f"{where} / {key}", is_part)
    elif isinstance(theirs, list) and isinstance(mine, list):
        assert is_part or len(mine) == len(theirs), (where, mine, theirs)
        for one, other in zip(mine, theirs, strict=False):
            _assert_same(one, other, where, is_part)
    else:
        assert mine == theirs, (where, mine, theirs)
