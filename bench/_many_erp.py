"""A demo ERPNext with many records, in a process of its own: ``python -m bench._many_erp 2000``."""

import sys
from datetime import datetime, timedelta

from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.store import Row, Store

START = datetime(2026, 2, 1, 8, 0)  # noqa: DTZ001 - ERPNext's stamps are naive
LINES_EACH = 3


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


def main() -> None:
    server = DemoServer(Site(multiplied(int(sys.argv[1]))))
    print(server.port, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
