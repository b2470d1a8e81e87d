"""The demo's lists where no recording exists: MariaDB's comparisons, frappe's defaults."""

from typing import Any

import pytest

from apps.sync.demo.queries import Asked, counted, listed
from apps.sync.demo.store import Store


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.recorded()


def names(store: Store, doctype: str = "Item", **given: Any) -> list[str]:
    return [row["name"] for row in listed(store, Asked.of(doctype, {"order_by": "name asc", **given}))]


def test_twenty_rows_come_when_no_limit_is_given_and_all_for_zero_or_nonsense(store: Store) -> None:
    assert len(names(store)) == 20
    assert len(names(store, limit_page_length="0")) == 60
    assert len(names(store, limit="abc")) == 60
    assert len(names(store, limit="5", limit_page_length="7")) == 7
    assert names(store, limit_start=58, limit_page_length=0) == names(store, limit_page_length=0)[58:]


def test_without_an_order_none_can_be_relied_on(store: Store) -> None:
    unordered = names(store, order_by="", limit_page_length=0)
    assert sorted(unordered) == sorted(names(store, limit_page_length=0))
    assert unordered != names(store, limit_page_length=0)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": "cola#330"}, ["COLA#330"]),  # neither case nor accents count
        ([["name", "=", "COLA#330"]], ["COLA#330"]),
        ([["Item", "name", "=", "COLA#330"]], ["COLA#330"]),
        ([["name", "like", "honey%"]], ["HONEY", "HONEY-L", "HONEY-S"]),
        ([["name", "in", ["honey", "nope"]]], ["HONEY"]),
        ([["name", "in", "HONEY, HONEY-S"]], ["HONEY", "HONEY-S"]),
        ([["variant_of", "is", "set"]], ["HONEY-L", "HONEY-S"]),
        ([["variant_of", "!=", ""], ["has_variants", "=", "0"]], ["HONEY-L", "HONEY-S"]),
        ([["creation", "between", ["2026-01-15", "2026-01-15"]], ["name", "like", "m%"]], ["MUG?=1"]),
    ],
)
def test_filters_of_every_form(store: Store, filters: Any, found: list[str]) -> None:
    assert names(store, filters=filters, limit_page_length=0) == found
    assert counted(store, Asked.of("Item", {"filters": filters})) == len(found)


def test_or_filters_are_one_group_beside_the_filters(store: Store) -> None:
    either = [["name", "=", "HONEY"], ["name", "=", "COLA#330"]]
    assert names(store, or_filters=either) == ["COLA#330", "HONEY"]
    assert names(store, or_filters=either, filters={"has_variants": 1}) == ["HONEY"]


def test_a_stamp_equals_only_to_the_microsecond(store: Store) -> None:
    stamp = store.doctypes["Item"].rows["honey"]["modified"]
    assert names(store, filters=[["modified", "=", stamp]]) == ["HONEY"]
    assert names(store, filters=[["modified", "=", stamp[:19]]]) == []


def test_a_whole_second_is_the_same_moment_with_and_without_its_fraction() -> None:
    store = Store.recorded()
    store.put("Item", name="HONEY", modified="2999-01-01 10:00:00")
    assert names(store, filters=[["modified", ">=", "2999-01-01 10:00:00.000000"]]) == ["HONEY"]
    assert names(store, filters=[["modified", "=", "2999-01-01 10:00:00.000000"]]) == ["HONEY"]
    assert names(store, filters=[["modified", ">", "2999-01-01 10:00:00.000000"]]) == []


@pytest.mark.parametrize("number", [3, 700])
def test_rows_that_change_together_stand_where_they_belong_now(number: int) -> None:
    store = Store.recorded()
    rows = store.doctypes["Customer"].rows
    model = dict(next(iter(rows.values())))
    rows.clear()
    for n in range(900):
        store.put("Customer", **model | {"name": f"c{n:03d}", "modified": "2026-01-01 00:00:00.000000"})
    assert len(names(store, "Customer", order_by="modified asc, name asc", limit_page_length=0)) == 900
    for n in range(number):
        rows[f"c{n:03d}"]["modified"] = f"2025-01-01 00:00:00.{number - n:06d}"
    del rows["c899"]
    listed = names(store, "Customer", order_by="modified asc, name asc", limit_page_length=0)
    assert listed == [f"c{n:03d}" for n in [*reversed(range(number)), *range(number, 899)]]


def test_a_customer_is_found_in_a_link_without_case_and_accents(store: Store) -> None:
    filters = [["customer", "in", ["emily smith"]], ["docstatus", "=", 1]]
    found = listed(
        store, Asked.of("Sales Invoice", {"filters": filters, "fields": ["customer", "docstatus"]})
    )
    assert {(row["customer"], row["docstatus"]) for row in found} == {("Emily Smith", 1)}
