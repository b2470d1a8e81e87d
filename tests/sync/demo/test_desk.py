"""What documents of every DocType go through: renamed, merged, deleted, named again; by whom, how asked."""

from typing import Any

import pytest

from apps.sync.demo import DEMO_SECRET
from apps.sync.demo.alive.hand import CLERK
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from tests.sync.demo.writing import Desk, with_units

OTHER_KEY = "otherkey"
ITEM, SOLD = "GRO-0012", "GRO-0031"
RULE = {"title": "Ten off", "items": [{"item_code": ITEM}], "selling": 1, "discount_percentage": 10}


@pytest.fixture
def desk(erp: DemoServer) -> Desk:
    return Desk(with_units(erp))


def gone(desk: Desk, doctype: str) -> list[str]:
    """What the site says was deleted since it was recorded, the last first."""
    rows = desk.list(
        "Deleted Document", "deleted_name", "creation", deleted_doctype=doctype, order_by="creation desc"
    )
    return [row["deleted_name"] for row in rows if row["creation"] > "2026-11-23"]


def lines_of(desk: Desk, item: str) -> list[Any]:
    """The names and stamps of the invoice lines that sell an item."""
    asked = {"parent": "Sales Invoice", "fields": ["name", "modified"], "filters": {"item_code": item}}
    asked |= {"doctype": "Sales Invoice Item", "order_by": "name asc", "limit_page_length": 0}
    return list(desk.call("POST", "method/frappe.client.get_list", asked)["message"])


# --- renamed and merged ------------------------------------------------------------------------------------
def test_a_renamed_item_keeps_its_creation_and_takes_its_links_along(desk: Desk) -> None:
    before, prices = desk.get("Item", SOLD), desk.list("Item Price", "name", "modified", item_code=SOLD)
    lines = lines_of(desk, SOLD)
    assert prices
    assert lines
    assert desk.rename("Item", SOLD, "BREAD")["message"] == "BREAD"
    after = desk.get("Item", "BREAD")
    assert (after["creation"], after["item_code"]) == (before["creation"], "BREAD")
    assert after["modified"] > before["modified"]
    assert after["item_name"] == before["item_name"]
    assert [unit["parent"] for unit in after["uoms"]] == ["BREAD"] * len(before["uoms"])
    assert desk.list("Item Price", "name", "modified", item_code="BREAD") == prices
    assert lines_of(desk, "BREAD") == lines


def test_the_old_name_is_unknown_and_only_a_comment_tells_of_it(desk: Desk) -> None:
    desk.rename("Item", SOLD, "BREAD")
    desk.call("GET", f"resource/Item/{SOLD}", status=404)
    assert gone(desk, "Item") == []
    said = desk.list("Comment", "comment_type", "content", reference_doctype="Item", reference_name="BREAD")
    content = f"renamed from <strong>{SOLD}</strong> to <strong>BREAD</strong>"
    assert said == [{"comment_type": "Edit", "content": content}]


def test_the_title_follows_the_name_where_it_was_the_name(desk: Desk) -> None:
    desk.put("Item", ITEM, item_name=ITEM)
    desk.rename("Item", ITEM, "PEARS")
    assert desk.get("Item", "PEARS")["item_name"] == "PEARS"
    desk.rename("Supplier", "Defunct Imports", "Gone Imports")
    assert desk.get("Supplier", "Gone Imports")["supplier_name"] == "Gone Imports"


def test_a_merged_document_is_listed_as_deleted_and_its_links_lead_on(desk: Desk) -> None:
    lines = {line["name"] for line in lines_of(desk, SOLD) + lines_of(desk, ITEM)}
    stays = desk.get("Item", ITEM)
    desk.rename("Item", SOLD, ITEM, merge=1)
    assert gone(desk, "Item") == [SOLD]
    assert {line["name"] for line in lines_of(desk, ITEM)} == lines
    assert desk.get("Item", ITEM) == stays
    desk.call("GET", f"resource/Item/{SOLD}", status=404)


def test_a_rename_that_cannot_be_changes_nothing(desk: Desk) -> None:
    before = desk.get("Item", SOLD)
    desk.rename("Item", SOLD, ITEM.lower(), status=417)  # is there, whatever the letters' case
    desk.rename("Item", SOLD, "NOPE", merge=1, status=417)
    desk.rename("Item", SOLD, "  ", status=417)
    desk.rename("Item", SOLD, "<b>", status=409)
    desk.rename("Item", "NOPE", "BREAD", status=404)
    desk.rename("Nope", SOLD, "BREAD", status=404)
    desk.rename("Sales Invoice", "ACC-SINV-2026-00183", "MINE", status=417)
    desk.call("PUT", f"resource/Item/{SOLD}", {"name": "BREAD"}, status=404)
    assert desk.get("Item", SOLD) == before
    assert desk.list("Comment", "name") == []


