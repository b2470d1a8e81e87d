"""What follows from ERPNext's records in tables of ours: points, batches and joined orders."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from apps.approvals.models import Item
from apps.approvals.services import accept
from apps.campaigns.models import ErpPricingRule
from apps.catalog.models import ItemPrice
from apps.core.actors import Actor
from apps.customers.models import Customer, LoyaltyEntry
from apps.inventory.models import Batch, BatchStock, StockLevel
from apps.orders.models import Order
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.engine.marking import mark
from apps.sync.erpnext import Address
from apps.sync.models import Mark, Run
from apps.sync.states import RunState
from tests.sync.recorded import records, samples
from tests.sync.test_going import now_there

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]
RECORDED_ON = date(2026, 11, 22)


# --- loyalty ------------------------------------------------------------------------------------------------
def balances_of_erpnext() -> list[tuple[dict[str, str], int, list[dict[str, Any]]]]:
    """Whose balance was asked for, what ERPNext said, and the entries behind it."""
    asked = [one for one in samples() if one["from"] == "misc"]
    found = []
    for said, behind in pairwise(asked):
        if said["note"] == "loyalty balance as the ERP computes it":
            points = said["response"]["body"]["message"]["loyalty_points"]
            found.append((said["request"]["params"], points, behind["response"]["body"]["data"]))
    return found


def test_balances_equal_those_that_erpnext_computes(erp: DemoServer, run_sync: RunSync) -> None:
    erp.site.store.doctypes["Loyalty Point Entry"].rows.clear()
    model = next(iter(records("Loyalty Point Entry").values()))
    erp.site.store.doctypes["Loyalty Point Entry"].rows["model"] = dict(model)
    for asked, _, entries in balances_of_erpnext():
        for entry in entries:
            whose = {"customer": asked["customer"], "loyalty_program": asked["loyalty_program"]}
            erp.site.store.put("Loyalty Point Entry", **entry | whose)
    erp.site.store.doctypes["Loyalty Point Entry"].rows.pop("model")
    run_sync("customers", "loyalty")
    balances = LoyaltyEntry.objects.all().balances(RECORDED_ON)
    names = {row.pk: row.erp_name for row in Customer.objects.all()}
    ours = {names[customer]: points for (customer, _), points in balances.items()}
    theirs = {asked["customer"]: points for asked, points, _ in balances_of_erpnext()}
    assert len(theirs) == 2
    assert ours == theirs


def test_an_entry_that_expires_takes_its_redemptions_along(erp: DemoServer, run_sync: RunSync) -> None:
    rows = erp.site.store.doctypes["Loyalty Point Entry"].rows
    model = dict(next(iter(rows.values())))
    rows.clear()
    same = model | {"customer": "Emily Smith", "posting_date": "2026-03-01", "expiry_date": "2026-08-28"}
    rows["earned"] = same | {"name": "earned", "loyalty_points": 256, "redeem_against": None}
    rows["spent"] = same | {"name": "spent", "loyalty_points": -500, "redeem_against": "earned"}
    run_sync("customers", "loyalty")
    balance = LoyaltyEntry.objects.all().balances
    assert list(balance(date(2026, 8, 28)).values()) == [-244]
    assert list(balance(date(2026, 8, 29)).values()) == []


def test_an_entry_that_a_return_replaced_is_counted_once(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync()
    rows = erp.site.store.doctypes["Loyalty Point Entry"].rows
    old = next(row for row in rows.values() if row["loyalty_points"] > 0)
    erp.site.store.remove("Loyalty Point Entry", old["name"])
    new = {"name": "replacement", "modified": now_there(), "creation": now_there(), "loyalty_points": 1}
    erp.site.store.doctypes["Loyalty Point Entry"].rows["replacement"] = old | new
    [run] = run_sync("loyalty")
    assert (run.created, run.removed) == (1, 1)
    assert [entry.points for entry in LoyaltyEntry.objects.filter(invoice_name=old["invoice"])] == [1]


def test_a_changed_invoice_has_its_customers_ledger_rebuilt(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync()
    rows = erp.site.store.doctypes["Loyalty Point Entry"].rows
    entry = next(row for row in rows.values() if row["loyalty_points"] > 0)
    entry["loyalty_points"] += 7  # silently
    erp.site.store.put("Sales Invoice", name=entry["invoice"], modified=now_there())
    run_sync("sales", "loyalty")
    assert LoyaltyEntry.objects.get(erp_name=entry["name"]).points == entry["loyalty_points"]


# --- batches ------------------------------------------------------------------------------------------------
def moved(erp: DemoServer) -> dict[tuple[str, str], Decimal]:
    """Batch and warehouse → quantity, summed over the recorded movements by hand."""
    store = erp.site.store.doctypes
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in store["Serial and Batch Entry"].rows.values():
        bundle = store["Serial and Batch Bundle"].rows[entry["parent"].casefold()]
        if bundle["docstatus"] == 1 and not bundle["is_cancelled"]:
            sums[entry["batch_no"], entry["warehouse"]] += Decimal(str(entry["qty"]))
    return {key: quantity for key, quantity in sums.items() if quantity}


def laid() -> dict[tuple[str, str], Decimal]:
    rows = BatchStock.objects.select_related("batch")
    return {(row.batch.erp_name, row.warehouse_name): row.quantity for row in rows}


@pytest.mark.parametrize("order", ["as they come", "bundles first"])
def test_the_quantity_of_a_batch_is_the_sum_of_its_movements(
    erp: DemoServer, run_sync: RunSync, order: str
) -> None:
    batches = dict(erp.site.store.doctypes["Batch"].rows)
    if order == "bundles first":
        erp.site.store.doctypes["Batch"].rows.clear()
        run_sync("batches")
        erp.site.store.doctypes["Batch"].rows.update(batches)
        run_sync("batches", full=True)
    else:
        run_sync("batches")
    known = {row["name"] for row in batches.values()}
    assert laid() == {key: quantity for key, quantity in moved(erp).items() if key[0] in known}
    assert len(laid()) > 20
    batch = Batch.objects.exclude(quantity=0).order_by("id")[0]
    assert batch.quantity == sum(quantity for (name, _), quantity in laid().items() if name == batch.erp_name)


def bring(
    erp: DemoServer, *, voucher: str, quantity: float, rate: float, bundle: str, on: str = "2026-11-20"
) -> None:
    """One more receipt of a batch."""
    store = erp.site.store
    now = now_there()
    same = {"creation": now, "modified": now, "docstatus": 1}
    store.put(
        "Serial and Batch Bundle", name=bundle, type_of_transaction="Inward", is_cancelled=0,
        voucher_type="Purchase Receipt", voucher_no=voucher, item_code="FETA+PDO", warehouse="Stores - CG",
        total_qty=quantity, posting_date=on, company="Corner Grocer Ltd", **same,
    )  # fmt: skip
    store.put(
        "Serial and Batch Entry", name=f"{bundle}-1", idx=1, parent=bundle, parentfield="entries",
        parenttype="Serial and Batch Bundle", batch_no="B030-00012", qty=quantity, incoming_rate=rate,
        warehouse="Stores - CG", **same,
    )  # fmt: skip


def test_cost_supplier_and_day_of_a_batch_come_from_its_receipts(erp: DemoServer, run_sync: RunSync) -> None:
    for table in ("Serial and Batch Bundle", "Serial and Batch Entry"):
        for row in list(erp.site.store.doctypes[table].rows.values())[1:]:
            erp.site.store.remove(table, row["name"])
    [first, second] = sorted(records("Purchase Receipt"))[:2]
    new = {"creation": now_there(), "modified": now_there()}
    receipt = new | {"docstatus": 1, "company": "Corner Grocer Ltd"}
    for name, supplier, day in (
        (first, "Al Noor Foods Ltd", "2026-11-01"),
        (second, "Bramble", "2026-11-20"),
    ):
        erp.site.store.put("Purchase Receipt", name=name, supplier=supplier, posting_date=day, **receipt)
    erp.site.store.put("Supplier", name="Bramble", supplier_name="Bramble", **new)
    bring(erp, voucher=first, quantity=10, rate=2.0, bundle="in-1")
    bring(erp, voucher=second, quantity=30, rate=3.0, bundle="in-2", on="2026-11-22")
    run_sync("suppliers", "batches")
    batch = Batch.objects.get(erp_name="B030-00012")
    assert (batch.received_quantity, batch.unit_cost) == (Decimal(40), Decimal("2.75"))
    assert (batch.supplier.erp_name, batch.receipt.erp_name) == ("Bramble", second)  # type: ignore[union-attr]
    assert batch.received_on == date(2026, 11, 22)


def test_a_cancelled_movement_no_longer_counts(erp: DemoServer, run_sync: RunSync) -> None:
    bring(erp, voucher="MAT-PRE-X", quantity=5, rate=1.0, bundle="in-1")
    run_sync("batches")
    before = laid()["B030-00012", "Stores - CG"]
    erp.site.store.put(
        "Serial and Batch Bundle", name="in-1", docstatus=2, is_cancelled=1, modified=now_there()
    )
    run_sync("batches")
    assert laid().get(("B030-00012", "Stores - CG"), Decimal(0)) == before - 5


def test_a_warehouse_and_a_supplier_that_come_late_are_found(erp: DemoServer, run_sync: RunSync) -> None:
    erp.site.store.put("Batch", name="B030-00012", supplier="Al Noor Foods Ltd")
    run_sync("batches")
    batch = Batch.objects.get(erp_name="B030-00012")
    assert batch.supplier is None
    assert not BatchStock.objects.exclude(warehouse=None).exists()
    run_sync("suppliers", "stock")
    batch.refresh_from_db()
    assert batch.supplier is not None
    assert batch.supplier.erp_name == "Al Noor Foods Ltd"
    for lying in BatchStock.objects.select_related("warehouse"):
        assert lying.warehouse is not None
        assert lying.warehouse.erp_name == lying.warehouse_name


# --- orders -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["order", "invoice"])
def test_an_invoice_belongs_to_the_sales_order_that_its_lines_name(
    erp: DemoServer, run_sync: RunSync, first: str
) -> None:
    store = erp.site.store
    line = next(iter(store.doctypes["Sales Invoice Item"].rows.values()))
    named = sorted(records("Sales Order"))[0]
    line["sales_order"] = named
    order = dict(store.doctypes["Sales Order"].rows[named.casefold()])
    if first == "invoice":
        del store.doctypes["Sales Order"].rows[named.casefold()]
        run_sync("sales")
        assert Order.objects.get(erp_name=line["parent"]).bills is None
        store.doctypes["Sales Order"].rows[named.casefold()] = order
        run_sync("sales", full=True)
    else:
        run_sync("sales")
    invoice = Order.objects.get(erp_name=line["parent"])
    assert invoice.bills is not None
    assert invoice.bills.erp_name == named
    assert invoice not in Order.objects.placed()
    assert invoice.bills in Order.objects.placed() or invoice.bills.status == "draft"
    assert (invoice in Order.objects.counting_as_revenue()) == (invoice.erp_docstatus == 1)


def test_what_came_back_is_seen_by_itself(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("sales")
    back = Order.objects.filter(is_return=True, erp_docstatus=1).order_by("id")[0]
    line = next(
        row
        for row in erp.site.store.doctypes["Sales Invoice Item"].rows.values()
        if row["parent"] == back.erp_name
    )
    erp.site.store.put("Sales Invoice Item", name=line["name"], sales_order=sorted(records("Sales Order"))[0])
    erp.site.store.put("Sales Invoice", name=back.erp_name, modified=now_there())
    run_sync("sales")
    assert back in Order.objects.placed()


def test_revenue_counts_till_invoices_and_not_what_sums_them_up(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("sales")
    one = Order.objects.filter(document="invoice").counting_as_revenue().order_by("id")[0]
    erp.site.store.put("Sales Invoice", name=one.erp_name, is_consolidated=1, modified=now_there())
    run_sync("sales")
    assert one not in Order.objects.counting_as_revenue()
    assert one not in Order.objects.placed()
    assert Order.objects.filter(document="pos").counting_as_revenue().exists()
    assert not Order.objects.filter(document="order").counting_as_revenue().exists()


def test_sales_orders_stand_where_the_table_of_the_spec_says(run_sync: RunSync) -> None:
    run_sync("sales")
    stands = {(row.erp_status, row.status) for row in Order.objects.filter(document="order", erp_docstatus=1)}
    known = {
        "On Hold": "to_deliver", "To Deliver": "to_deliver", "To Deliver and Bill": "to_deliver",
        "To Bill": "delivered", "Completed": "completed", "Closed": "completed",
    }  # fmt: skip
    assert stands
    assert {(theirs, known[theirs]) for theirs, _ in stands} == stands


# --- prices, stock, rules -----------------------------------------------------------------------------------
def test_prices_for_one_party_or_batch_are_no_shelf_prices(erp: DemoServer, run_sync: RunSync) -> None:
    names = sorted(records("Item Price"))[:4]
    for name, field in zip(names, ("customer", "supplier", "batch_no"), strict=False):
        erp.site.store.put("Item Price", name=name, **{field: "somebody"})
    run_sync("prices")
    shelf = set(ItemPrice.objects.shelf().values_list("erp_name", flat=True))
    assert shelf == set(records("Item Price")) - set(names[:3])


def test_the_price_of_a_day_is_the_one_that_began_last(erp: DemoServer, run_sync: RunSync) -> None:
    name = sorted(records("Item Price"))[0]
    row = erp.site.store.doctypes["Item Price"].rows[name.casefold()]
    rows = erp.site.store.doctypes["Item Price"].rows
    rows.clear()
    same = row | {"customer": None, "supplier": None, "batch_no": None}
    for key, begins, ends, rate in (
        ("old", "2026-01-01", None, 1.0),
        ("offer", "2026-06-01", "2026-06-30", 0.5),
        ("new", "2026-09-01", None, 2.0),
    ):
        rows[key] = same | {
            "name": key, "creation": f"2026-01-01 00:00:0{len(key)}", "valid_from": begins,
            "valid_upto": ends, "price_list_rate": rate,
        }  # fmt: skip
    run_sync("items", "prices")

    def price(day: date) -> Decimal:
        return ItemPrice.objects.shelf().best_on(day).get().rate

    assert price(date(2026, 5, 31)) == 1
    assert price(date(2026, 6, 30)) == Decimal("0.5")
    assert price(date(2026, 7, 1)) == 1
    assert price(date(2026, 9, 1)) == 2


def test_a_bin_that_went_with_its_item_holds_nothing(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("stock")
    level = StockLevel.objects.exclude(actual=0).order_by("id")[0]
    erp.site.store.remove("Bin", level.erp_name)
    [run] = run_sync("stock")
    level.refresh_from_db()
    assert (run.removed, level.actual, level.projected) == (1, Decimal(0), Decimal(0))
    assert level.gone_at is not None


def test_prices_that_would_move_too_far_wait_for_an_admin(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("items", "prices")
    before = dict(ItemPrice.objects.values_list("erp_name", "rate"))
    for row in list(erp.site.store.doctypes["Item Price"].rows.values())[:30]:
        row["price_list_rate"] *= 10  # a comma in the wrong place
        row["modified"] = now_there()
    [run] = run_sync("prices")
    assert (run.state, run.held) == (RunState.HELD, 30)
    assert dict(ItemPrice.objects.values_list("erp_name", "rate")) == before


def test_not_even_told_of_one_by_one_do_they_pass_the_guard(
    erp: DemoServer, run_sync: RunSync, address: Address
) -> None:
    run_sync("items", "prices")
    before = dict(ItemPrice.objects.values_list("erp_name", "rate"))
    for row in list(erp.site.store.doctypes["Item Price"].rows.values())[:30]:
        row["price_list_rate"] *= 10
        row["modified"] = now_there()
        mark("prices", "Item Price", [str(row["name"])], reason="ERPNext told of it by a webhook")
    [run] = run_sync("prices")
    assert (run.state, run.held) == (RunState.HELD, 30)
    assert dict(ItemPrice.objects.values_list("erp_name", "rate")) == before
    soon, later = timezone.now() + timedelta(minutes=1), timezone.now() + timedelta(hours=2)
    assert [one.entity for one in services.due(at=soon)].count("prices") == 0  # no run a minute meanwhile
    assert [one.entity for one in services.due(at=later)].count("prices") == 1
    ada = Actor(kind="staff", id="7", label="Ada Admin")
    item = accept(Item.objects.open().get().pk, actor=ada)
    services.run_approved(item.pk, "prices", actor=ada, address=address)
    changed = ItemPrice.objects.filter(erp_name__in=item.after["records"])
    assert {row.rate / before[row.erp_name] for row in changed} == {10}
    assert not Mark.objects.exists()


def test_a_rule_that_takes_the_name_of_a_deleted_one_is_another(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("pricing_rules")
    old = ErpPricingRule.objects.order_by("id")[0]
    erp.site.store.put(
        "Pricing Rule", name=old.erp_name, creation=now_there(), modified=now_there(), title="Another"
    )
    run_sync("pricing_rules")
    now = ErpPricingRule.objects.get(erp_name=old.erp_name)
    assert (now.title, now.pk != old.pk) == ("Another", True)
