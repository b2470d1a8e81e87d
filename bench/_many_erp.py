"""A demo ERPNext with many records, in a process of its own: ``python -m bench._many_erp 20000``.

So many items, customers, invoices with three lines each, and loyalty entries; all else as the grocer has it.
It says its port on a line; for every line that it is sent it changes each hundredth document, and says so.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apps.sync.demo.choosing import KEPT, SOUGHT
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.spans import TIME_ZONE
from apps.sync.demo.store import TABLES, Row, Store, collated

TODAY: Final = date(2026, 11, 25)
START: Final = datetime(2026, 2, 1, 8, 0)  # noqa: DTZ001 - ERPNext's stamps are naive
LINES_EACH: Final = 3
CHANGING: Final = {"Item": "item_name", "Customer": "customer_name", "Sales Invoice": "remarks"}
Naming = Callable[[int], Row]


def multiplied(rows: int) -> Store:
    """The grocer, his records repeated under new names until there are ``rows`` of each of four kinds."""
    store = stocked(today=TODAY)
    items, customers = list(store.doctypes["Item"].rows), list(store.doctypes["Customer"].rows)
    _repeat(store, "Item", rows, lambda n: {"item_code": f"MANY-{n:06d}", "name": f"MANY-{n:06d}"})
    _repeat(store, "Customer", rows, lambda n: {"name": f"Customer {n:06d}"})
    people = [row["name"] for row in list(store.doctypes["Customer"].rows.values())[len(customers) :]]
    codes = [row["name"] for row in list(store.doctypes["Item"].rows.values())[len(items) :]]
    _one_of_a_kind(store, "Sales Invoice", "Loyalty Point Entry")
    for table in TABLES["Sales Invoice"].values():
        if table in store.doctypes:
            store.doctypes[table].rows.clear()
    _repeat(
        store,
        "Sales Invoice",
        rows,
        lambda n: {
            "name": f"ACC-SINV-2027-{n + 1:05d}",
            "customer": people[n % len(people)],
            "posting_date": (TODAY - timedelta(days=1 + n % 365)).isoformat(),
        },
    )
    _give_lines(store, codes)
    invoices = [row["name"] for row in store.doctypes["Sales Invoice"].rows.values()]
    _repeat(
        store,
        "Loyalty Point Entry",
        rows,
        lambda n: {
            "name": f"p{n:09d}",
            "customer": people[n % len(people)],
            "invoice": invoices[n % len(invoices)],
            "redeem_against": None,
        },
    )
    return store


def _one_of_a_kind(store: Store, *doctypes: str) -> None:
    """Leave one plain record, of which all others are made."""
    for doctype in doctypes:
        table = store.doctypes[doctype].rows
        plain = next(
            row for row in table.values() if row.get("status") == "Paid" or doctype != "Sales Invoice"
        )
        table.clear()
        table[collated(plain["name"])] = plain


def _repeat(store: Store, doctype: str, rows: int, named: Naming) -> None:
    table = store.doctypes[doctype].rows
    models = list(table.values())
    for n in range(rows - len(models)):
        stamp = (START + timedelta(seconds=n * 7, microseconds=n)).isoformat(sep=" ", timespec="microseconds")
        row = models[n % len(models)] | {"creation": stamp, "modified": stamp} | named(n)
        table[collated(row["name"])] = row


def _give_lines(store: Store, codes: list[str]) -> None:
    lines = store.doctypes["Sales Invoice Item"].rows
    model = _plain_line()
    for at, invoice in enumerate(store.doctypes["Sales Invoice"].rows.values()):
        for place in range(LINES_EACH):
            name = f"line{at:06d}{place}"
            lines[name] = model | {
                "name": name,
                "parent": invoice["name"],
                "idx": place + 1,
                "creation": invoice["creation"],
                "modified": invoice["modified"],
                "item_code": codes[(at * LINES_EACH + place) % len(codes)],
            }


def _plain_line() -> Row:
    kiosk = stocked(scale=0, today=TODAY)
    return next(row for row in kiosk.doctypes["Sales Invoice Item"].rows.values() if row["docstatus"] == 1)


def change_some(store: Store) -> None:
    """Save each hundredth document anew with another text in it, all at one moment, as an import does."""
    now = datetime.now(ZoneInfo(TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with store.lock:
        for doctype, field in CHANGING.items():
            for row in list(store.doctypes[doctype].rows.values())[::100]:
                row |= {"modified": now, field: f"changed {now}"}


def sort(store: Store) -> None:
    """Have every table sorted beforehand: who asks first would wait for it, and that is no cost of theirs."""
    for doctype in store.doctypes.values():
        for columns in {*KEPT, *SOUGHT.values()}:
            if set(columns) <= set(doctype.columns):
                doctype.rows.index(*columns)


def main() -> None:
    store = multiplied(int(sys.argv[1]))
    sort(store)
    with DemoServer(Site(store)) as server:
        print(server.port, flush=True)
        for _ in sys.stdin:
            change_some(store)
            print("changed", flush=True)


if __name__ == "__main__":
    main()
