"""A source that lives: documents come, change, move, hide and go, as API.md says that they do."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from apps.core.clock import erp_zone
from apps.sync.demo.site import Site
from apps.sync.demo.store import TABLES, Row, collated

FEW = {"Item": 8, "Customer": 8, "Sales Invoice": 8, "Loyalty Point Entry": 8, "Item Price": 8}
LINKS = {  # what names a document elsewhere: rewritten by a rename, without a stamp
    "Item": [("Sales Invoice Item", "item_code"), ("Item Price", "item_code")],
    "Customer": [("Sales Invoice", "customer"), ("Loyalty Point Entry", "customer")],
    "Sales Invoice": [("Sales Invoice", "return_against"), ("Loyalty Point Entry", "invoice")],
}
TRACELESS = ("Loyalty Point Entry", "Item Price")  # vanish without a Deleted Document


class Living:
    """A small site, and the one hand that changes it."""

    def __init__(self, site: Site, random: Random) -> None:
        self.site = site
        self.store = site.store
        self.random = random
        self.made = 0
        for doctype, few in FEW.items():
            rows = list(self.rows(doctype).values())
            for row in rows[few:]:
                self.store.remove(doctype, row["name"])
            for row in rows[:few]:
                row["creation"] = self._moment(minutes=-60 * 24)
        self.steps: list[Callable[[], None]] = [
            self.save, self.save, self.save_many_at_once, self.make, self.commit_late, self.delete,
            self.rename, self.swap_names, self.reuse_a_name, self.cancel, self.drift, self.change_a_line,
            self.vanish, self.spoil, self.merge_customers,
        ]  # fmt: skip

    def rows(self, doctype: str) -> dict[str, Row]:
        return self.store.doctypes[doctype].rows

    def step(self) -> str:
        """One thing happens; its name is for whoever reads a failing example."""
        with self.store.lock:
            what = self.random.choice(self.steps)
            what()
        return what.__name__

    # --- what happens --------------------------------------------------------------------------------------
    def save(self) -> None:
        doctype, row = self._any()
        field, value = {
            "Item": ("item_name", f"renamed {self.random.random():.4f}"),
            "Customer": ("tax_id", f"GB{self.random.randrange(10**6)}"),
            "Sales Invoice": ("remarks", f"said {self.random.randrange(10**6)}"),
            "Loyalty Point Entry": ("loyalty_points", self.random.randrange(-50, 500)),
            "Item Price": ("price_list_rate", round(row.get("price_list_rate", 1) * 1.01 + 0.001, 3)),
        }[doctype]
        self._put(doctype, row, **{field: value}, modified=self._moment())

    def save_many_at_once(self) -> None:
        """As a saved price list does: one stamp, whole seconds, from another clock."""
        doctype = self.random.choice(list(FEW))
        stamp = self._moment()[:19]
        for row in list(self.rows(doctype).values()):
            if self.random.random() < 0.7:
                self._put(doctype, row, modified=stamp)

    def make(self, *, minutes: float = 0) -> None:
        doctype, like = self._any()
        self.made += 1
        name = f"new {doctype} {self.made}"
        stamp = self._moment(minutes=minutes)
        row = like | {"name": name, "creation": stamp, "modified": stamp}
        row |= {"item_code": name} if doctype == "Item" else {}
        self.rows(doctype)[collated(name)] = row
        self._copy_lines(doctype, like["name"], name)

    def commit_late(self) -> None:
        """Visible now, stamped some minutes ago: behind the cursor of whoever has read meanwhile."""
        self.make(minutes=-self.random.choice([0.2, 3, 8]))

    def delete(self) -> None:
        doctype, row = self._any()
        if doctype in TRACELESS:
            return self.vanish()
        self.store.remove(doctype, row["name"])
        self._trace(doctype, row["name"])
        return None

    def vanish(self) -> None:
        doctype = self.random.choice(TRACELESS)
        if self.rows(doctype):
            self.store.remove(doctype, self._one(doctype)["name"])

    def rename(self) -> None:
        doctype = self.random.choice(list(LINKS))
        self.made += 1
        self._rename(doctype, self._one(doctype)["name"], f"moved {self.made}")

    def swap_names(self) -> None:
        doctype = self.random.choice(("Item", "Customer"))
        there = list(self.rows(doctype).values())
        if len(there) < 2:
            return
        first, second = (row["name"] for row in self.random.sample(there, 2))
        self._rename(doctype, first, "between")
        self._rename(doctype, second, first)
        self._rename(doctype, "between", second)

    def reuse_a_name(self) -> None:
        row = dict(self._one("Sales Invoice"))
        self.store.remove("Sales Invoice", row["name"])
        self._trace("Sales Invoice", row["name"])
        stamp = self._moment()
        self.rows("Sales Invoice")[collated(row["name"])] = row | {
            "creation": stamp, "modified": stamp, "remarks": "another",
        }  # fmt: skip

    def cancel(self) -> None:
        self._put("Sales Invoice", self._one("Sales Invoice"), docstatus=2, status="Cancelled",
                  modified=self._moment())  # fmt: skip

    def drift(self) -> None:
        """Changes that no stamp tells of."""
        invoice, points = self._one("Sales Invoice"), self._one("Loyalty Point Entry")
        self._put("Sales Invoice", invoice, status=self.random.choice(["Overdue", "Paid", "Unpaid"]))
        self._put("Loyalty Point Entry", points, loyalty_points=self.random.randrange(500))

    def change_a_line(self) -> None:
        invoice = self._one("Sales Invoice")
        lines = list(self.store.rows_of("Sales Invoice", invoice["name"], "Sales Invoice Item", "items"))
        if lines:
            line = self.random.choice(lines)
            self._put("Sales Invoice Item", line, qty=self.random.randrange(1, 99))
            self._put("Sales Invoice", invoice, modified=self._moment())

    def spoil(self) -> None:
        """A value that fits no column; it is mended before the end."""
        row = self._one("Customer")
        self._put("Customer", row, disabled=7, modified=self._moment())

    def merge_customers(self) -> None:
        if len(self.rows("Customer")) > 3:
            gone, kept = (row["name"] for row in self.random.sample(list(self.rows("Customer").values()), 2))
            self._rewrite("Customer", gone, kept)
            self.store.remove("Customer", gone)
            self._trace("Customer", gone)

    def mend(self) -> None:
        """Nothing is spoiled any more."""
        with self.store.lock:
            for row in list(self.rows("Customer").values()):
                if row["disabled"] not in (0, 1):
                    self._put("Customer", row, disabled=0, modified=self._moment())

    # --- how -----------------------------------------------------------------------------------------------
    def _any(self) -> tuple[str, Row]:
        doctype = self.random.choice([doctype for doctype in FEW if self.rows(doctype)])
        return doctype, self._one(doctype)

    def _one(self, doctype: str) -> Row:
        if not self.rows(doctype):
            self.rows(doctype)["first"] = dict(self._first[doctype]) | {"name": "first"}
        return self.random.choice(list(self.rows(doctype).values()))

    @property
    def _first(self) -> dict[str, Row]:
        return {name: next(iter(Site().store.doctypes[name].rows.values())) for name in FEW}

    def _put(self, doctype: str, row: Row, **values: Any) -> None:
        self.store.put(doctype, name=row["name"], **values)

    def _moment(self, *, minutes: float = 0) -> str:
        """The site's clock, never the same twice."""
        self.made += 1
        at = timezone.now().astimezone(erp_zone()) + timedelta(minutes=minutes, microseconds=self.made)
        return at.strftime("%Y-%m-%d %H:%M:%S.%f")

    def _trace(self, doctype: str, name: str) -> None:
        self.made += 1
        stamp = self._moment()
        like = next(iter(self.rows("Deleted Document").values()))
        self.rows("Deleted Document")[f"del{self.made}"] = like | {
            "name": f"del{self.made}", "creation": stamp, "modified": stamp,
            "deleted_doctype": doctype, "deleted_name": name,
        }  # fmt: skip

    def _rename(self, doctype: str, old: str, new: str) -> None:
        rows = self.rows(doctype)
        row = rows.pop(collated(old))
        code = {"item_code": new} if doctype == "Item" else {}
        rows[collated(new)] = row | {"name": new, "modified": self._moment()} | code
        for table in TABLES.get(doctype, {}).values():
            if table in self.store.doctypes:
                for line in list(self.rows(table).values()):
                    if (line["parenttype"], line["parent"]) == (doctype, old):
                        self._put(table, line, parent=new)
        self._rewrite(doctype, old, new)

    def _rewrite(self, doctype: str, old: str, new: str) -> None:
        for other, field in LINKS[doctype]:
            for row in list(self.rows(other).values()):
                if row[field] == old:
                    self._put(other, row, **{field: new})

    def _copy_lines(self, doctype: str, old: str, new: str) -> None:
        for table in TABLES.get(doctype, {}).values():
            for line in list(self.rows(table).values()) if table in self.store.doctypes else ():
                if (line["parenttype"], line["parent"]) == (doctype, old):
                    self.made += 1
                    name = f"row{self.made}"
                    self.rows(table)[name] = line | {"name": name, "parent": new}
