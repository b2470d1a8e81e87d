"""What is refused before ERPNext is asked: what it would take for something else, or take to its harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import PriceList, Product
from apps.core.actors import SYSTEM
from apps.core.outgoing import reference_for
from apps.sync import services
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.erpnext.address import demo_address
from apps.sync.erpnext.bodies import as_json
from apps.sync.errors import PayloadRefusedError
from apps.sync.push import KINDS
from apps.sync.push.contents import body_of, prepare, reference_of
from apps.sync.push.declarations import Content
from apps.sync.services.mirrored_shop import MirroredShop
from tests.sync.push.conftest import NOON, READ, TODAY
from tests.sync.push.payloads import (
    CHEESE,
    FRUIT,
    ITEM,
    NUMBER,
    OTHER_ITEM,
    batch,
    line,
    price,
    price_reference,
    receipt,
    rule,
)  # fmt: skip

pytestmark = pytest.mark.django_db
ASKED_FOR = (*READ, "customers", "batches")


@pytest.fixture(scope="module", autouse=True)
def _copied(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The grocer's records, once for all of these."""
    with django_db_blocker.unblock(), transaction.atomic():
        with DemoServer(Site(stocked(scale=0, today=TODAY))) as server:
            services.run(ASKED_FOR, actor=SYSTEM, address=demo_address(port=server.port))
        yield
        transaction.set_rollback(True)


def read(kind: str, payload: dict[str, Any]) -> Content:
    known = {"item_price": price_reference, "batch": lambda said: reference_for("batch", said["number"])}
    reference = known[kind](payload) if kind in known else "campaign/4"
    return prepare(KINDS[kind], payload, reference=reference, shop=MirroredShop(at=NOON))


def complaints(kind: str, payload: dict[str, Any]) -> dict[str, str]:
    """Each field with the code of what is wrong with it."""
    with pytest.raises(PayloadRefusedError) as refused:
        read(kind, payload)
    assert all(f"“{error.field}” {error.message}" in str(refused.value) for error in refused.value.errors)
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"rate": "0"}, {"rate": "not-above-nothing"}),
        ({"rate": -1}, {"rate": "not-above-nothing"}),
        ({"rate": "1e5000000"}, {"rate": "unreadable"}),
        ({"rate": ""}, {"rate": "missing"}),
        ({"rate": "cheap"}, {"rate": "unreadable"}),
        ({"rate": True}, {"rate": "unreadable"}),
        ({"rate": float("nan")}, {"rate": "unreadable"}),
        ({"rate": "1e999999"}, {"rate": "unreadable"}),
        ({"rate": "1.0000000005"}, {"rate": "unreadable"}),  # ten places
        ({"rate": "123456789012.123456789"}, {"rate": "unreadable"}),  # more digits than a float holds
        ({"item_code": "NOPE"}, {"item_code": "unknown"}),
        ({"unit": "Crate"}, {"unit": "unknown-unit"}),
        ({"unit": ""}, {"unit": "missing"}),
        ({"price_list_name": "Nope"}, {"price_list_name": "unknown"}),
        ({"currency": "EUR"}, {"currency": "another-currency"}),
        ({"valid_from": ""}, {"valid_from": "missing"}),
        ({"valid_from": "01/12/2026"}, {"valid_from": "unreadable"}),
        ({"valid_until": "2026-11-30"}, {"valid_until": "before-start"}),
        ({"packing_unit": -1}, {"packing_unit": "below-nothing"}),
        ({"packing_unit": 1.5}, {"packing_unit": "unreadable"}),
        ({"supplier_erp_name": "Northern Dairy Co-op"}, {"supplier_erp_name": "wrong-direction"}),
        ({"customer_erp_name": "Nobody"}, {"customer_erp_name": "unknown"}),
        ({"batch_number": "B003-00001"}, {"batch_number": "unknown"}),  # of another item
        ({"price_list_rate": 3}, {"price_list_rate": "unknown"}),  # which ERPNext would drop without a word
        ({"rate": 0, "unit": "Crate"}, {"rate": "not-above-nothing", "unit": "unknown-unit"}),
    ],
)  # fmt: skip
def test_a_price_that_is_wrong_says_in_which_field(spoiled: dict[str, Any], told: dict[str, str]) -> None:
    assert complaints("item_price", price(**spoiled)) == told


