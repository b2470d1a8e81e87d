"""What a closed shift makes of its till invoices: one Sales Invoice a customer (WRITING.md 9)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from apps.sync.demo.desk import filling, owing
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

TILL: Final = "POS Invoice"
# Figures of the till invoices that add up to those of the one that they become.
SUMS: Final = (
    "rounding_adjustment",
    "base_rounding_adjustment",
    "rounded_total",
    "base_rounded_total",
    "change_amount",
    "base_change_amount",
    "loyalty_points",
    "loyalty_amount",
)
# What a line of the one shares with those of the others that are counted together in it.
ALIKE: Final = ("item_code", "uom", "net_rate", "warehouse")


def merged(work: Work, sold: Sequence[Document]) -> str:
    """Store and submit the one invoice of a customer's till sales, or of what he brought back; its name."""
    last = sold[-1]
    profile = work.row("POS Profile", last["pos_profile"]) or {}
    given = {
        **{field: value for field, value in last.head.items() if field not in OWN and value is not None},
        **{field: profile.get(field) for field in ("write_off_account", "write_off_cost_center")},
        **_summed(sold),
        "is_pos": 1,
        "is_consolidated": 1,
        "set_posting_time": 1,
        "ignore_pricing_rule": 1,
        "discount_amount": 0.0,
        "additional_discount_percentage": 0.0,
        "taxes_and_charges": None,
        "payment_terms_template": "",
        "items": _lines(sold),
        "taxes": _taxes(sold),
        "payments": _payments(sold),
        "docstatus": 1,
    }
    return Life(work).insert(owing.INVOICE, given, as_system=True).name


def mark(work: Work, sale: Document, *, merged_into: str | None) -> None:
    """A till invoice is now part of another, or again by itself: saved anew, so ``modified`` moves."""
    sale["consolidated_invoice"] = merged_into
    sale["status"] = owing.status_of(work, sale)
    sale.head |= {"modified": work.stamp(), "modified_by": work.user.name}
    filling.seal(sale)
    work.write(sale)
    work.tell(sale, "on_change")


# What the one invoice has of its own and no till invoice hands on.
OWN: Final = frozenset(
    {"name", "naming_series", "consolidated_invoice", "status", "amended_from", "return_against", "docstatus"}
)
OWN_OF_LINE: Final = frozenset({"name", "grant_commission"})


def _summed(sold: Iterable[Document]) -> dict[str, Any]:
    sums = {field: sum((exact(sale[field]) for sale in sold), ZERO) for field in SUMS}
    points = int(sums.pop("loyalty_points"))
    figures: dict[str, Any] = {field: told(figure) for field, figure in sums.items()}
    return figures | {"loyalty_points": points, "redeem_loyalty_points": int(bool(points))}


def _lines(sold: Iterable[Document]) -> list[Row]:
    """The lines at their net rates; the same good at the same rate counts together unless it has a batch."""
    lines: list[Row] = []
    for sale in sold:
        for line in sale.tables["items"]:
            same = next((one for one in lines if _is_alike(one, line)), None)
            if same is None:
                lines.append(_line(sale, line))
            else:
                _add(same, line, "qty", "stock_qty", "amount", "base_amount", "net_amount", "base_net_amount")
    return lines


def _is_alike(one: Row, other: Row) -> bool:
    return not one["batch_no"] and all(one[field] == other[field] for field in ALIKE)


def _line(sale: Document, line: Row) -> Row:
    """A line as it was sold, which is not worked out again; without a batch it loses its list price."""
    sold = {field: value for field, value in line.items() if field not in OWN_OF_LINE}
    sold |= {field: line[f"net_{field}"] for field in ("rate", "amount")}
    sold |= {f"base_{field}": line[f"base_net_{field}"] for field in ("rate", "amount")}
    per_unit = rounded(exact(line["net_rate"]) / exact(line["conversion_factor"]))
    listed = line["price_list_rate"] if line["batch_no"] else 0.0
    of = {"pos_invoice": sale.name, "pos_invoice_item": line["name"]}
    return sold | of | {"stock_uom_rate": told(per_unit), "price_list_rate": listed}


def _taxes(sold: Iterable[Document]) -> list[Row]:
    """Taxes as amounts that are charged as they are, by account."""
    taxes: list[Row] = []
    for sale in sold:
        for row in sale.tables.get("taxes", []):
            tax = {**row, "charge_type": "Actual", "included_in_print_rate": 0}
            tax["tax_amount"] = row["tax_amount_after_discount_amount"]
            tax["base_tax_amount"] = row["base_tax_amount_after_discount_amount"]
            _join(taxes, tax, ("account_head", "cost_center"), ("tax_amount", "base_tax_amount"))
    return taxes


def _payments(sold: Iterable[Document]) -> list[Row]:
    """What was paid, by account and mode."""
    payments: list[Row] = []
    for sale in sold:
        for row in sale.tables.get("payments", []):
            _join(payments, dict(row), ("account", "mode_of_payment"), ("amount", "base_amount"))
    return payments


def _join(rows: list[Row], row: Row, alike: Iterable[str], sums: Iterable[str]) -> None:
    same = next((one for one in rows if all(one[field] == row[field] for field in alike)), None)
    if same is None:
        rows.append(row)
    else:
        _add(same, row, *sums)


def _add(row: Row, other: Row, *fields: str) -> None:
    for field in fields:
        row[field] = told(exact(row[field]) + exact(other[field]))