def test_an_item_may_change_the_case_of_its_name(desk: Desk) -> None:
    desk.rename("Item", "sumac_100g", "SUMAC_100G")
    assert desk.get("Item", "sumac_100g")["name"] == "SUMAC_100G"


# --- deleted, and named anew -------------------------------------------------------------------------------
def test_a_deleted_document_is_listed_with_who_deleted_it_and_when(desk: Desk) -> None:
    made = desk.post("Brand", brand="Plum & Sons")
    assert desk.delete("Brand", "plum & sons") == {"data": "ok"}
    desk.call("GET", "resource/Brand/Plum & Sons", status=404)
    (trace,) = desk.list("Deleted Document", "*", deleted_name="Plum & Sons")
    assert (trace["deleted_doctype"], trace["owner"]) == ("Brand", "sync.admin@grocer.example")
    assert (trace["restored"], trace["new_name"], trace["creation"] > made["creation"]) == (0, None, True)
    assert desk.delete("Brand", "Plum & Sons", status=404) == {"exc_type": "DoesNotExistError"}


def test_what_goes_with_an_item_goes_without_a_trace(desk: Desk) -> None:
    desk.post("Item", item_code="PLUM", item_group="Fruit", stock_uom="Nos", standard_rate=1.2)
    desk.delete("Item", "PLUM")
    assert gone(desk, "Item") == ["PLUM"]
    assert (gone(desk, "Item Price"), desk.list("Item Price", "name", item_code="PLUM")) == ([], [])


def test_what_others_name_is_kept_and_a_refused_deletion_leaves_all_in_place(desk: Desk) -> None:
    prices = desk.list("Item Price", "name", item_code=SOLD)
    refused = desk.delete("Item", SOLD, status=417)
    assert refused["exc_type"] == "LinkExistsError"
    assert desk.list("Item Price", "name", item_code=SOLD) == prices
    assert desk.delete("Brand", "Al Noor", status=417)["exc_type"] == "LinkExistsError"


def test_the_newest_number_of_a_series_is_given_to_another_document(desk: Desk) -> None:
    first = desk.post("Pricing Rule", **RULE)
    desk.delete("Pricing Rule", first["name"])
    second = desk.post("Pricing Rule", **RULE | {"title": "Other"})
    assert second["name"] == first["name"] == "PRLE-0012"
    assert second["creation"] > first["creation"]
    assert gone(desk, "Pricing Rule") == ["PRLE-0012"]  # listed, and there again


def test_a_refused_document_leaves_no_trace_in_a_series(desk: Desk) -> None:
    desk.erp.site.store.series.pop("PRLE-", None)

    def refused(life: Life) -> None:
        life.insert("Pricing Rule", {**RULE, "name": "PRLE-0500"})
        life.insert("Pricing Rule", RULE)
        life.insert("Pricing Rule", {"title": "None"})

    with pytest.raises(RefusalError):
        desk.erp.site.desk.do(CLERK, refused)
    assert desk.post("Pricing Rule", **RULE)["name"] == "PRLE-0012"


@pytest.mark.parametrize(
    ("docstatus", "said"),
    [(2, "Cannot change docstatus from 0 (Draft) to 2 (Cancelled)"), (7, "Invalid docstatus")],
)
def test_nothing_begins_as_cancelled(desk: Desk, docstatus: int, said: str) -> None:
    line = {"item_code": "GRO-0032", "qty": 1, "rate": 2}
    before = len(desk.list("Sales Invoice", "name"))
    refused = desk.post(
        "Sales Invoice", customer="Emily Smith", items=[line], docstatus=docstatus, status=417
    )
    assert refused["exception"].endswith(said)
    assert len(desk.list("Sales Invoice", "name")) == before


@pytest.mark.parametrize(
    ("given", "exc_type"),
    [
        ({"docstatus": "submitted"}, "ValueError"),
        ({"items": ["GRO-0032"]}, "AttributeError"),
        ({"title": "\ud800"}, "UnicodeEncodeError"),
        ({"discount_percentage": "nan"}, "ProgrammingError"),
        ({"discount_percentage": "-inf"}, "ProgrammingError"),
        ({"has_priority": 1e30}, "DataError"),
    ],
)
def test_what_it_stumbles_over_is_answered_with_the_stumble_and_leaves_nothing(
    desk: Desk, given: dict[str, Any], exc_type: str
) -> None:
    before = desk.list("Pricing Rule", "name", "title")
    assert desk.post("Pricing Rule", status=500, **RULE | given)["exc_type"] == exc_type
    assert desk.list("Pricing Rule", "name", "title") == before


