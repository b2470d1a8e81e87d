"""What the lines of a document add up to, held against every document that a real ERPNext has added up."""

from decimal import Decimal
from typing import Any, Final

import pytest

from apps.sync.demo.desk import words
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import rounded
from apps.sync.demo.desk.sheets import Sheet
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Store

DOCTYPES: Final = {
    "Sales Invoice": 60,
    "POS Invoice": 3,
    "Sales Order": 18,
    "Delivery Note": 4,
    "Purchase Receipt": 6,
}
# What is worked out of the rest, and begins anew each time.
TOTALS: Final = (
    "total", "net_total", "grand_total", "rounded_total", "rounding_adjustment", "total_taxes_and_charges",
    "total_qty", "discount_amount", "other_charges_calculation",
)  # fmt: skip
FIGURES: Final = (
    "amount", "net_amount", "net_rate", "rate", "rate_with_margin", "discount_amount", "stock_uom_rate",
    "distributed_discount_amount", "base_amount", "base_net_amount",
)  # fmt: skip
TAXES: Final = ("tax_amount", "tax_amount_after_discount_amount", "total", "item_wise_tax_detail")


def recorded(doctype: str) -> list[Document]:
    """The documents of which every line was recorded; consolidated ones keep what their till has rounded."""
    store = Store.recorded()
    found = []
    for head in store.doctypes[doctype].rows.values():
        tables = {
            field: [dict(row) for row in store.rows_of(doctype, head["name"], table, field)]
            for field, table in TABLES[doctype].items()
        }
        amounts = sum(line["amount"] for line in tables["items"])
        if tables["items"] and not head.get("is_consolidated") and round(amounts - head["total"], 2) == 0:
            found.append(Document(doctype, dict(head), tables))
    return found


def figures(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """These columns, as a database keeps them."""
    kept = {column: row[column] for column in columns if column in row}
    return {column: round(value, 9) if isinstance(value, float) else value for column, value in kept.items()}


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_every_recorded_document_adds_up_to_what_it_says(doctype: str) -> None:
    documents = recorded(doctype)
    assert len(documents) == DOCTYPES[doctype]
    for told in documents:
        mine = told.copy()
        for total in TOTALS:
            if total not in ("discount_amount", "other_charges_calculation"):
                mine.head[total] = 0.0
        Sheet(mine).add_up(is_rounded=not told["disable_rounded_total"])
        assert figures(mine.head, TOTALS) == figures(told.head, TOTALS), told.name
        for table, columns in (("items", FIGURES), ("taxes", TAXES)):
            for one, other in zip(mine.tables[table], told.tables[table], strict=True):
                assert figures(one, columns) == figures(other, columns), (told.name, other["idx"])


def test_every_recorded_total_is_in_the_same_words() -> None:
    for invoice in Store.recorded().doctypes["Sales Invoice"].rows.values():
        total = "grand_total" if invoice["disable_rounded_total"] else "rounded_total"
        assert words.money(abs(Decimal(repr(invoice[total]))), "GBP") == invoice["in_words"], invoice["name"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "GBP Zero only."),
        ("0.05", "Five Pence only."),
        ("30.99", "GBP Thirty and Ninety Nine Pence only."),
        ("1001", "GBP One Thousand And One only."),
        ("21300.1", "GBP Twenty One Thousand, Three Hundred and Ten Pence only."),
    ],
)
def test_money_in_words(amount: str, said: str) -> None:
    assert words.money(Decimal(amount), "GBP") == said


@pytest.mark.parametrize(
    ("value", "places", "said"), [("2.5", 0, "2"), ("3.5", 0, "4"), ("0.125", 2, "0.12"), ("-0.5", 0, "-0")]
)
def test_a_half_goes_to_the_even_neighbour(value: str, places: int, said: str) -> None:
    assert rounded(Decimal(value), places) == Decimal(said)
