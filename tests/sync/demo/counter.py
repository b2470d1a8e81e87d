"""Short ways to write to a demo over HTTP, as whoever stands at the counter does."""

import json
from typing import Any, Final
from urllib.parse import quote

import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer

LOYALTY: Final = "erpnext.accounts.doctype.loyalty_program.loyalty_program"
BALANCE: Final = f"{LOYALTY}.get_loyalty_program_details_with_points"
SIGNED: Final = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}", "Accept": "application/json"}


class Counter:
    """A demo, and what is sold, paid and taken back there."""

    def __init__(self, erp: DemoServer) -> None:
        self.erp = erp
        self.store = erp.site.store

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