def test_an_older_number_is_not_given_again(desk: Desk) -> None:
    first, second = (desk.post("Pricing Rule", **RULE)["name"] for _ in range(2))
    desk.delete("Pricing Rule", first)
    assert desk.post("Pricing Rule", **RULE)["name"] == "PRLE-0014"
    assert second == "PRLE-0013"


def test_nothing_is_called_nothing(desk: Desk) -> None:
    refused = desk.post("Pricing Rule", name="  ", status=417, **RULE)
    assert refused["exception"].endswith("No Name Specified for Pricing Rule")


def test_a_name_of_ones_own_is_kept_once(desk: Desk) -> None:
    assert desk.post("Pricing Rule", name="OURS", **RULE)["name"] == "OURS"
    assert desk.post("Pricing Rule", name="ours", status=409, **RULE)["exc_type"] == "DuplicateEntryError"


# --- other doors -------------------------------------------------------------------------------------------
def call(desk: Desk, method: str, *, status: int = 200, **given: Any) -> Any:
    return desk.call("POST", f"method/frappe.client.{method}", given, status=status)


def test_the_client_methods_write_as_the_resources_do(desk: Desk) -> None:
    made = call(desk, "insert", doc={"doctype": "Pricing Rule", **RULE})["message"]
    named = {"doctype": "Pricing Rule", "name": made["name"]}
    assert call(desk, "save", doc={**made, "title": "Saved"})["message"]["title"] == "Saved"
    assert call(desk, "set_value", **named, fieldname="title", value="Set")["message"]["title"] == "Set"
    several = {"title": "Both", "discount_percentage": 5}
    changed = call(desk, "set_value", **named, fieldname=several)["message"]
    assert (changed["title"], changed["discount_percentage"]) == ("Both", 5)
    assert call(desk, "delete", **named) == {}
    assert gone(desk, "Pricing Rule") == [made["name"]]
    assert call(desk, "save", doc={"doctype": "Pricing Rule", **RULE})["message"]["title"] == "Ten off"


def test_the_client_methods_refuse_as_the_resources_do(desk: Desk) -> None:
    made = call(desk, "insert", doc={"doctype": "Pricing Rule", **RULE})["message"]
    desk.put("Pricing Rule", made["name"], title="Newer")
    assert call(desk, "save", doc=made, status=417)["exc_type"] == "TimestampMismatchError"
    assert call(desk, "insert", doc={"doctype": "Nope"}, status=404)["exc_type"] == "DoesNotExistError"
    call(desk, "delete", doctype="Pricing Rule", name="NOPE", status=404)
    answer = desk.call("GET", "method/frappe.client.delete", doctype="Item", name=ITEM, status=403)
    assert answer["exc_type"] == "PermissionError"
    assert desk.get("Pricing Rule", made["name"])["title"] == "Newer"


def test_a_document_is_submitted_and_cancelled_by_method_too(desk: Desk) -> None:
    desk.erp.site.store.series["ACC-SINV-2026-"] = 999  # behind all that other recorded documents name
    line = {"item_code": "GRO-0032", "qty": 1, "rate": 2}
    made = desk.post("Sales Invoice", customer="Emily Smith", items=[line])
    assert call(desk, "submit", doc=made)["message"]["docstatus"] == 1
    named = {"doctype": "Sales Invoice", "name": made["name"]}
    assert call(desk, "cancel", **named)["message"]["docstatus"] == 2
    other = desk.post("Sales Invoice", customer="Emily Smith", items=[line])["name"]
    desk.call("POST", f"resource/Sales Invoice/{other}", run_method="submit")
    assert desk.get("Sales Invoice", other)["docstatus"] == 1


def test_the_second_api_writes_too_and_refuses_in_its_own_words(desk: Desk) -> None:
    made = desk.call("POST", "v2/document/Pricing Rule", RULE)["data"]
    path = f"v2/document/Pricing Rule/{made['name']}"
    assert desk.call("PATCH", f"{path}/", {"title": "Patched"})["data"]["title"] == "Patched"
    assert desk.call("PUT", path, {"title": "Put"})["data"]["title"] == "Put"
    (error,) = desk.call("PUT", path, {"selling": 0}, status=417)["errors"]
    assert error["type"] == "ValidationError"
    assert error["message"] == "Atleast one of the Selling or Buying must be selected"
    assert desk.call("DELETE", path, status=202) == {"data": "ok"}
    (error,) = desk.call("GET", path, status=404)["errors"]
    assert error["message"] == f"Pricing Rule {made['name']} not found"
    desk.call(
        "PATCH", f"resource/Item/{ITEM}", {"item_name": "x"}, status=404
    )  # the first API has no such door


