"""A sheet of paper with lines and a total: what invoices, orders and delivery notes have in common."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from apps.sync.demo.grocer.catalogue import Good
from apps.sync.demo.grocer.people import Person
from apps.sync.demo.grocer.rows import COMPANY, TILL, Books, Inside, amount, clock, pounds
from apps.sync.demo.grocer.stock import Picked
from apps.sync.demo.store import Row

VAT: Final = 20
TABLE_OF: Final = {
    "Sales Invoice": "Sales Invoice Item",
    "POS Invoice": "POS Invoice Item",
    "Sales Order": "Sales Order Item",
    "Delivery Note": "Delivery Note Item",
}
SERIES: Final = {
    "Sales Invoice": "ACC-SINV",
    "POS Invoice": "ACC-PSINV",
    "Sales Order": "SAL-ORD",
    "Delivery Note": "MAT-DN",
}


@dataclass
class Line:
    """A line in pence and thousandths; all amounts are of the unit that it is sold by."""

    good: Good
    quantity: int
    listed: int
    rate: int
    factor: int = 1
    rule: str | None = None
    percent: int = 0
    is_free: bool = False
    picked: Picked = field(default_factory=list)
    links: dict[str, str | None] = field(default_factory=dict)
    key: str = ""
    shared: int = 0  # its part of what is off the whole sheet
    net: int = 0

    @property
    def amount(self) -> int:
        return round(self.rate * self.quantity / 1000)

    @property
    def units(self) -> int:
        return self.quantity * self.factor


@dataclass
class Sheet:
    """One document before it is written."""

    doctype: str
    person: Person
    at: datetime
    lines: list[Line]
    percent: int = 0
    has_vat: bool = False
    is_rounded: bool = True
    price_list: str = "Standard Selling"
    name: str = ""
    amends: str | None = None
    discount: int = 0
    net: int = 0
    row: Row | None = None

    def add_up(self) -> None:
        """Share the discount out and take the tax out, the last penny where it belongs."""
        paid = [line for line in self.lines if line.amount]
        self.discount = round(self.total * self.percent / 100)
        self.net = round(self.grand * 100 / (100 + VAT)) if self.has_vat else self.grand
        off, net = self.discount, self.net
        for line in self.lines:
            line.shared = line.net = 0
        for line in paid:
            is_last = line is paid[-1]
            line.shared = off if is_last else round(line.amount * self.percent / 100)
            left = line.amount - line.shared
            line.net = net if is_last else round(left * 100 / (100 + VAT)) if self.has_vat else left
            off, net = off - line.shared, net - line.net

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def grand(self) -> int:
        return self.total - self.discount

    @property
    def rounded(self) -> int:
        """In whole pounds, a half to the even one; 0 where rounding is off."""
        return round(self.grand / 100) * 100 if self.is_rounded else 0

    @property
    def owed(self) -> int:
        return self.rounded or self.grand

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


def head_of(sheet: Sheet) -> Row:
    """What stands at the top and at the bottom."""
    person, day = sheet.person, sheet.at.date().isoformat()
    money = {
        "total": pounds(sheet.total),
        "net_total": pounds(sheet.net),
        "total_taxes_and_charges": pounds(sheet.grand - sheet.net),
        "grand_total": pounds(sheet.grand),
        "rounded_total": pounds(sheet.rounded),
        "rounding_adjustment": pounds(sheet.rounded - sheet.grand) if sheet.rounded else 0.0,
        "discount_amount": pounds(sheet.discount),
    }
    values: Row = {
        "title": person.shown,
        "customer": person.name,
        "customer_name": person.shown,
        "customer_group": person.group,
        "territory": person.territory,
        "tax_id": person.row["tax_id"],
        "company": COMPANY,
        "posting_date": day,
        "posting_time": clock(sheet.at),
        "selling_price_list": sheet.price_list,
        "total_qty": amount(sheet.quantity),
        **money,
        **{f"base_{name}": value for name, value in money.items()},
        "additional_discount_percentage": float(sheet.percent),
        "apply_discount_on": "Grand Total",
        "customer_address": person.address,
        "contact_person": person.contact,
        "contact_display": person.shown if person.contact else None,
        "contact_mobile": (person.mobile or "") if person.contact else None,
        "contact_email": (person.email or "") if person.contact else None,
        "amended_from": sheet.amends,
    }
    if sheet.doctype != "POS Invoice":
        values["disable_rounded_total"] = int(not sheet.is_rounded)
    if sheet.doctype == "Sales Order":
        values |= {"transaction_date": day, "title": "{customer_name}"}
        values = {name: value for name, value in values.items() if not name.startswith("posting_")}
    return values


def write(books: Books, sheet: Sheet, *, docstatus: int, by: str = TILL, **own: Any) -> Row:
    """Write a sheet and its lines; it gets a number unless it has one."""
    sheet.add_up()
    sheet.name = sheet.name or books.number(SERIES[sheet.doctype], sheet.at.date())
    values = head_of(sheet) | own
    sheet.row = books.add(sheet.doctype, sheet.name, at=sheet.at, by=by, docstatus=docstatus, **values)
    for idx, line in enumerate(sheet.lines, start=1):
        _line(books, sheet, line, idx, docstatus=docstatus, by=by)
    if sheet.has_vat and "Invoice" in sheet.doctype:
        _vat(books, sheet, docstatus=docstatus, by=by)
    return sheet.row


def _line(books: Books, sheet: Sheet, line: Line, idx: int, *, docstatus: int, by: str) -> None:
    good = line.good
    line.key = line.key or books.key()
    off = line.listed - line.rate
    money = {
        "price_list_rate": pounds(line.listed),
        "rate": pounds(line.rate),
        "amount": pounds(line.amount),
        "net_rate": pounds(round(line.net * 1000 / line.quantity)),
        "net_amount": pounds(line.net),
    }
    values: Row = {
        "item_code": good.code,
        "item_name": good.name,
        "description": good.description,
        "image": good.image or "",
        "item_group": good.group,
        "brand": good.brand,
        "qty": amount(line.quantity),
        "uom": good.case_unit if line.factor != 1 else good.unit,
        "stock_uom": good.unit,
        "conversion_factor": float(line.factor),
        "stock_qty": amount(line.units),
        **money,
        **{f"base_{name}": value for name, value in money.items()},
        "stock_uom_rate": pounds(round(line.rate / line.factor)),
        "discount_percentage": float(line.percent),
        "discount_amount": pounds(off) if not line.is_free else 0.0,
        "distributed_discount_amount": pounds(line.shared),
        "is_free_item": int(line.is_free),
        "pricing_rules": _trace(line),
        "warehouse": good.warehouse,
        **line.links,
    }
    if sheet.doctype == "POS Invoice":
        del values["stock_uom_rate"]
    elif line.picked:
        values["incoming_rate"] = pounds(line.picked[0][0].cost)
    if "Invoice" in sheet.doctype and good.unit == "Nos":
        values["barcode"] = good.barcode
    if sheet.doctype == "Sales Order":
        values.pop("incoming_rate", None)
        values["is_stock_item"] = int(good.is_stock)
    where = Inside(sheet.doctype, sheet.name, "items")
    table = TABLE_OF[sheet.doctype]
    books.add(table, line.key, at=sheet.at, by=by, inside=where, docstatus=docstatus, idx=idx, **values)


def _trace(line: Line) -> str | None:
    """How ERPNext notes a rule: as a list in JSON, and by its bare name on what is given away."""
    if line.rule is None:
        return "[]"
    return line.rule if line.is_free else f'[\n "{line.rule}"\n]'


def _vat(books: Books, sheet: Sheet, *, docstatus: int, by: str) -> None:
    tax, total = pounds(sheet.grand - sheet.net), pounds(sheet.grand)
    books.add(
        "Sales Taxes and Charges",
        books.key(),
        at=sheet.at,
        by=by,
        inside=Inside(sheet.doctype, sheet.name, "taxes"),
        docstatus=docstatus,
        idx=1,
        charge_type="On Net Total",
        account_head="VAT - CG",
        description=f"VAT {VAT}%",
        included_in_print_rate=1,
        rate=float(VAT),
        **dict.fromkeys(("tax_amount", "tax_amount_after_discount_amount"), tax),
        **dict.fromkeys(("base_tax_amount", "base_tax_amount_after_discount_amount"), tax),
        total=total,
        base_total=total,
    )
