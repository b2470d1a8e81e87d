"""Pricing rules as they are written: the recorded writes replayed, and what is straightened silently."""

from datetime import datetime
from typing import Any

import pytest

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Desk, Replay, chapter, with_units


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings: 29 rules had numbers, our field is there."""
    erp.site.store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    erp.site.store.series["PRLE-"] = 29
    replay = Replay(erp)
    for code in ("GRO-0003", "GRO-0006", "GRO-0007", "GRO-0009"):
        replay.given("Item", code, like="GRO-0012")
    field = {"dt": "Pricing Rule", "fieldname": "custom_larder_ref", "label": "Larder reference", "unique": 1}
    replay.given("Custom Field", "Pricing Rule-custom_larder_ref", **field)
    erp.site.store.doctypes["Pricing Rule"].grow(["custom_larder_ref"])
    return replay


def test_rules_are_made_changed_and_refused_as_recorded(replay: Replay) -> None:
    draft = {"parent": "ACC-SINV-2026-00306", "parenttype": "Sales Invoice", "parentfield": "pricing_rules"}
    replay.given("Pricing Rule Detail", "named", pricing_rule="PRLE-0032", docstatus=0, **draft)
    for exchange in chapter("write_pricing_rule"):
        replay.play(exchange)


TEN_PERCENT = {
    "title": "Ten off",
    "items": [{"item_code": "GRO-0012"}],
    "selling": 1,
    "discount_percentage": 10,
}


@pytest.fixture
def desk(erp: DemoServer) -> Desk:
    desk = Desk(with_units(erp))
    desk.clock(datetime(2026, 11, 23, 9, 30))  # noqa: DTZ001 - the site's wall clock
    return desk


def test_what_is_left_out_has_a_default(desk: Desk) -> None:
    made = desk.post("Pricing Rule", **TEN_PERCENT)
    expected = {
        "apply_on": "Item Code",
        "currency": "GBP",
        "company": "Corner Grocer Ltd",
        "price_or_product_discount": "Price",
        "rate_or_discount": "Discount Percentage",
        "valid_from": "2026-11-23",
        "priority": "",
        "has_priority": 0,
    }
    assert {field: made[field] for field in expected} == expected
    assert "valid_upto" not in made


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"has_priority": 1}, "Priority is mandatory"),
        ({"rate_or_discount": ""}, "Rate or Discount is required for the price discount."),
        ({"min_amt": 5, "max_amt": 2}, "Min Amt can not be greater than Max Amt"),
        ({"rate_or_discount": "Rate", "rate": -1}, "Rate can not be negative"),
        ({"apply_on": "Item Group", "item_groups": []}, "Item Group is not added in the table"),
        ({"apply_on": "Brand", "brands": [{"brand": "Nope"}]}, "Could not find Row #1: Brand: Nope"),
        (
            {"selling": 0, "buying": 1, "applicable_for": "Territory", "territory": "All Territories"},
            "Selling must be checked, if Applicable For is selected as Territory",
        ),
        ({"applicable_for": "Customer Group"}, "Customer Group is required"),
        (
            {"apply_rule_on_other": "Item Code"},
            "For the 'Apply Rule On Other' condition the field <strong>Item Code</strong> is mandatory",
        ),
        ({"condition": "customer = 'x'"}, "Invalid condition expression"),
        ({"apply_discount_on_rate": 1}, "the field <strong>Priority</strong> is mandatory."),
        (
            {"apply_discount_on_rate": 1, "priority": "1"},
            "the value of the field <strong>Priority</strong> should be more than 1.",
        ),
        (
            {"price_or_product_discount": "Product", "mixed_conditions": 1},
            "Free item code is not selected",
        ),
        (
            {"price_or_product_discount": "Product", "is_recursive": 1, "apply_recursion_over": 3},
            "Min Qty should be greater than Recurse Over Qty",
        ),
    ],
)
def test_what_is_refused_is_said_and_leaves_nothing(desk: Desk, wrong: dict[str, Any], said: str) -> None:
    before = desk.list("Pricing Rule", "name")
    refused = desk.post("Pricing Rule", status=417, **TEN_PERCENT | wrong)
    assert said in refused["exception"]
    assert desk.list("Pricing Rule", "name") == before
    assert desk.post("Pricing Rule", **TEN_PERCENT)["name"] == "PRLE-0012"  # its number was given back


@pytest.mark.parametrize(
    "harmful",
    [
        {"discount_percentage": 150},
        {"discount_percentage": -5},
        {"rate_or_discount": "Discount Amount", "discount_amount": 999},
        {"valid_from": "2020-01-01", "valid_upto": "2020-01-31"},
        {"title": "10% off Drinks"},
        {"priority": 3},
        {"condition": "customer == 'x'"},
    ],
)
def test_what_does_harm_is_taken_all_the_same(desk: Desk, harmful: dict[str, Any]) -> None:
    made = desk.post("Pricing Rule", **TEN_PERCENT | harmful)
    stored = desk.get("Pricing Rule", made["name"])
    assert {field: stored[field] for field in harmful} == harmful | (
        {"priority": "3"} if "priority" in harmful else {}
    )


def test_a_percentage_above_the_items_most_is_only_refused_by_item(desk: Desk) -> None:
    desk.put("Item", "GRO-0012", max_discount=5)
    refused = desk.post("Pricing Rule", status=417, **TEN_PERCENT)
    assert "Max discount allowed for item: GRO-0012 is 5.0%" in refused["exception"]
    group = desk.get("Item", "GRO-0012")["item_group"]
    by_group = {"apply_on": "Item Group", "item_groups": [{"item_group": group}]}
    assert desk.post("Pricing Rule", **TEN_PERCENT | by_group)["discount_percentage"] == 10


def test_what_belongs_to_another_choice_goes_without_a_word(desk: Desk) -> None:
    both = {"discount_amount": 2, "rate": 3, "item_groups": [{"item_group": "Fruit"}], "customer": "Emily"}
    desk.erp.site.store.put("Customer", name="Emily")
    made = desk.post("Pricing Rule", **TEN_PERCENT | both)
    assert (made["discount_percentage"], made["discount_amount"], made["rate"]) == (10, 0, 0)
    assert (len(made["items"]), made["item_groups"], made.get("customer")) == (1, [], None)
    to_amount = {"rate_or_discount": "Discount Amount", "discount_amount": 2}
    changed = desk.put("Pricing Rule", made["name"], **to_amount)
    assert (changed["discount_percentage"], changed["discount_amount"]) == (0, 2)
    basket = desk.put("Pricing Rule", made["name"], apply_on="Transaction")
    assert basket["items"] == []


def test_a_product_rule_gives_the_same_item_unless_it_names_another(desk: Desk) -> None:
    product = {"price_or_product_discount": "Product", "free_qty": 1}
    same = desk.post("Pricing Rule", **TEN_PERCENT | product)
    assert (same["same_item"], same["rate_or_discount"]) == (1, "Discount Percentage")
    other = desk.post("Pricing Rule", **TEN_PERCENT | product | {"free_item": "GRO-0032"})
    assert (other["same_item"], other["recurse_for"]) == (0, 1.0)