# --- rights ------------------------------------------------------------------------------------------------
def limited(desk: Desk, *roles: str) -> Desk:
    """The same site with the key of somebody who has these roles only."""
    user = User("somebody@grocer.example", DEMO_SECRET, roles=frozenset(roles))
    desk.erp.site.users[OTHER_KEY] = user
    return Desk(desk.erp, key=OTHER_KEY)


def may(desk: Desk, method: str, doctype: str) -> set[str]:
    """The roles of which each alone is enough; an empty body is refused too, but for other reasons."""
    path, body = f"resource/{doctype}", {} if method == "POST" else None
    return {role for role in ROLES if limited(desk, role).answer(method, path, body).status_code != 403}


READ_BY = {
    "Item": {"Sales User", "Stock User", "Purchase User", "Item Manager"},
    "Item Price": {"Sales Master Manager", "Purchase Master Manager"},
    "Customer": {"Sales User", "Stock User", "Accounts User"},
    "Supplier": {"Purchase User", "Accounts User", "Stock User"},
    "Sales Invoice": {"Accounts User", "Accounts Manager"},
    "Loyalty Point Entry": {"Accounts User", "Accounts Manager", "Auditor"},
    "Loyalty Program": {"System Manager"},
    "Deleted Document": {"System Manager"},
    "Webhook": {"System Manager"},
    "Sales Order": {"Sales User", "Accounts User", "Stock User"},
    "Delivery Note": {"Stock User", "Sales User", "Accounts User"},
    "Batch": {"Item Manager"},
    "Bin": {"Stock User"},
    "Stock Ledger Entry": {"Stock User"},
    "Serial and Batch Bundle": {"Stock User"},
    "Pricing Rule": {"Sales Manager", "Accounts Manager", "System Manager"},
}
WRITTEN_BY = {
    "Purchase Receipt": {"Stock User", "Purchase User"},
    "Sales Invoice": {"Accounts User"},
    "POS Invoice": {"Accounts User"},
    "Batch": {"Item Manager"},
    "Item Price": {"Sales Master Manager", "Purchase Master Manager"},
    "Pricing Rule": {"Sales Manager", "Accounts Manager", "System Manager"},
    "Custom Field": {"System Manager"},
    "Webhook": {"System Manager"},
}
ROLES = sorted(set().union(*READ_BY.values(), *WRITTEN_BY.values()))


@pytest.mark.parametrize("doctype", READ_BY)
def test_who_reads_what(desk: Desk, doctype: str) -> None:
    assert may(desk, "GET", doctype) == READ_BY[doctype]


@pytest.mark.parametrize("doctype", WRITTEN_BY)
def test_who_writes_what(desk: Desk, doctype: str) -> None:
    assert may(desk, "POST", doctype) == WRITTEN_BY[doctype]


@pytest.mark.parametrize("doctype", ["Loyalty Point Entry", "Bin", "Stock Ledger Entry", "Deleted Document"])
def test_what_only_the_books_write_nobody_else_does(desk: Desk, doctype: str) -> None:
    refused = desk.post(doctype, status=403)
    assert refused["_error_message"] == f"No permission for {doctype}"


def test_any_user_writes_addresses(desk: Desk) -> None:
    given = {"address_title": "Plum", "address_line1": "1 High Street", "city": "Leeds"}
    given["country"] = "United Kingdom"
    made = limited(desk, "Auditor").post("Address", **given)
    assert (made["name"], made["owner"]) == ("Plum-Billing", "somebody@grocer.example")


def test_without_the_role_nothing_is_changed_deleted_or_renamed(desk: Desk) -> None:
    reader = limited(desk, "Sales User")
    before = desk.get("Item", ITEM)
    assert reader.put("Item", ITEM, item_name="x", status=403)["_error_message"] == "No permission for Item"
    assert "User not allowed to delete Item" in reader.delete("Item", ITEM, status=403)["exception"]
    reader.rename("Item", ITEM, "PEARS", status=403)
    assert call(reader, "set_value", doctype="Item", name=ITEM, fieldname="item_name", value="x", status=403)
    assert desk.get("Item", ITEM) == before


def test_without_a_key_nothing_is_written(desk: Desk) -> None:
    nobody = Desk(desk.erp, key="nobody")
    assert nobody.post("Brand", brand="Plum", status=401)["exc_type"] == "AuthenticationError"