def test_a_price_of_what_is_switched_off_or_a_template_is_refused() -> None:
    Product.objects.filter(erp_name=ITEM).update(is_active=False, has_variants=True)
    with pytest.raises(PayloadRefusedError) as refused:
        read("item_price", price())
    assert [error.code for error in refused.value.errors] == ["inactive", "template"]
    PriceList.objects.filter(erp_name="Standard Selling").update(is_active=False)
    assert complaints("item_price", price(item_code=OTHER_ITEM)) == {"price_list_name": "inactive"}


def test_a_price_under_the_reference_of_another_is_refused() -> None:
    with pytest.raises(PayloadRefusedError) as refused:
        prepare(
            KINDS["item_price"],
            price(valid_from="2026-12-02"),
            reference=price_reference(price()),
            shop=MirroredShop(at=NOON),
        )
    assert [error.code for error in refused.value.errors] == ["another-document"]


def test_a_price_is_sent_whole_and_to_the_last_digit() -> None:
    kind = KINDS["item_price"]
    said = read("item_price", price(rate="2.350000001", valid_until="2026-12-31"))
    assert reference_of(kind, said) == price_reference(price())
    assert body_of(kind, said) == {
        "item_code": ITEM,
        "price_list": "Standard Selling",
        "price_list_rate": Decimal("2.350000001"),
        "currency": "GBP",
        "uom": "Nos",
        "packing_unit": 0,
        "valid_from": "2026-12-01",
        "valid_upto": "2026-12-31",
        "customer": None,
        "supplier": None,
        "batch_no": None,
    }
    assert b'"price_list_rate":2.350000001,' in as_json(body_of(kind, said))
    assert as_json({"rate": Decimal("1E+3"), "least": Decimal("0.10")}) == b'{"rate":1000,"least":0.10}'


