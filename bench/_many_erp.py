"""A demo ERPNext with many records, in a process of its own: ``python -m bench._many_erp 2000``.

It says its port on a line; for every line that it is sent it changes each hundredth document, and says so.
"""

import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import TIME_ZONE, Site
from apps.sync.demo.store import Row, Store

START = datetime(2026, 2, 1, 8, 0)  # noqa: DTZ001 - ERPNext's stamps are naive
LINES_EACH = 3
CHANGING = {"Item": "item_name", "Customer": "customer_name", "Sales Invoice": "remarks"}


def multiplied(rows: int) -> Store:
    """The recorded site, its documents repeated under new names until there are ``rows`` of each."""
    store = Store.recorded()
    for doctype in ("Item", "Customer", "Sales Invoice"):
        _repeat(store, doctype, rows)
    _give_lines(store)
    return store


def _repeat(store: Store, doctype: str, rows: int) -> None:
    table = store.doctypes[doctype].rows
    recorded = list(table.values())
    for n in range(rows - len(recorded)):
        stamp = (START + timedelta(seconds=n * 7, microseconds=n)).isoformat(sep=" ", timespec="microseconds")
        name = f"{doctype[:4]}-{n:06d}"
        table[name.casefold()] = recorded[n % len(recorded)] | {
            "name": name,
            "creation": stamp,
            "modified": stamp,
        }


def _give_lines(store: Store) -> None:
    lines = store.doctypes["Sales Invoice Item"].rows
    recorded = list(lines.values())
    for at, invoice in enumerate(list(store.doctypes["Sales Invoice"].rows.values())[60:]):
        for place in range(LINES_EACH):
            line: Row = recorded[(at * LINES_EACH + place) % len(recorded)]
            name = f"line{at:06d}{place}"
            lines[name] = line | {"name": name, "parent": invoice["name"], "idx": place + 1}


def change_some(store: Store) -> None:
    """Save each hundredth document anew with another text in it, all in one second, as an import does."""
    now = datetime.now(ZoneInfo(TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S")
    with store.lock:
        for doctype, field in CHANGING.items():
            for row in list(store.doctypes[doctype].rows.values())[::100]:
                row |= {"modified": now, field: f"changed {now}"}


def main() -> None:
    store = multiplied(int(sys.argv[1]))
    with DemoServer(Site(store)) as server:
        print(server.port, flush=True)
        for _ in sys.stdin:
            change_some(store)
            print("changed", flush=True)


if __name__ == "__main__":
    main()
