"""The made-up grocer: his books balance, and his rows look like those of a real ERPNext."""

import re
import time
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from apps.sync.demo.grocer import stocked
from apps.sync.demo.grocer.loyalty import PROGRAMS
from apps.sync.demo.store import Row, Store

TODAY = date(2026, 11, 25)
LINES_OF = {
    "Sales Invoice": "Sales Invoice Item",
    "POS Invoice": "POS Invoice Item",
    "Sales Order": "Sales Order Item",
    "Delivery Note": "Delivery Note Item",
    "Purchase Receipt": "Purchase Receipt Item",
}


@pytest.fixture(scope="module", params=[0, 1], ids=["kiosk", "shop"])
def store(request: pytest.FixtureRequest) -> Store:
    return stocked(scale=request.param, today=TODAY)


@pytest.fixture(scope="module")
def shop() -> Store:
    return stocked(today=TODAY)


def rows(store: Store, doctype: str, **wanted: Any) -> list[Row]:
    return [
        row
        for row in store.doctypes[doctype].rows.values()
        if all(row[field] == value for field, value in wanted.items())
    ]


def pence(amount: float) -> int:
    return round(amount * 100)


def by_parent(store: Store, doctype: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in store.doctypes[doctype].rows.values():
        found[row["parent"]].append(row)
    return found


# --- form --------------------------------------------------------------------------------------------------
def test_columns_and_json_types_are_those_of_the_recordings(store: Store) -> None:
    recorded = Store.recorded()
    recorded.doctypes["Purchase Receipt"].lose("custom_larder_ref")  # a grocer has it once Larder asks for it
    for doctype in recorded.doctypes.values():
        mine = store.doctypes[doctype.name]
        assert mine.columns == doctype.columns
        for column in doctype.columns:
            theirs = {type(row[column]) for row in doctype.rows.values()} | {type(None)}
            texts = {str} if theirs <= {str, type(None)} else set()
            ours = {type(row[column]) for row in mine.rows.values()}
            assert ours <= theirs | texts, f"{doctype.name}.{column}: {ours} for {theirs}"
        assert all(row.keys() == set(doctype.columns) for row in mine.rows.values()), doctype.name


def test_what_is_never_null_there_is_never_null_here(store: Store) -> None:
    for doctype in Store.recorded().doctypes.values():
        for column in doctype.columns:
            if all(row[column] is not None for row in doctype.rows.values()) and len(doctype.rows) > 20:
                nulls = [row["name"] for row in rows(store, doctype.name) if row[column] is None]
                assert nulls == [], f"{doctype.name}.{column}"


@pytest.mark.parametrize(
    ("doctype", "form"),
    [
        ("Sales Invoice", r"ACC-SINV-202[56]-\d{5}(-[12])?"),
        ("POS Invoice", r"ACC-PSINV-2026-\d{5}"),
        ("Sales Order", r"SAL-ORD-202[56]-\d{5}"),
        ("Delivery Note", r"MAT-DN-202[56]-\d{5}"),
        ("Purchase Receipt", r"MAT-PRE-202[56]-\d{5}"),
        ("Pricing Rule", r"PRLE-\d{4}"),
        ("Batch", r"B\d{3}-\d{5}"),
        ("Bin", r"[0-9a-v]{10}"),
        ("Loyalty Point Entry", r"[0-9a-v]{10}"),
        ("Sales Invoice Item", r"[0-9a-v]{10}"),
        ("Serial and Batch Bundle", r"[0-9a-v]{20}"),
        ("Warehouse", r".+ - CG"),
    ],
)
def test_names_follow_the_forms_of_erpnext(store: Store, doctype: str, form: str) -> None:
    assert [row["name"] for row in rows(store, doctype) if not re.fullmatch(form, row["name"])] == []


def test_series_leave_no_number_out(store: Store) -> None:
    for doctype in ("Sales Invoice", "Sales Order", "Purchase Receipt"):
        numbers = defaultdict(set)
        for row in rows(store, doctype):
            year, number = re.findall(r"-(\d{4})-(\d{5})", row["name"])[0]
            numbers[year].add(int(number))
        for found in numbers.values():
            assert found == set(range(1, len(found) + 1))


def test_the_same_arguments_give_the_same_rows() -> None:
    first, second = stocked(scale=0, today=TODAY), stocked(scale=0, today=TODAY)
    assert {name: doctype.rows for name, doctype in first.doctypes.items()} == {
        name: doctype.rows for name, doctype in second.doctypes.items()
    }
    other = stocked(scale=0, seed=8, today=TODAY)
    assert other.doctypes["Sales Invoice"].rows != first.doctypes["Sales Invoice"].rows


def test_no_stamp_lies_ahead(store: Store) -> None:
    for doctype in store.doctypes.values():
        for row in doctype.rows.values():
            assert row["creation"] <= row["modified"] <= f"{TODAY} 00:00:00.000000", row["name"]


def test_it_is_built_while_one_waits() -> None:
    started = time.process_time()
    stocked(scale=0, today=TODAY)
    kiosk = time.process_time() - started
    stocked(today=TODAY)
    shop = time.process_time() - started - kiosk
    assert (kiosk < 0.3, shop < 4.0) == (True, True), (kiosk, shop)


# --- size and variety --------------------------------------------------------------------------------------
def test_a_year_of_a_shop(shop: Store) -> None:
    sizes = {name: len(doctype.rows) for name, doctype in shop.doctypes.items()}
    assert 290 <= sizes["Item"] <= 320
    assert sizes["Customer"] == 400
    assert 2300 <= sizes["Sales Invoice"] <= 2800
    assert 7500 <= sizes["Sales Invoice Item"] <= 9000
    days = {row["posting_date"] for row in rows(shop, "Sales Invoice")}
    assert min(days) <= str(TODAY - timedelta(days=364))
    assert max(days) == str(TODAY - timedelta(days=1))


def test_saturdays_are_the_busiest(shop: Store) -> None:
    by_weekday: dict[int, int] = defaultdict(int)
    for row in rows(shop, "Sales Invoice", docstatus=1):
        by_weekday[date.fromisoformat(row["posting_date"]).weekday()] += 1
    assert max(by_weekday, key=lambda day: by_weekday[day]) == 5
    assert by_weekday[5] > 1.5 * by_weekday[0]


@pytest.mark.parametrize(
    ("doctype", "statuses"),
    [
        (
            "Sales Invoice",
            {
                "Paid",
                "Unpaid",
                "Overdue",
                "Partly Paid",
                "Return",
                "Credit Note Issued",
                "Cancelled",
                "Draft",
            },
        ),
        (
            "Sales Order",
            {
                "Draft",
                "On Hold",
                "To Deliver and Bill",
                "To Bill",
                "To Deliver",
                "Completed",
                "Cancelled",
                "Closed",
            },
        ),
        ("POS Invoice", {"Draft", "Paid", "Consolidated"}),
        ("Purchase Receipt", {"Draft", "Cancelled", "To Bill", "Completed"}),
    ],
)
def test_documents_of_every_status(shop: Store, doctype: str, statuses: set[str]) -> None:
    assert {row["status"] for row in rows(shop, doctype)} == statuses


def test_amendments_follow_cancelled_invoices(store: Store) -> None:
    invoices = store.doctypes["Sales Invoice"].rows
    amended = [row for row in invoices.values() if row["amended_from"]]
    for row in amended:
        first = invoices[row["amended_from"].lower()]
        assert (first["docstatus"], first["status"]) == (2, "Cancelled")
        assert re.sub(r"(-\d{5})-\d$", r"\1", row["name"]) == re.sub(r"(-\d{5})-\d$", r"\1", first["name"])


def test_codes_and_words_that_trip_up_careless_readers(shop: Store) -> None:
    items = shop.doctypes["Item"].rows
    for code in (
        "cola#330",
        "تمر-مجدول-500",
        "milk/2l",
        "o'hara's & sons 285",
        "mug?=1",
        "egg 12% free range",
    ):
        assert code in items
    assert {row["variant_of"] for row in items.values()} == {None, "HONEY"}
    assert [row["name"] for row in rows(shop, "Item", is_stock_item=0)] == ["DELIVERY"]
    assert any("<b>" in row["description"] for row in items.values())
    assert [row["name"] for row in rows(shop, "Customer", customer_name="Emily Smith")][:2] == [
        "Emily Smith",
        "Emily Smith - 1",
    ]


def test_barcodes_have_their_check_digit_and_are_there_once(store: Store) -> None:
    codes = [row["barcode"] for row in rows(store, "Item Barcode")]
    assert len(codes) == len(set(codes))
    for row in rows(store, "Item Barcode", barcode_type="EAN"):
        digits = [int(sign) for sign in row["barcode"]]
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
        assert len(digits) == 13


# --- money -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("doctype", LINES_OF)
def test_lines_add_up_to_their_document(store: Store, doctype: str) -> None:
    lines = by_parent(store, LINES_OF[doctype])
    for row in rows(store, doctype):
        own = lines[row["name"]]
        assert [line["idx"] for line in sorted(own, key=lambda each: each["idx"])] == [
            *range(1, len(own) + 1)
        ]
        for line in own:
            assert abs(line["qty"] * line["rate"] - line["amount"]) <= 0.0051, line
            assert line["stock_qty"] == round(line["qty"] * line["conversion_factor"], 3)
        assert sum(pence(line["amount"]) for line in own) == pence(row["total"])
        assert sum(pence(line["net_amount"]) for line in own) == pence(row["net_total"])
        assert round(sum(line["qty"] for line in own), 3) == row["total_qty"]


@pytest.mark.parametrize("doctype", ["Sales Invoice", "POS Invoice", "Sales Order", "Delivery Note"])
def test_totals_add_up(store: Store, doctype: str) -> None:
    for row in rows(store, doctype):
        grand = pence(row["grand_total"])
        assert grand == pence(row["total"]) - pence(row["discount_amount"])
        assert grand == pence(row["net_total"]) + pence(row["total_taxes_and_charges"])
        if row.get("disable_rounded_total"):
            assert row["rounded_total"] == 0
        else:
            assert row["rounded_total"] == round(grand / 100)
        if row["rounded_total"]:
            assert pence(row["rounding_adjustment"]) == pence(row["rounded_total"]) - grand


def test_what_is_owed_is_paid_or_outstanding(store: Store) -> None:
    paid = by_parent(store, "Sales Invoice Payment")
    for row in rows(store, "Sales Invoice"):
        owed = pence(row["rounded_total"] or row["grand_total"])
        if row["is_pos"] and not row["is_consolidated"]:
            assert pence(row["paid_amount"]) + pence(row["loyalty_amount"]) == owed
        if row["is_pos"]:
            assert pence(sum(payment["amount"] for payment in paid[row["name"]])) == pence(row["paid_amount"])
            assert row["outstanding_amount"] == 0
        left = {"Unpaid": owed, "Overdue": owed, "Paid": 0, "Partly Paid": pence(row["outstanding_amount"])}
        if row["status"] in left:
            assert pence(row["outstanding_amount"]) == left[row["status"]]
        if row["status"] == "Partly Paid":
            assert 0 < pence(row["outstanding_amount"]) < owed
        is_late = row["due_date"] < str(TODAY) and row["outstanding_amount"] > 0
        assert (row["status"] == "Overdue") == (is_late and row["docstatus"] == 1)


def test_returns_take_back_what_was_sold(store: Store) -> None:
    lines = store.doctypes["Sales Invoice Item"].rows
    returns = rows(store, "Sales Invoice", is_return=1)
    assert returns != []
    own = by_parent(store, "Sales Invoice Item")
    for row in returns:
        for line in own[row["name"]]:
            sold = lines[line["sales_invoice_item"]]
            assert (sold["parent"], sold["item_code"]) == (row["return_against"], line["item_code"])
            assert line["qty"] == -sold["qty"]


def test_orders_and_the_invoices_that_bill_them_name_each_other(shop: Store) -> None:
    ordered = shop.doctypes["Sales Order Item"].rows
    billing = [line for line in rows(shop, "Sales Invoice Item") if line["so_detail"]]
    assert len(billing) > 50
    for line in billing:
        order_line = ordered[line["so_detail"]]
        assert (order_line["parent"], order_line["item_code"]) == (line["sales_order"], line["item_code"])
        assert order_line["billed_amt"] == line["amount"]


def test_consolidated_invoices_hold_the_till_s(shop: Store) -> None:
    for row in rows(shop, "Sales Invoice", is_consolidated=1):
        own = rows(shop, "POS Invoice", consolidated_invoice=row["name"])
        assert sum(pence(each["grand_total"]) for each in own) == pence(row["grand_total"])
        assert {each["customer"] for each in own} == {row["customer"]}


# --- stock -------------------------------------------------------------------------------------------------
def test_bundles_are_the_sum_of_their_entries_and_of_their_line(store: Store) -> None:
    entries = by_parent(store, "Serial and Batch Entry")
    lines = {row["name"]: row for table in LINES_OF.values() for row in store.doctypes[table].rows.values()}
    for row in rows(store, "Serial and Batch Bundle", is_cancelled=0):  # else its line lets go of it
        assert round(sum(entry["qty"] for entry in entries[row["name"]]), 3) == row["total_qty"]
        assert (row["total_qty"] > 0) == (row["type_of_transaction"] == "Inward")
        if row["voucher_type"] == "Stock Entry":
            continue
        line = lines[row["voucher_detail_no"]]
        assert line["serial_and_batch_bundle"] == row["name"]
        assert (line["parent"], line["item_code"]) == (row["voucher_no"], row["item_code"])
        assert abs(line["stock_qty"]) == abs(row["total_qty"])


def test_bins_equal_what_moved(store: Store) -> None:
    moved: dict[str, float] = defaultdict(float)
    for name, sign in (("Sales Invoice", -1), ("Delivery Note", -1), ("Purchase Receipt", 1)):
        heads = store.doctypes[name].rows
        for line in store.doctypes[LINES_OF[name]].rows.values():
            head = heads[line["parent"].lower()]
            if head["docstatus"] == 1 and head.get("update_stock", 1):
                moved[line["item_code"]] += sign * line["stock_qty"]
    for row in rows(store, "Serial and Batch Bundle", voucher_type="Stock Entry"):
        moved[row["item_code"]] += row["total_qty"]
    bins = {row["item_code"]: row["actual_qty"] for row in rows(store, "Bin")}
    stocked_items = {row["name"] for row in rows(store, "Item", is_stock_item=1)}
    assert {code: round(moved[code], 3) for code in bins} == bins
    assert {code for code in moved if code in stocked_items} <= bins.keys()
    assert min(bins.values()) >= 0


def test_batches_sum_up_to_their_bin_and_tell_it_as_erpnext_does(store: Store) -> None:
    held: dict[str, float] = defaultdict(float)
    last: dict[str, str] = {}
    posted = {row["name"]: row["posting_date"] for row in rows(store, "Serial and Batch Bundle")}
    for entry in rows(store, "Serial and Batch Entry", docstatus=1):
        held[entry["batch_no"]] += entry["qty"]
        last[entry["batch_no"]] = max(last.get(entry["batch_no"], ""), posted[entry["parent"]])
    by_item: dict[str, float] = defaultdict(float)
    for batch in rows(store, "Batch"):
        by_item[batch["item"]] += held[batch["name"]]
        is_known = not batch["disabled"] and last[batch["name"]] <= batch["expiry_date"]
        assert batch["batch_qty"] == (round(held[batch["name"]], 3) if is_known else 0.0)
    bins = {row["item_code"]: row["actual_qty"] for row in rows(store, "Bin")}
    assert {code: round(total, 3) for code, total in by_item.items()} == {
        code: bins[code] for code in by_item
    }


def test_batches_are_expired_about_to_and_fresh(shop: Store) -> None:
    there = [row for row in rows(shop, "Batch") if row["batch_qty"] > 0]
    days = [(date.fromisoformat(row["expiry_date"]) - TODAY).days for row in there]
    assert min(sum(day < 0 for day in days), sum(0 <= day <= 3 for day in days)) >= 10
    assert sum(day > 14 for day in days) >= 20


# --- points ------------------------------------------------------------------------------------------------
def test_points_follow_from_the_invoices(store: Store) -> None:
    factors = {(name, tier.name): tier.factor for name, (_, __, tiers) in PROGRAMS.items() for tier in tiers}
    invoices = {
        (doctype, row["name"]): row
        for doctype in ("Sales Invoice", "POS Invoice")
        for row in rows(store, doctype)
    }
    returned: dict[str, int] = defaultdict(int)
    for row in rows(store, "Sales Invoice", is_return=1):
        returned[row["return_against"]] -= pence(row["grand_total"])
    entries = rows(store, "Loyalty Point Entry", redeem_against=None)
    for entry in entries:
        invoice = invoices[entry["invoice_type"], entry["invoice"]]
        assert (invoice["docstatus"], invoice["customer"]) == (1, entry["customer"])
        eligible = (
            pence(invoice["grand_total"]) - pence(invoice["loyalty_amount"]) - returned[invoice["name"]]
        )
        assert pence(entry["purchase_amount"]) == eligible
        factor = factors[entry["loyalty_program"], entry["loyalty_program_tier"]]
        assert entry["loyalty_points"] == int(eligible / factor)
        days = PROGRAMS[entry["loyalty_program"]][0]
        assert date.fromisoformat(entry["expiry_date"]) == date.fromisoformat(
            invoice["posting_date"]
        ) + timedelta(days=days)
    members = {row["name"] for row in rows(store, "Customer") if row["loyalty_program"]}
    due = {
        key
        for key, row in invoices.items()
        if row["docstatus"] == 1
        and row["customer"] in members
        and not row["is_return"]
        and not row.get("is_consolidated")
    }
    assert {(entry["invoice_type"], entry["invoice"]) for entry in entries} == due
    assert len(entries) == len(due)


def test_redemptions_take_from_entries_that_are_there(shop: Store) -> None:
    entries = shop.doctypes["Loyalty Point Entry"].rows
    taken: dict[str, int] = defaultdict(int)
    of_invoice: dict[str, int] = defaultdict(int)
    for entry in (row for row in entries.values() if row["redeem_against"]):
        earned = entries[entry["redeem_against"]]
        assert (earned["customer"], earned["expiry_date"]) == (entry["customer"], entry["expiry_date"])
        taken[earned["name"]] -= entry["loyalty_points"]
        of_invoice[entry["invoice"]] -= entry["loyalty_points"]
    assert all(points <= entries[name]["loyalty_points"] for name, points in taken.items())
    redeemed = {
        row["name"]: row["loyalty_points"] for row in rows(shop, "Sales Invoice", redeem_loyalty_points=1)
    }
    assert dict(of_invoice) == redeemed
    assert len(redeemed) > 10


# --- rules -------------------------------------------------------------------------------------------------
def test_rules_of_each_kind_that_never_tie(shop: Store) -> None:
    found = rows(shop, "Pricing Rule")
    assert {row["apply_on"] for row in found} == {"Item Code", "Item Group", "Brand", "Transaction"}
    assert {row["rate_or_discount"] for row in found} == {"Discount Percentage", "Discount Amount", "Rate"}
    assert {row["price_or_product_discount"] for row in found} == {"Price", "Product"}
    assert len({row["priority"] for row in found}) == len(found)
    used = {row["pricing_rule"] for row in rows(shop, "Pricing Rule Detail")}
    assert len(used) >= 7
    assert used <= {row["name"] for row in found}


def test_no_rule_makes_a_price_negative(store: Store) -> None:
    assert [line["name"] for line in rows(store, "Sales Invoice Item") if line["rate"] < 0] == []


def test_what_is_given_away_costs_nothing(shop: Store) -> None:
    free = rows(shop, "Sales Invoice Item", is_free_item=1)
    assert free != []
    assert {line["rate"] for line in free} == {0.0}
    assert {line["pricing_rules"] for line in free} <= {row["name"] for row in rows(shop, "Pricing Rule")}