PRODUCT = {"gives": "Product", "discount_percentage": 0, "free_quantity": 1, "same_item": True}


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"discount_percentage": "0"}, {"discount_percentage": "not-above-nothing"}),
        ({"discount_percentage": "-5"}, {"discount_percentage": "not-above-nothing"}),
        ({"discount_percentage": "100.5", "items": [{"item_code": OTHER_ITEM}]},
         {"discount_percentage": "beyond-hundred"}),
        ({"discount_percentage": "31"}, {"discount_percentage": "beyond-most"}),  # the item's max_discount
        ({"discount_amount": 1}, {"discount_amount": "other-choice"}),
        ({"discount_kind": "Discount Amount", "discount_percentage": 0, "discount_amount": "1.51"},
         {"discount_amount": "above-price"}),
        ({"discount_kind": "Rate", "discount_percentage": 0}, {"rate": "not-above-nothing"}),
        ({"discount_kind": "Gift"}, {"discount_kind": "no-choice", "discount_percentage": "other-choice"}),
        ({"title": " "}, {"title": "missing"}),
        ({"title": "x" * 141}, {"title": "unreadable"}),
        ({"applies_on": "Colour"}, {"applies_on": "no-choice", "items": "other-choice"}),
        ({"for_selling": False}, {"for_selling": "no-direction"}),
        ({"for_selling": 1}, {"for_selling": "unreadable"}),
        ({"company": ""}, {"company": "missing"}),
        ({"currency": None}, {"currency": "missing"}),
        ({"price_list_name": "Standard Selling", "currency": "EUR"}, {"currency": "another-currency"}),
        ({"price_list_name": "Nope"}, {"price_list_name": "unknown"}),
        ({"warehouse_name": "Moon"}, {"warehouse_name": "unknown"}),
        ({"priority": ""}, {"priority": "missing"}),
        ({"priority": "21"}, {"priority": "no-choice"}),
        ({"valid_from": None}, {"valid_from": "missing"}),
        ({"valid_until": "2026-11-30"}, {"valid_until": "before-start"}),
        ({"valid_from": "2026-11-01", "valid_until": "2026-11-24"}, {"valid_until": "over"}),
        ({"items": []}, {"items": "missing"}),
        ({"items": [{"item_code": "NOPE"}]}, {"items[1].item_code": "unknown"}),
        ({"items": [{"item_code": ITEM, "unit": "Crate"}]}, {"items[1].unit": "unknown-unit"}),
        ({"items": [{"item_code": ITEM, "uom": "Box"}]}, {"items[1].uom": "unknown"}),
        ({"items": "GRO-0001"}, {"items": "not-rows"}),
        ({"items": [{"item_code": ITEM}, {"item_code": ITEM}]}, {"items": "twice"}),
        ({"brands": [{"brand_name": "Al Noor"}]}, {"brands": "other-choice"}),
        ({"applies_on": "Brand", "items": [], "brands": [{"brand_name": "Nobody"}]},
         {"brands[1].brand_name": "unknown"}),
        ({"applies_on": "Item Group", "items": [], "categories": [{"item_group_name": "Toys"}]},
         {"categories[1].item_group_name": "unknown"}),
        ({"applies_on": "Transaction", "items": [], "discount_kind": "Rate"}
         | {"discount_percentage": 0, "rate": 1}, {"discount_kind": "no-choice"}),
        ({"min_quantity": 3, "max_quantity": 2}, {"max_quantity": "below-least"}),
        ({"min_amount": 3, "max_amount": "2.99"}, {"max_amount": "below-least"}),
        ({"min_quantity": -1}, {"min_quantity": "below-nothing"}),
        ({"applicable_for": "Customer Group", "customer_group_name": "Nobody"},
         {"customer_group_name": "unknown"}),
        ({"applicable_for": "Customer Group"}, {"customer_group_name": "unknown"}),
        ({"applicable_for": "Moon"}, {"applicable_for": "no-choice"}),
        ({"applicable_for": "Supplier", "supplier_name": "Northern Dairy Co-op"},
         {"applicable_for": "wrong-direction"}),
        ({"customer_name": "Layla Mansour"}, {"customer_name": "other-choice"}),
        ({"is_recursive": True}, {"is_recursive": "other-choice"}),
        (PRODUCT | {"free_quantity": 0}, {"free_quantity": "not-above-nothing"}),
        (PRODUCT | {"discount_percentage": 10}, {"discount_percentage": "other-choice"}),
        (PRODUCT | {"is_recursive": True, "recurse_for": 2, "rounds_free_quantity": False},
         {"rounds_free_quantity": "not-rounded"}),
        (PRODUCT | {"is_recursive": True, "recurse_for": 0}, {"recurse_for": "not-above-nothing"}),
        (PRODUCT | {"is_recursive": True, "recursion_from": 3}, {"recursion_from": "above-least"}),
        (PRODUCT | {"same_item": False}, {"free_item_code": "which-item"}),
        (PRODUCT | {"free_item_code": OTHER_ITEM}, {"free_item_code": "which-item"}),
        (PRODUCT | {"same_item": False, "free_item_code": "NOPE"}, {"free_item_code": "unknown"}),
        (PRODUCT | {"mixes_items": True}, {"same_item": "which-item"}),
        (PRODUCT | {"same_item": False, "free_item_code": OTHER_ITEM, "mixes_items": True}
         | {"is_recursive": True}, {"mixes_items": "not-together"}),
        ({"condition": "doc.total > 5"}, {"condition": "unknown"}),  # Larder writes none
        ({"disable": 1}, {"disable": "unknown"}),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong_says_in_which_field(spoiled: dict[str, Any], told: dict[str, str]) -> None:
    assert complaints("pricing_rule", rule(**spoiled)) == told


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"discount_percentage": "30"},
        {"discount_kind": "Discount Amount", "discount_percentage": 0, "discount_amount": "1.50"},
        {"is_active": False, "valid_from": "2026-11-01", "valid_until": "2026-11-24"},  # how one ends
        {"applies_on": "Item Group", "items": [], "categories": [{"item_group_name": "Fruit"}]},
        {"applies_on": "Transaction", "items": [], "min_amount": "50"},
        {"applicable_for": "Customer", "customer_name": "Layla Mansour"},
        {"items": [{"item_code": ITEM, "unit": "Box"}, {"item_code": OTHER_ITEM}], "priority": 3},
        PRODUCT | {"is_recursive": True, "recurse_for": 2, "min_quantity": 2},
        PRODUCT | {"same_item": False, "free_item_code": OTHER_ITEM, "free_unit": "Case"},
    ],
)
def test_a_rule_that_is_right_is_read(told: dict[str, Any]) -> None:
    said = read("pricing_rule", rule(**told))
    assert (said["valid_from"] < date(2026, 12, 2), said["larder_reference"]) == (True, "campaign/4")


