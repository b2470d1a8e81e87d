"""What the demo joins, sums and follows: tables, links, trees; and what it refuses as MariaDB does."""

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.queries import Asked, counted, listed
from apps.sync.demo.rows import Row
from apps.sync.demo.store import Store


@pytest.fixture
def store() -> Store:
    """Two parents with rows in two tables, and one without any."""
    store = Store.recorded()
    for doctype in ("Item", "Item Barcode", "UOM Conversion Detail"):
        store.doctypes[doctype].rows.clear()
    for name in ("a", "b", "c"):
        store.put("Item", name=name, item_group="Drinks", modified=f"2026-11-0{ord(name) - 96} 00:00:00")
    for number, parent in enumerate("aab"):
        inside = {"parent": parent, "parenttype": "Item", "idx": number}
        store.put("Item Barcode", name=f"bar{number}", parentfield="barcodes", barcode=str(number), **inside)
        store.put(
            "UOM Conversion Detail", name=f"uom{number}", parentfield="uoms", uom=f"U{number}", **inside
        )
    return store


def rows(store: Store, doctype: str = "Item", **given: Any) -> list[Row]:
    return listed(store, Asked.of(doctype, given))


def refusal(store: Store, **given: Any) -> tuple[int, str]:
    with pytest.raises(RefusalError) as refused:
        rows(store, **given)
    return refused.value.status, refused.value.exc_type


def test_rows_of_a_table_multiply_their_parent_and_a_parent_without_any_comes_once(store: Store) -> None:
    found = rows(store, fields=["name", "barcodes.barcode as code"], order_by="`tabItem`.name asc, code asc")
    assert [(row["name"], row["code"]) for row in found] == [("a", "0"), ("a", "1"), ("b", "2"), ("c", None)]


def test_two_tables_multiply_each_other_and_the_limit_counts_what_comes_of_it(store: Store) -> None:
    asked = {"fields": ["name", "barcodes.barcode", "uoms.uom"], "order_by": "`tabItem`.name asc"}
    assert [row["name"] for row in rows(store, **asked)] == ["a", "a", "a", "a", "b", "c"]
    assert [row["name"] for row in rows(store, **asked, limit=3)] == ["a", "a", "a"]


def test_a_filter_of_a_table_finds_its_parents(store: Store) -> None:
    assert rows(store, filters=[["Item Barcode", "barcode", "=", "2"]]) == [{"name": "b"}]
    assert rows(store, filters=[["Item Barcode", "barcode", "is", "not set"]]) == [{"name": "c"}]
    filters = [["Item Barcode", "barcode", "is", "set"]]
    assert counted(store, Asked.of("Item", {"filters": filters})) == 2


def test_a_link_is_followed_one_hop(store: Store) -> None:
    [group] = rows(store, "Item Group", filters={"name": "Drinks"}, fields=["parent_item_group"])
    [item] = rows(store, filters={"name": "a"}, fields=["name", "item_group.parent_item_group"])
    assert item == {"name": "a"} | group


def test_groups_are_counted_and_summed_under_names_of_their_own(store: Store) -> None:
    found = rows(
        store,
        "Item Barcode",
        parent="Item",
        fields=["parent", "count(name) as c", "sum(idx) as s", "max(barcode) as m"],
        group_by="parent",
        order_by="c desc",
    )
    assert found == [
        {"parent": "a", "c": 2, "s": 1.0, "m": "1"},
        {"parent": "b", "c": 1, "s": 2.0, "m": "2"},
    ]
    assert rows(store, filters={"name": "nope"}, fields=["count(name) as c", "max(modified) as m"]) == [
        {"c": 0, "m": None}
    ]


def test_what_a_database_cannot_tell_apart_or_does_not_know_is_refused(store: Store) -> None:
    joined = ["name", "barcodes.barcode"]
    assert refusal(store, fields=joined, order_by="modified asc") == (500, "OperationalError")
    assert refusal(store, order_by="nosuch asc") == (500, "OperationalError")
    assert refusal(store, fields=["sleep(5)"]) == (417, "DataError")
    assert refusal(store, fields=["barcodes.nosuch"]) == (417, "DataError")
    assert refusal(store, filters=[["Sales Invoice", "nosuch", "=", 1]]) == (417, "DataError")


def test_a_tree_is_followed_up_and_down(store: Store) -> None:
    def groups(operator: str, name: str) -> set[str]:
        return {row["name"] for row in rows(store, "Item Group", filters={"name": [operator, name]}, limit=0)}

    every = {row["name"] for row in rows(store, "Item Group", limit=0)}
    below = groups("descendants of", "All Item Groups")
    assert below == every - {"All Item Groups"}
    assert groups("descendants of (inclusive)", "All Item Groups") == every
    assert groups("not descendants of", "All Item Groups") == {"All Item Groups"}
    assert "All Item Groups" in groups("ancestors of", "Drinks")
    assert len(rows(store, filters={"item_group": ["descendants of", "All Item Groups"]})) == 3


def test_a_span_of_time_is_counted_from_the_sites_day(store: Store) -> None:
    store.now = lambda: datetime(2026, 11, 3, 12, tzinfo=UTC)

    def saved(words: str) -> list[str]:
        found = rows(store, filters=[["modified", "timespan", words]], order_by="name asc")
        return [row["name"] for row in found]

    assert saved("today") == ["c"]
    assert saved("yesterday") == ["b"]
    assert saved("this week") == ["a", "b", "c"]  # from Sunday, the first
    assert saved("last month") == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (["modified", ">", "garbage"], 3),
        (["modified", "<", "garbage"], 0),
        (["modified", ">=", "2026-11-02"], 2),  # a date alone is its midnight
        (["modified", "=", "2026-11-02"], 1),
        (["modified", "<=", "2026-11-02T00:00:00Z"], 2),  # the zone is ignored
        (["brand", "=", ""], 3),
        (["brand", "=", None], 3),
        (["brand", "!=", "Acme"], 3),
    ],
)
def test_moments_and_nothing_are_compared_as_frappe_does(
    store: Store, condition: list[Any], found: int
) -> None:
    assert len(rows(store, filters=[condition])) == found
    assert counted(store, Asked.of("Item", {"filters": [condition]})) == found


def test_a_row_changed_in_place_is_found_at_its_new_place(store: Store) -> None:
    asked = {"filters": [["modified", ">=", "2026-11-03"]], "order_by": "modified asc, name asc"}
    assert rows(store, **asked) == [{"name": "c"}]
    store.doctypes["Item"].rows["a"]["modified"] = "2026-12-01 00:00:00"
    store.doctypes["Item"].rows["plain"] = {"name": "plain", "modified": "2026-12-02 00:00:00"}
    del store.doctypes["Item"].rows["c"]
    assert rows(store, **asked) == [{"name": "a"}, {"name": "plain"}]
