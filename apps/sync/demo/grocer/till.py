"""The till screen: POS Invoices, and the invoices that a closed shift makes of them, one a customer."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from apps.sync.demo.grocer.invoices import Invoices
from apps.sync.demo.grocer.rows import COMPANY, TILL, Books, Inside, amount, pounds, stamp
from apps.sync.demo.grocer.sheet import Sheet, write

PROFILE: Final = "Front till"


def closed_shift(books: Books, invoices: Invoices, day: date, sheets: list[Sheet]) -> None:
    """Sell by the till screen, and close the shift that evening: only that moves stock."""
    _profile(books)
    sold = [_sold(books, invoices, sheet, index) for index, sheet in enumerate(sheets)]
    closed_at = books.moment(day, 20.5)
    by_customer = sorted(sold, key=lambda sheet: (sheet.person.name, sheet.name))
    for _, own in groupby(by_customer, key=lambda sheet: sheet.person.name):
        _consolidate(books, invoices, list(own), minutes=1)
    _close(books, sold, day)
    for sheet in sold:
        if sheet.row:
            sheet.row["modified"] = stamp(closed_at + timedelta(minutes=2))


def open_shift(books: Books, invoices: Invoices, sheets: list[Sheet]) -> None:
    """Sales that no closing has merged yet; the last of them is only begun."""
    _profile(books)
    for index, sheet in enumerate(sheets):
        _sold(books, invoices, sheet, index, is_draft=index > 0 and sheet is sheets[-1])


def _profile(books: Books) -> None:
    at = books.moment(books.first_day - timedelta(days=36), 9)
    books.add("POS Profile", PROFILE, at=at, company=COMPANY, warehouse="Stores - CG", update_stock=1)
    if not any(row["parent"] == PROFILE for row in books.store.doctypes["POS Payment Method"].rows.values()):
        where = Inside("POS Profile", PROFILE, "payments")
        books.add("POS Payment Method", books.key(), at=at, inside=where, idx=1, mode_of_payment="Cash")


def _sold(books: Books, invoices: Invoices, basket: Sheet, index: int, *, is_draft: bool = False) -> Sheet:
    lines = [replace(line, key="", links={}) for line in basket.lines]
    sheet = replace(
        basket, doctype="POS Invoice", lines=lines, name="", at=basket.at + timedelta(seconds=index)
    )
    sheet.add_up()
    paid = (
        sheet.owed if index % 2 else -(-sheet.owed // 2000) * 2000
    )  # with a note of twenty, or to the penny
    money: dict[str, Any] = {"paid_amount": pounds(paid), "change_amount": pounds(paid - sheet.owed)}
    write(
        books,
        sheet,
        docstatus=int(not is_draft),
        **money,
        **{f"base_{field}": value for field, value in money.items()},
        status="Draft" if is_draft else "Paid",
        is_pos=1,
        pos_profile=PROFILE,
        due_date=sheet.at.date().isoformat(),
        set_warehouse="Stores - CG",
        update_stock=1,
        outstanding_amount=0.0,
        loyalty_program=sheet.person.program,
        consolidated_invoice=None,
        remarks=None if is_draft else "No Remarks",
    )
    if not is_draft:
        invoices.ledger.earn(sheet.person, sheet.grand, invoice=(sheet.doctype, sheet.name), at=sheet.at)
    return sheet


def _consolidate(books: Books, invoices: Invoices, own: list[Sheet], *, minutes: int) -> None:
    """One Sales Invoice for all that a customer bought in the shift."""
    lines = [
        replace(line, key="", links={"pos_invoice": sheet.name, "pos_invoice_item": line.key})
        for sheet in own
        for line in sheet.lines
    ]
    at = books.moment(own[0].at.date(), 20.5) + timedelta(minutes=minutes)
    merged = replace(own[0], doctype="Sales Invoice", lines=lines, name="", at=at)
    invoices.merged(merged, paid=sum(sheet.owed for sheet in own))
    for sheet in own:
        if sheet.row:
            sheet.row |= {"status": "Consolidated", "consolidated_invoice": merged.name}


def _close(books: Books, sold: list[Sheet], day: date) -> None:
    name, at = books.number("POS-CLO", day), books.moment(day, 20.5)
    total = pounds(sum(sheet.grand for sheet in sold))
    own: dict[str, Any] = {"by": TILL, "docstatus": 1}
    books.add(
        "POS Closing Entry",
        name,
        at=at,
        **own,
        period_start_date=f"{day} 08:00:00",
        period_end_date=f"{day} 20:30:00",
        posting_date=day.isoformat(),
        pos_opening_entry=books.number("POS-OPE", day),
        status="Submitted",
        pos_profile=PROFILE,
        user=TILL,
        grand_total=total,
        net_total=total,
        total_quantity=amount(sum(sheet.quantity for sheet in sold)),
    )
    for idx, sheet in enumerate(sold, start=1):
        books.add(
            "POS Invoice Reference",
            books.key(),
            at=at,
            **own,
            inside=Inside("POS Closing Entry", name, "pos_transactions"),
            idx=idx,
            pos_invoice=sheet.name,
            posting_date=day.isoformat(),
            customer=sheet.person.name,
            grand_total=pounds(sheet.grand),
        )
