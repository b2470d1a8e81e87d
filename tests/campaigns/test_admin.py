from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.campaigns import wording
from tests.factories.campaigns import make_pricing_rule
from tests.factories.catalog import make_category, make_product

RULES = "/admin/campaigns/erppricingrule/"
TODAY = "2026-06-15 12:00"

pytestmark = pytest.mark.django_db


def rule(**given):
    usual = {"applies_on": "Item Code", "gives": "Price", "discount_kind": "Discount Percentage"}
    return make_pricing_rule(**usual | {"currency": "GBP"} | given)


FREE = {"gives": "Product", "free_item_code": "MINT", "free_quantity": Decimal("1")}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"discount_percentage": Decimal("12.5")}, "12.5% off"),
        ({"discount_kind": "Discount Amount", "discount_amount": Decimal("0.3")}, "£0.30 off each"),
        (
            {
                "discount_kind": "Discount Amount",
                "discount_amount": Decimal("3"),
                "applies_on": "Transaction",
            },
            "£3.00 off",
        ),
        ({"discount_kind": "Rate", "rate": Decimal("2.49")}, "Price of £2.49"),
        ({"margin": Decimal("8"), "margin_kind": "Percentage"}, "8% on top"),
        (
            {"margin": Decimal("8"), "margin_kind": "Amount", "discount_percentage": Decimal("5")},
            "5% off, £8.00 on top",
        ),
        (FREE, "1 MINT free"),
        (FREE | {"free_unit": "Nos", "free_rate": Decimal("0.5")}, "1 Nos MINT for £0.50 each"),
        ({"gives": "Product", "same_item": True, "free_quantity": Decimal("2")}, "2 of the same item free"),
        ({}, "Nothing"),
    ],
)
def test_a_rule_says_what_it_gives(given, words):
    assert wording.given(rule(**given)) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"min_quantity": Decimal("2"), "max_quantity": Decimal("10")}, "from 2, up to 10"),
        ({"min_amount": Decimal("25")}, "from £25.00"),
        ({"is_recursive": True, "recurse_for": Decimal("2")}, "again for each 2"),
        ({"mixes_items": True, "is_cumulative": True}, "counted together, added up over time"),
    ],
)
def test_a_rule_says_what_it_needs(given, words):
    assert wording.conditions(rule(**given)) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Everybody"),
        ({"customer_group_name": "Trade"}, "Group Trade"),
        ({"customer_name": "Acme", "territory_name": "North"}, "Customer Acme, Territory North"),
        ({"needs_coupon": True}, "Everybody with a coupon"),
    ],
)
def test_a_rule_says_for_whom_it_is(given, words):
    assert wording.whom(rule(**given)) == words


def cells(client, **query):
    rows = client.get(RULES, query).context["listing"].rows
    return [{cell.column.name: cell.shown for cell in row.cells} for row in rows]


def test_a_row_names_products_as_staff_do_and_counts_what_has_no_room(desk):
    make_product("MLK-1", name_en="Oat milk")
    make_pricing_rule(items=("MLK-1",), categories=("Dairy", "Bread"), brands=("Own",))
    assert cells(desk)[0]["reach"] == "<bdi>Oat milk, Dairy, 2 more</bdi>"


def test_a_row_names_the_code_of_a_product_that_is_not_here(desk):
    make_pricing_rule(items=("NEW-1",))
    assert cells(desk)[0]["reach"] == "<bdi>NEW-1</bdi>"


@time_machine.travel(TODAY)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"standing": "now"}, ["Now", "Off"]),
        ({"standing": "over"}, ["Past"]),
        ({"active": "no"}, ["Off"]),
        ({"coupon": "yes"}, ["Past"]),
        ({"q": "pas"}, ["Past"]),
    ],
)
def test_rules_are_narrowed_by_their_days_and_found_by_title(query, found, desk):
    make_pricing_rule(title="Now", valid_from=date(2026, 6, 15), priority="3", has_priority=True)
    make_pricing_rule(title="Past", valid_until=date(2026, 6, 14), needs_coupon=True)
    make_pricing_rule(title="Off", is_active=False)
    rows = desk.get(RULES, query).context["listing"].cl.result_list
    assert [row.title for row in rows] == found


@time_machine.travel(TODAY)
def test_a_disabled_rule_is_not_said_to_be_in_force(desk):
    make_pricing_rule(is_active=False)
    assert "Disabled" in cells(desk)[0]["status"]


def test_a_rule_shows_everything_it_names_with_its_page(desk):
    dairy = make_category("Dairy")
    named = make_pricing_rule(items=("NEW-1",), categories=("Dairy",))
    table = desk.get(f"{RULES}{named.pk}/change/").context["profile"].tables[0]
    assert [(row[0], str(row[1])) for row in table.rows] == [
        ("<bdi>NEW-1</bdi>", "Product"),
        (
            f'<a class="lr-link" href="/admin/catalog/category/{dairy.pk}/change/"><bdi>Dairy</bdi></a>',
            "Category",
        ),
    ]