def test_a_rule_is_sent_with_every_default() -> None:
    kind = KINDS["pricing_rule"]
    body = body_of(kind, read("pricing_rule", rule()))
    ours = set(kind.source.model.ERP_COLUMNS) - {"scheme_name"}  # that one is ERPNext's own
    assert set(kind.columns) == ours
    assert len(body) == len(ours) + len(kind.tables)
    assert {name: body[name] for name in ("disable", "has_priority", "priority", "items", "brands")} == {
        "disable": 0,
        "has_priority": 1,
        "priority": "15",
        "items": [{"item_code": ITEM, "uom": None}],
        "brands": [],
    }


def test_a_price_costs_a_few_questions() -> None:
    with CaptureQueriesContext(connection) as asked:
        read("item_price", price())
    assert len(asked) == 3


# --- batches and receipts ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"number": "Acme<1>"}, {"number": "no-name"}),
        ({"number": " "}, {"number": "missing"}),
        ({"number": "x" * 141}, {"number": "unreadable"}),
        ({"item_code": "NOPE"}, {"item_code": "unknown"}),
        ({"item_code": ITEM}, {"item_code": "not-batched"}),
        ({"expires_on": "15/01/2027"}, {"expires_on": "unreadable"}),  # a 500 in ERPNext
        ({"supplier_erp_name": "Nobody"}, {"supplier_erp_name": "unknown"}),
        ({"erp_quantity": 99}, {"erp_quantity": "unknown"}),  # never said: a mere display
    ],
)
def test_a_batch_that_is_wrong_says_in_which_field(spoiled: dict[str, Any], told: dict[str, str]) -> None:
    assert complaints("batch", batch(**spoiled)) == told


def test_a_batch_is_sent_with_what_was_said_and_no_more() -> None:
    kind = KINDS["batch"]
    whole = {
        "batch_id": NUMBER,
        "item": CHEESE,
        "expiry_date": "2027-01-15",
        "supplier": "Northern Dairy Co-op",
    }
    assert body_of(kind, read("batch", batch())) == whole
    bare = {"number": NUMBER, "item_code": CHEESE, "supplier_erp_name": "", "expires_on": None}
    assert body_of(kind, read("batch", bare)) == {"batch_id": NUMBER, "item": CHEESE}
    assert body_of(kind, read("batch", batch(is_active=False))) == whole | {"disabled": 1}


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"company": "Another Ltd"}, {"company": "another-company"}),
        ({"currency": "EUR"}, {"currency": "another-currency"}),
        (
            {"supplier_erp_name": ""},
            {"supplier_erp_name": "missing"},
        ),  # that of the first item would be taken
        ({"supplier_erp_name": "Nobody"}, {"supplier_erp_name": "unknown"}),
        ({"supplier_erp_name": "Defunct Imports"}, {"supplier_erp_name": "inactive"}),
        ({"delivery_note": ""}, {"delivery_note": "missing"}),
        ({"delivery_note": "x" * 141}, {"delivery_note": "unreadable"}),
        ({"posted_on": None}, {"posted_on": "missing"}),
        ({"posted_on": "22/11/2026"}, {"posted_on": "unreadable"}),
        ({"posted_on": "2026-11-26"}, {"posted_on": "to-come"}),
        ({"lines": []}, {"lines": "missing"}),
        ({"lines": [line()] * 201}, {"lines": "too-many"}),
        ({"erp_docstatus": 1}, {"erp_docstatus": "unknown"}),  # a person submits it
    ],
)
def test_a_receipt_that_is_wrong_says_in_which_field(
    spoiled: dict[str, Any], told: dict[str, str], settings: Any
) -> None:
    settings.ERPNEXT = replace(settings.ERPNEXT, company="Corner Grocer Ltd")
    assert complaints("purchase_receipt", receipt(**spoiled)) == told


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"item_code": "NOPE"}, {"item_code": "unknown"}),
        ({"quantity": "0"}, {"quantity": "not-above-nothing"}),
        ({"quantity": "-2"}, {"quantity": "not-above-nothing"}),
        ({"quantity": "two"}, {"quantity": "unreadable"}),
        ({"quantity": "1.0005"}, {"quantity": "too-exact"}),
        ({"unit": ""}, {"unit": "missing"}),
        (
            {"unit": "Crate", "unit_factor": "24"},
            {"unit": "unknown-unit"},
        ),  # taken for ones, or for any factor
        ({"unit_factor": "10"}, {"unit_factor": "wrong-factor"}),
        ({"unit": "Nos"}, {"unit_factor": "wrong-factor"}),
        ({"rate": "-0.01"}, {"rate": "below-nothing"}),
        ({"rate": "2.541"}, {"rate": "too-exact"}),  # rounded without a word
        ({"rate": None}, {"rate": "unreadable"}),
        ({"warehouse_name": ""}, {"warehouse_name": "no-place"}),
        ({"warehouse_name": "Attic"}, {"warehouse_name": "no-place"}),
        ({"warehouse_name": "All Warehouses - CG"}, {"warehouse_name": "no-place"}),  # refused at the submit
        ({"batch_number": ""}, {"batch_number": "missing"}),
        (FRUIT | {"batch_number": NUMBER}, {"batch_number": "not-batched"}),
        ({"uom": "Case"}, {"uom": "unknown"}),
    ],
)
def test_a_line_that_is_wrong_says_in_which_place(spoiled: dict[str, Any], told: dict[str, str]) -> None:
    said = receipt(lines=[line(), line(**spoiled)])
    assert complaints("purchase_receipt", said) == {f"lines[2].{name}": code for name, code in told.items()}


