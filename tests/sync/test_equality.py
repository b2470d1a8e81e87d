"""Every record that a real ERPNext sent stands in its table, value by value."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models

from apps.campaigns.models import ErpPricingRule, ErpRuleBrand, ErpRuleCategory, ErpRuleItem
from apps.catalog.models import (
    Barcode,
    Brand,
    Category,
    ItemPrice,
    PriceList,
    Product,
    ProductDefault,
    ProductUnit,
    ReorderLevel,
    SupplierPart,
)
from apps.core.mirror import MirroredModel
from apps.customers.models import (
    Address,
    AddressLink,
    Contact,
    ContactEmail,
    ContactLink,
    ContactPhone,
    Customer,
    CustomerGroup,
    LoyaltyEntry,
    LoyaltyProgram,
    LoyaltyTier,
    Territory,
)
from apps.inventory.models import (
    Batch,
    BatchBundle,
    BatchEntry,
    Receipt,
    ReceiptLine,
    StockLevel,
    Supplier,
    Warehouse,
)
from apps.orders.models import Order, OrderLine
from apps.sync.demo.server import DemoServer
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.services.lanes import needs
from tests.sync import fields
from tests.sync.recorded import NEVER_SENT, records

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]

# DocType, our model, the fields, how many were recorded, and what tells them from others in one table
DOCUMENTS: list[tuple[str, type[MirroredModel], dict[str, str], int, dict[str, str]]] = [
    ("Item Group", Category, fields.GROUP, 23, {}),
    ("Brand", Brand, fields.BRAND, 5, {}),
    ("Item", Product, fields.ITEM, 60, {}),
    ("Price List", PriceList, fields.PRICE_LIST, 3, {}),
    ("Item Price", ItemPrice, fields.ITEM_PRICE, 60, {}),
    ("Supplier", Supplier, fields.SUPPLIER, 8, {}),
    ("Warehouse", Warehouse, fields.WAREHOUSE, 7, {}),
    ("Bin", StockLevel, fields.BIN, 56, {}),
    ("Batch", Batch, fields.BATCH, 60, {}),
    ("Purchase Receipt", Receipt, fields.PURCHASE_RECEIPT, 24, {}),
    ("Serial and Batch Bundle", BatchBundle, fields.BATCH_BUNDLE, 42, {}),
    ("Customer Group", CustomerGroup, fields.CUSTOMER_GROUP, 9, {}),
    ("Territory", Territory, fields.TERRITORY, 7, {}),
    ("Customer", Customer, fields.CUSTOMER, 60, {}),
    ("Contact", Contact, fields.CONTACT, 22, {}),
    ("Address", Address, fields.ADDRESS, 19, {}),
    ("Loyalty Program", LoyaltyProgram, fields.LOYALTY_PROGRAM, 2, {}),
    ("Loyalty Point Entry", LoyaltyEntry, fields.LOYALTY_POINT_ENTRY, 43, {}),
    ("Sales Invoice", Order, fields.INVOICE, 61, {"document": "invoice"}),
    ("Sales Order", Order, fields.SALES_ORDER, 18, {"document": "order"}),
    ("POS Invoice", Order, fields.POS_INVOICE, 3, {"document": "pos"}),
    ("Pricing Rule", ErpPricingRule, fields.PRICING_RULE, 11, {}),
]
TABLES: list[tuple[str, type[models.Model], str, dict[str, str], int, dict[str, str]]] = [
    ("Item Barcode", Barcode, "product", fields.BARCODE, 55, {}),
    ("UOM Conversion Detail", ProductUnit, "product", fields.UNIT, 84, {}),
    ("Item Supplier", SupplierPart, "product", fields.PART, 55, {}),
    ("Item Reorder", ReorderLevel, "product", fields.REORDER, 5, {}),
    ("Item Default", ProductDefault, "product", fields.ITEM_DEFAULT, 60, {}),
    ("Purchase Receipt Item", ReceiptLine, "receipt", fields.PURCHASE_RECEIPT_ITEM, 14, {}),
    ("Serial and Batch Entry", BatchEntry, "bundle", fields.BATCH_ENTRY, 42, {}),
    ("Contact Email", ContactEmail, "contact", fields.CONTACT_EMAIL, 4, {}),
    ("Contact Phone", ContactPhone, "contact", fields.CONTACT_PHONE, 4, {}),
    ("Loyalty Program Collection", LoyaltyTier, "program", fields.LOYALTY_PROGRAM_COLLECTION, 4, {}),
    ("Sales Invoice Item", OrderLine, "order", fields.LINE, 116, {"order__document": "invoice"}),
    ("Sales Order Item", OrderLine, "order", fields.SALES_ORDER_ITEM, 78, {"order__document": "order"}),
    ("POS Invoice Item", OrderLine, "order", fields.POS_INVOICE_ITEM, 4, {"order__document": "pos"}),
    ("Pricing Rule Item Code", ErpRuleItem, "rule", fields.PRICING_RULE_ITEM_CODE, 2, {}),
    ("Pricing Rule Item Group", ErpRuleCategory, "rule", fields.PRICING_RULE_ITEM_GROUP, 8, {}),
    ("Pricing Rule Brand", ErpRuleBrand, "rule", fields.PRICING_RULE_BRAND, 1, {}),
]


def in_our_words(sent: Any, ours: Any) -> Any:
    """What ERPNext sent, in the type of the column that it should stand in."""
    if isinstance(ours, bool):
        return {0: False, 1: True}[sent]
    if isinstance(ours, Decimal):
        return Decimal(str(sent))
    if isinstance(ours, time):
        hour, minute, second = sent.split(":")
        return time(int(hour), int(minute), *(int(part) for part in f"{float(second):.6f}".split(".")))
    if isinstance(ours, date):
        return date.fromisoformat(sent)
    if isinstance(ours, str):
        return sent or ""  # null and "" are one "not set" there
    return sent


def differences(sent: dict[str, Any], row: Any, columns: dict[str, str]) -> list[str]:
    sent = dict.fromkeys(fields.MAY_LACK, "") | sent
    return [
        f"{sent['name']}.{theirs}: {sent[theirs]!r} is {getattr(row, ours)!r} here"
        for theirs, ours in columns.items()
        if in_our_words(sent[theirs], getattr(row, ours)) != getattr(row, ours)
    ]


def test_every_document_equals_what_erpnext_sent(run_sync: RunSync) -> None:
    run_sync()
    for doctype, model, columns, number, same in DOCUMENTS:
        sent = records(doctype)
        rows = {row.erp_name: row for row in model._default_manager.filter(**same)}
        assert len(sent) == number
        assert rows.keys() == sent.keys()
        for name, document in sent.items():
            assert differences(document, rows[name], columns) == []
            assert (rows[name].erp_creation, rows[name].erp_modified) == (
                document["creation"],
                document["modified"],
            )


def test_every_row_of_their_tables_equals_what_erpnext_sent(run_sync: RunSync) -> None:
    run_sync()
    for doctype, model, parent, columns, number, same in TABLES:
        sent = records(doctype)
        found: Any = model._default_manager.select_related(parent).filter(**same)
        rows = {row.erp_row: row for row in found}
        assert len(sent) == number
        assert rows.keys() == sent.keys()
        for name, line in sent.items():
            assert differences(line, rows[name], columns) == []
            assert getattr(rows[name], parent).erp_name == line["parent"]


def test_what_is_worded_the_other_way_round_here_says_the_same(run_sync: RunSync) -> None:
    run_sync()
    sent = records("Item")
    assert {row.erp_name: row.is_active for row in Product.objects.all()} == {
        name: not item["disabled"] for name, item in sent.items()
    }
    people = records("Customer")
    assert {row.erp_name: row.is_active for row in Customer.objects.all()} == {
        name: not customer["disabled"] for name, customer in people.items()
    }
    assert all(order.rounds_total for order in Order.objects.filter(document="invoice"))


@pytest.mark.parametrize(
    ("doctype", "model", "field"),
    [
        ("Supplier", Supplier, "disabled"),
        ("Warehouse", Warehouse, "disabled"),
        ("Batch", Batch, "disabled"),
        ("Address", Address, "disabled"),
        ("Pricing Rule", ErpPricingRule, "disable"),
    ],
)
def test_what_is_disabled_there_is_not_active_here(
    erp: DemoServer, run_sync: RunSync, doctype: str, model: Any, field: str
) -> None:
    off = min(records(doctype))
    erp.site.store.put(doctype, name=off, **{field: 1})
    run_sync()
    sent = {name: not row[field] for name, row in records(doctype).items()} | {off: False}
    assert {row.erp_name: row.is_active for row in model.objects.all()} == sent
    assert True in sent.values()


@pytest.mark.parametrize(
    ("parent", "model", "key"), [("Contact", ContactLink, "contact"), ("Address", AddressLink, "address")]
)
def test_links_of_contacts_and_addresses_equal_what_erpnext_sent(
    run_sync: RunSync, parent: str, model: Any, key: str
) -> None:
    run_sync("customers")
    sent = {name: row for name, row in records("Dynamic Link").items() if row["parenttype"] == parent}
    rows = {row.erp_row: row for row in model.objects.select_related(key, "customer")}
    assert sent
    assert rows.keys() == sent.keys()
    for name, link in sent.items():
        row, is_customer = rows[name], link["link_doctype"] == "Customer"
        assert (row.party_kind, row.party_name) == (link["link_doctype"], link["link_name"])
        assert getattr(row, key).erp_name == link["parent"]
        assert row.customer_erp_name == (link["link_name"] if is_customer else "")
        if row.customer is not None:
            assert row.customer.erp_name == link["link_name"]


def test_posting_times_are_read_however_erpnext_writes_them(run_sync: RunSync) -> None:
    run_sync("sales")
    times = {order.erp_name: order.posted_time for order in Order.objects.all()}
    sent = {name: invoice["posting_time"] for name, invoice in records("Sales Invoice").items()}
    assert sent["ACC-SINV-2026-00001"] == "8:42:30"
    assert times["ACC-SINV-2026-00001"] == time(8, 42, 30)
    assert sent["ACC-SINV-2026-00104"] == "23:23:5.73704"
    assert times["ACC-SINV-2026-00104"] == time(23, 23, 5, 737040)


def test_links_lead_to_the_records_they_name(run_sync: RunSync) -> None:
    run_sync()
    recorded = records("Sales Invoice").keys()
    for order in Order.objects.filter(document="invoice").select_related("customer", "return_of", "amends"):
        assert order.customer is not None
        assert order.customer.erp_name == order.customer_erp_name
        for link, name in ((order.amends, order.amends_name), (order.return_of, order.return_of_name)):
            assert (link.erp_name if link else None) == (name if name in recorded else None)
    assert Order.objects.exclude(amends=None).count() > 3
    items = records("Item").keys()
    assert NEVER_SENT not in items
    for line in OrderLine.objects.select_related("product"):
        assert line.product.erp_name == line.item_code if line.product else line.item_code not in items
    assert Product.objects.filter(category=None).count() == 0
    assert Category.objects.get(erp_name="Fruit").parent.erp_name == "Fresh Produce"  # type: ignore[union-attr]
    assert {variant.erp_name for variant in Product.objects.get(erp_name="HONEY").variants.all()} == {
        "HONEY-S",
        "HONEY-L",
    }


def test_the_columns_that_sync_owns_are_the_ones_that_each_model_lists() -> None:
    for entity in ENTITIES:
        for source in entity.sources:
            for part in (source, *source.children):
                declared = {column.target for column in part.columns}
                assert declared == set(part.model.ERP_COLUMNS), part.doctype  # type: ignore[attr-defined]


def test_an_entity_stands_behind_what_it_refers_to() -> None:
    for at, entity in enumerate(ENTITIES):
        assert not [later.name for later in ENTITIES[at + 1 :] if needs(entity, later)]


@pytest.mark.parametrize("full", [False, True])
def test_a_second_run_writes_no_record(run_sync: RunSync, *, full: bool) -> None:
    run_sync()
    before = _row_versions()
    runs = run_sync(full=full)
    assert _row_versions() == before
    assert {run.created + run.updated + run.renamed + run.removed for run in runs} == {0}
    if full:
        assert [run.unchanged for run in runs] == [28, 60, 117, 82, 45, 8, 63, 63, 126, 11]


def _row_versions() -> dict[str, list[tuple[Any, ...]]]:
    """Where every row lies: a new version of one, even an equal one, lies elsewhere."""
    versions = {}
    with connection.cursor() as cursor:
        for model in {model for entity in ENTITIES for model in entity.models}:
            cursor.execute(f'SELECT id, ctid::text, xmin::text FROM "{model._meta.db_table}" ORDER BY id')  # noqa: S608
            versions[model._meta.db_table] = cursor.fetchall()
    return versions


def test_descriptions_are_safe_to_show_and_kept_as_they_came(run_sync: RunSync, erp: Any) -> None:
    nasty = '<p onclick="x()">Fresh <b>bread</b></p><script>alert(1)</script>'
    erp.site.store.put("Item", name="HONEY", description=nasty)
    run_sync("items")
    honey = Product.objects.get(erp_name="HONEY")
    assert honey.description_source == nasty
    assert honey.description_en == "<p>Fresh <b>bread</b></p>"
