"""The grocer's shop over HTTP: short ways to sell, take back and be paid as whoever stands at the counter."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.work import Event
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site

LOYALTY: Final = "erpnext.accounts.doctype.loyalty_program.loyalty_program"
BALANCE: Final = f"{LOYALTY}.get_loyalty_program_details_with_points"
SIGNED: Final = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}", "Accept": "application/json"}
INVOICE: Final = "Sales Invoice"
OPENED: Final = datetime(2026, 11, 25, 10, 0)  # noqa: DTZ001 - the site's wall clock


@contextmanager
def grocer() -> Iterator["Counter"]:
    """The kiosk on a November morning, listening."""
    with DemoServer(Site(stocked(scale=0, today=OPENED.date()))) as erp:
        yield Counter(erp)


class Counter:
    """A demo, what is written to it, and what happens there."""

    def __init__(self, erp: DemoServer) -> None:
        self.erp = erp
        self.store = erp.site.store
        self.store.now = lambda: OPENED
        self.happened: list[Event] = []
        erp.site.desk = Desk(self.store, told=self.happened.extend)

    def wait_until(self, day: str) -> None:
        """The morning of another day."""
        at = datetime.combine(date.fromisoformat(day), OPENED.time())
        self.store.now = lambda: at

    def sell(self, customer: str, amount: float, **values: Any) -> dict[str, Any]:
        """A submitted sale of one good for so much, to the penny."""
        line = {"item_code": "GRO-0001", "qty": 1, "rate": amount, "price_list_rate": amount}
        exact = {"ignore_pricing_rule": 1, "disable_rounded_total": 1}
        return self.insert(
            INVOICE, **{"customer": customer, "docstatus": 1, "items": [line]} | exact | values
        )

    def take_back(self, sale: dict[str, Any], amount: float, **values: Any) -> dict[str, Any]:
        """A return of a sale, for so much of it."""
        line = {"item_code": "GRO-0001", "qty": -1, "rate": amount, "price_list_rate": amount}
        line |= {"sales_invoice_item": sale["items"][0]["name"]}
        origin = {"is_return": 1, "return_against": sale["name"]}
        return self.sell(sale["customer"], amount, items=[line], **origin | values)

    def ask(self, method: str, path: str, **values: Any) -> requests.Response:
        """One request, as it is answered."""
        return requests.request(
            method, f"{self.erp.url}/api/{path}", json=values or None, headers=SIGNED, timeout=10
        )

    def insert(self, doctype: str, **values: Any) -> dict[str, Any]:
        """A new document, as it is read back."""
        name = self._done(self.ask("POST", f"resource/{quote(doctype)}", **values))["name"]
        return self.read(doctype, name)

    def change(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
        """A changed document, as it is read back."""
        self._done(self.ask("PUT", self._path(doctype, name), **values))
        return self.read(doctype, name)

    def submit(self, doctype: str, name: str) -> dict[str, Any]:
        return self.change(doctype, name, docstatus=1)

    def cancel(self, doctype: str, name: str) -> dict[str, Any]:
        return self.change(doctype, name, docstatus=2)

    def read(self, doctype: str, name: str) -> dict[str, Any]:
        return self._done(self.ask("GET", self._path(doctype, name)))

    def refused(self, method: str, path: str, **values: Any) -> str:
        """What people are told when they may not."""
        answer = self.ask(method, path, **values)
        assert answer.status_code == 417, answer.text[:600]
        return str(json.loads(json.loads(answer.json()["_server_messages"])[-1])["message"])

    def rows(self, doctype: str, **wanted: Any) -> list[dict[str, Any]]:
        """The rows with these values, in the order of their making."""
        found = [
            row
            for row in self.store.table(doctype).rows.values()
            if all(row[field] == value for field, value in wanted.items())
        ]
        return sorted(found, key=lambda row: (row["creation"], row["name"]))

    def points(self, customer: str, program: str) -> float:
        """The balance that ERPNext tells."""
        answer = requests.get(
            f"{self.erp.url}/api/method/{BALANCE}",
            params={"customer": customer, "loyalty_program": program, "company": "Corner Grocer Ltd"},
            headers=SIGNED,
            timeout=10,
        )
        return float(answer.json()["message"]["loyalty_points"])

    def _path(self, doctype: str, name: str) -> str:
        return f"resource/{quote(doctype)}/{quote(name, safe='')}"

    def _done(self, answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text[:600]
        data: dict[str, Any] = answer.json()["data"]
        return data
