"""What every document of a sale goes through when it is saved: orders, invoices and till invoices alike."""

from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import (
    bundles,
    buyers,
    exchange,
    filling,
    lines,
    listed,
    refusals,
    rules,
    sheets,
    stock,
)
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.desk.lines import SELLING
from apps.sync.demo.desk.sheets import note
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

DEFAULTS: Final = {
    "plc_conversion_rate": 1.0,
    "apply_discount_on": "Grand Total",
    "tax_category": "",
    "status": "Draft",
}
# of an invoice, at the till or not
INVOICED: Final = DEFAULTS | {
    "update_billed_amount_in_delivery_note": 1,
    "is_opening": "No",
    "debit_to": "Debtors - CG",
    "party_account_currency": "GBP",
}


def date(work: Work, document: Document) -> None:
    """Today and now, whatever was sent, unless it is said to count; an amendment says so by itself."""
    now = work.store.now()
    if document.is_new and document["amended_from"]:
        document["set_posting_time"] = 1
    if not document["set_posting_time"]:
        document["posting_date"] = document["posting_time"] = None
    document["posting_date"] = document["posting_date"] or now.date().isoformat()
    document["posting_time"] = document["posting_time"] or now.time().isoformat(timespec="microseconds")


def fill(work: Work, document: Document) -> None:
    """What follows from the customer, the items and the site. Raises RefusalError."""
    exchange.fill(work, document)
    buyers.fill(work, document)
    document["selling_price_list"] = document["selling_price_list"] or work.setting(
        "Selling Settings", "selling_price_list"
    )
    lines.fill(work, document, SELLING)
    for line in document.tables["items"]:
        _replace_batch(work, document, line)
    for tax in document.tables["taxes"]:
        note(tax, cost_center=tax["cost_center"] or lines.ACCOUNTS["cost_center"])


def price(work: Work, document: Document) -> None:
    """Rules, rates, taxes and totals, once all is filled in. Raises RefusalError."""
    rules.act_on_lines(work, document, SELLING)
    lines.check(work, document)
    for line in document.tables["items"]:
        note(line, incoming_rate=told(_cost(work, document, line)))
    sheets.add_up(work, document)
    sheets.check_total(document)
    if not document["ignore_pricing_rule"]:
        rules.act_on_whole(work, document, SELLING)
        sheets.check_total(document)
    sheets.say_in_words(work, document)
    note(document.head, total_net_weight=told(_sum(document, "total_weight")))
    _commission(document)


def check_rates(work: Work, document: Document) -> None:
    """That no line of what is submitted costs less than nothing. Raises RefusalError."""
    if work.setting("Selling Settings", "allow_negative_rates_for_items"):
        return
    for line in document.tables["items"]:
        if line["rate"] < 0:
            raise refusals.by_erpnext(
                f"For item <strong>{line['item_code'] or line['item_name']}</strong>, rate must be a "
                "positive number. To Allow negative rates, enable "
                "<strong>`Allow Negative rates for Items`</strong> in "
                + refusals.link("Selling Settings", "Selling Settings")
            )


def schedule(work: Work, document: Document) -> None:
    """One payment of all on the day that it is due; rows that were sent keep their portions."""
    if document["is_pos"]:
        document.tables["payment_schedule"] = []
        return
    if not document.tables.get("payment_schedule"):
        filling.add_row(work, document, "payment_schedule", invoice_portion=100.0)
    owed = sheets.owed(document)
    for row in document.tables["payment_schedule"]:
        row["due_date"] = row["due_date"] or document["due_date"] or document["delivery_date"]
        amount = told(rounded(owed * exact(row["invoice_portion"]) / 100))
        for name in ("payment_amount", "outstanding"):
            row |= {name: amount, f"base_{name}": amount}


def _replace_batch(work: Work, document: Document, line: Row) -> None:
    """A batch of another item gives way to one that is there, and its price to ours (WRITING.md, trap 4)."""
    batch = work.row("Batch", line.get("batch_no"))
    if batch is None or batch["item"] == line["item_code"]:
        return
    there = bundles.available(work, line["item_code"], line["warehouse"])
    line["batch_no"] = there[0][0] if there else None
    rate = listed.batch_rate(work, lines.wanted(document, line, SELLING))
    if rate is not None:
        line["rate"] = told(rate)


def _cost(work: Work, document: Document, line: Row) -> Decimal:
    """What a unit has cost us; what comes back costs what it did when it went."""
    table = TABLES[document.doctype]["items"]
    sold = next((work.row(table, line[one]) for one in stock.ORIGIN.values() if line.get(one)), None)
    if sold is not None:
        return exact(sold.get("incoming_rate"))  # which a line of the till has not
    return stock.cost(work, line["item_code"], line["warehouse"], line.get("batch_no") or "")


def _commission(document: Document) -> None:
    counted = [line for line in document.tables["items"] if line.get("grant_commission")]
    eligible = sum((exact(line["net_amount"]) for line in counted), ZERO)
    commission = rounded(eligible * exact(document["commission_rate"]) / 100)
    note(document.head, amount_eligible_for_commission=told(eligible), total_commission=told(commission))


def _sum(document: Document, column: str) -> Decimal:
    return sum((exact(line.get(column)) for line in document.tables["items"]), ZERO)