def test_a_receipt_is_of_today_as_erpnext_has_it(settings: Any) -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    kind, said = KINDS["purchase_receipt"], receipt(posted_on="2026-11-26")
    settings.ERP_TIME_ZONE = "Asia/Dubai"
    assert prepare(kind, said, reference="upload/9", shop=MirroredShop(at=late))["posted_on"].day == 26
    settings.ERP_TIME_ZONE = "America/New_York"
    with pytest.raises(PayloadRefusedError, match="in ERPNext it is 2026-11-25: it is to come"):
        prepare(kind, said, reference="upload/9", shop=MirroredShop(at=late))


def test_a_receipt_is_sent_so_that_it_is_taken_for_what_it_says() -> None:
    body = body_of(KINDS["purchase_receipt"], read("purchase_receipt", receipt()))
    cheese = body["items"][0]
    assert body == {
        "company": "Corner Grocer Ltd",
        "supplier": "Northern Dairy Co-op",
        "supplier_delivery_note": "INV-77123",
        "posting_date": "2026-11-22",
        "set_posting_time": 1,
        "ignore_pricing_rule": 1,
        "currency": "GBP",
        "is_return": 0,
        "custom_larder_ref": "campaign/4",
        "items": [cheese, body["items"][1]],
    }
    assert cheese == {
        "item_code": CHEESE,
        "qty": Decimal(2),
        "uom": "Case",
        "conversion_factor": Decimal(12),
        "rate": Decimal("30.50"),
        "warehouse": "Cold Store - CG",
        "batch_no": NUMBER,
        "use_serial_batch_fields": 1,
    }
    free = line(**FRUIT | {"rate": "0"})
    [told] = body_of(KINDS["purchase_receipt"], read("purchase_receipt", receipt(lines=[free])))["items"]
    assert (told["price_list_rate"], told["allow_zero_valuation_rate"], told["batch_no"]) == (0, 1, None)


def test_a_receipt_of_many_lines_costs_as_much_as_one_of_two() -> None:
    def costs(lines: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as asked:
            read("purchase_receipt", receipt(lines=lines))
        return len(asked)

    assert costs([line(), line(**FRUIT)]) == costs([line(), line(**FRUIT)] * 100) == 4
