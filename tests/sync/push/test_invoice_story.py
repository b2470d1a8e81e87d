"""A supplier's invoice to the end, over HTTP: told, submitted by a person, read back, joined, undone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
import requests
from django.core.management import call_command
from django.db.models import Sum

from apps.catalog.models import Product
from apps.core.models import Outgoing
from apps.inventory import services as inventory
from apps.inventory.errors import UndoBlockedError
from apps.inventory.models import (
    Batch,
    BatchStock,
    InvoiceUpload,
    LocalBatch,
    LocalPrice,
    Receipt,
    StockLevel,
    Supplier,
)
from apps.inventory.states import Standing
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.erpnext import Address
from apps.sync.services.sending import Sent
from tests.factories.invoices import ADMIN, confirmed, csv_of, row
from tests.sync.push.conftest import READ, SYSTEM, Send, let_push, rows
from tests.sync.push.payloads import CHEESE, COLD, ITEM, KEFIR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open")]
SUPPLIER, STEM = "Northern Dairy Co-op", "Northern-001"
BROUGHT = (row("Feta", buy="30.50", sell="4.20", quantity="24"), row("Fruit", buy="0.95", quantity="10"))
Read = Callable[[], None]


@pytest.fixture
def read(address: Address) -> Read:
    """What the clock does: whatever has changed there is here."""

    def run() -> None:
        services.run((*READ, "batches"), actor=SYSTEM, address=address)

    run()
    return run


@pytest.fixture
def upload(read: Read) -> InvoiceUpload:
    """Cheese in batches and fruit in none, confirmed."""
    goods = tuple(Product.objects.get(item_code=code) for code in (CHEESE, ITEM))
    return confirmed(Supplier.objects.get(erp_name=SUPPLIER), *BROUGHT, to=goods, number="INV-77")


class Desk:
    """A person at ERPNext's own pages."""

    def __init__(self, erp: DemoServer) -> None:
        self.erp = erp

    def does(self, act: str, doctype: str, name: str, **typed: str) -> None:
        [document] = rows(self.erp, doctype, name=name)
        path = f"{self.erp.url}/app/{doctype.lower().replace(' ', '-')}/{quote(name, safe='')}"
        form = {"do": act, "modified": document["modified"]} | typed
        sent = requests.post(
            path, data=form, headers={"Accept": "text/html"}, allow_redirects=False, timeout=5
        )
        assert sent.status_code == 303, sent.text

    def receipt(self, reference: str = f"purchase_receipt/{STEM}") -> Any:
        [found] = rows(self.erp, "Purchase Receipt", custom_larder_ref=reference)
        return self.erp.site.store.document("Purchase Receipt", found["name"])


@pytest.fixture
def desk(erp: DemoServer) -> Desk:
    return Desk(erp)


def standings() -> list[Standing]:
    local = LocalBatch.objects.select_related("batch", "receipt").order_by("line__position")
    return [one.standing for one in local]


def in_stock(code: str) -> Decimal:
    held = StockLevel.objects.present().filter(item_code=code).aggregate(all=Sum("actual"))
    return held["all"] or Decimal(0)


def in_batches(code: str) -> Decimal:
    lies = BatchStock.objects.filter(batch__item_code=code).aggregate(all=Sum("quantity"))
    return lies["all"] or Decimal(0)


def test_from_the_file_to_stock_that_counts_once(
    erp: DemoServer, send: Send, read: Read, upload: InvoiceUpload, desk: Desk
) -> None:
    before = [in_stock(CHEESE), in_batches(CHEESE), in_stock(ITEM)]
    assert send() == Sent(sent=6)
    there = desk.receipt()
    said = [(line["item_code"], line["qty"], line["rate"], line.get("batch_no")) for line in there["items"]]
    assert said == [(CHEESE, 24.0, 30.5, f"{STEM}-L0"), (ITEM, 10.0, 0.95, None)]
    assert (there["docstatus"], there["supplier_delivery_note"]) == (0, "INV-77")
    assert rows(erp, "Batch", name=f"{STEM}-L0")[0]["item"] == CHEESE
    assert len(rows(erp, "Item Price", valid_from=there["posting_date"])) == 4

    read()
    assert standings() == [Standing.DRAFTED, Standing.DRAFTED]
    assert set(LocalPrice.objects.values_list("state", flat=True)) == {"joined"}
    assert [in_stock(CHEESE), in_batches(CHEESE), in_stock(ITEM)] == before

    desk.does("submit", "Purchase Receipt", there["name"])
    read()
    assert standings() == [Standing.ARRIVED, Standing.ARRIVED]
    assert [in_stock(CHEESE), in_batches(CHEESE), in_stock(ITEM)] == [
        before[0] + 24,
        before[1] + 24,
        before[2] + 10,
    ]
    batch = Batch.objects.get(number=f"{STEM}-L0")
    assert (batch.local, batch.quantity, batch.unit_cost) == (
        LocalBatch.objects.get(line__position=0),
        24,
        Decimal("30.5"),
    )
    assert (batch.receipt, batch.supplier) == (Receipt.objects.get(erp_name=there["name"]), upload.supplier)

    kept = (len(rows(erp, "Batch")), len(rows(erp, "Purchase Receipt")), len(rows(erp, "Item Price")))
    assert send(5) == Sent()
    read()
    assert standings() == [Standing.ARRIVED, Standing.ARRIVED]
    assert (len(rows(erp, "Batch")), len(rows(erp, "Purchase Receipt")), len(rows(erp, "Item Price"))) == kept


def test_it_is_undone_once_everything_of_it_was_taken_back_there(
    erp: DemoServer, send: Send, read: Read, upload: InvoiceUpload, desk: Desk
) -> None:
    send()
    read()
    name = desk.receipt()["name"]
    assert blocked(upload)[0] == f"ERPNext has receipt {name} as a draft: delete it there first."
    desk.does("submit", "Purchase Receipt", name)
    read()
    assert blocked(upload)[:2] == [
        f"ERPNext has receipt {name}, submitted: cancel it there first.",
        f"ERPNext has batch {STEM}-L0.",
    ]
    desk.does("cancel", "Purchase Receipt", name)
    read()
    assert standings() == [Standing.CANCELLED, Standing.CANCELLED]
    said = blocked(upload)
    assert len(said) == 4
    assert all("has this price of" in one for one in said)
    for price in LocalPrice.objects.select_related("item_price"):
        assert price.item_price is not None
        desk.does("delete", "Item Price", price.item_price.erp_name)
    read()
    assert blocked(upload) == []
    inventory.undo_upload(upload.pk, reason="Another shop's invoice", actor=ADMIN)
    assert set(standings()) == {Standing.VOID}
    assert send(5) == Sent(sent=1)
    assert rows(erp, "Batch", name=f"{STEM}-L0")[0]["disabled"] == 1
    read()
    assert not Batch.objects.get(number=f"{STEM}-L0").is_active
    assert set(standings()) == {Standing.VOID}


def blocked(upload: InvoiceUpload) -> list[str]:
    """What keeps it from being undone, and keeps it indeed."""
    said = [one.message for one in inventory.blockers(upload)]
    if said:
        with pytest.raises(UndoBlockedError):
            inventory.undo_upload(upload.pk, reason="Wrong", actor=ADMIN)
    return said


def test_a_draft_that_was_deleted_before_we_had_read_it(
    send: Send, read: Read, upload: InvoiceUpload, desk: Desk
) -> None:
    let_push(prices=False)
    send()
    name = desk.receipt()["name"]
    desk.does("delete", "Purchase Receipt", name)
    read()
    assert standings() == [Standing.NUMBERED, Standing.AWAITED]
    assert blocked(upload) == [f"Message purchase_receipt/{STEM} to ERPNext: sent."]


def test_what_a_clerk_confirmed_while_push_was_off_is_sent_later_and_no_goods_twice(
    erp: DemoServer, send: Send, read: Read, desk: Desk
) -> None:
    let_push(prices=False, batches=False)
    goods = tuple(Product.objects.get(item_code=code) for code in (CHEESE, ITEM))
    made = confirmed(Supplier.objects.get(erp_name=SUPPLIER), *BROUGHT, to=goods, number="INV-77")
    by_hand = {
        "supplier": SUPPLIER, "supplier_delivery_note": "INV-77", "docstatus": 1, "set_posting_time": 1,
        "posting_date": made.dated.isoformat(),
        "items": [{"item_code": ITEM, "qty": 10, "rate": 0.95, "warehouse": COLD}],
    }  # fmt: skip
    erp.site.desk.insert(next(iter(erp.site.users.values())), "Purchase Receipt", by_hand)
    read()
    assert standings() == [Standing.AWAITED, Standing.ARRIVED]
    let_push(prices=False)
    assert (send(), inventory.tell_later(made.pk, actor=ADMIN)) == (Sent(), 2)
    assert send(1) == Sent(sent=2)
    assert [line["item_code"] for line in desk.receipt()["items"]] == [CHEESE]


def test_the_command_comes_to_the_same(
    send: Send, read: Read, desk: Desk, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    names = dict(Product.objects.filter(item_code__in=(CHEESE, ITEM)).values_list("item_code", "name_en"))
    file = tmp_path / "invoice.csv"
    file.write_bytes(csv_of(row(names[CHEESE], quantity="24"), row(names[ITEM])).getvalue())
    call_command(
        "invoices", "import", str(file), "--supplier", SUPPLIER, "--number", "INV-9", "--date", "2026-11-20"
    )
    assert f"2 batches {STEM}-L…" in capsys.readouterr().out
    assert send() == Sent(sent=6)
    desk.does("submit", "Purchase Receipt", desk.receipt()["name"])
    read()
    assert standings() == [Standing.ARRIVED, Standing.ARRIVED]
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}


# --- an item is called otherwise by then -------------------------------------------------------------------
def names(erp: DemoServer) -> set[str]:
    """The items of what was written, as ERPNext has them."""
    receipt = Desk(erp).receipt()
    prices = rows(erp, "Item Price", valid_from=receipt["posting_date"])
    batches = rows(erp, "Batch", name=f"{STEM}-L0")
    return {
        *(line["item_code"] for line in receipt["items"]),
        *(price["item_code"] for price in prices),
        *(batch["item"] for batch in batches),
    }


@pytest.mark.parametrize("is_read_first", [True, False])
def test_what_was_renamed_between_confirmation_and_push_is_told_by_its_new_name(
    erp: DemoServer, send: Send, read: Read, upload: InvoiceUpload, desk: Desk, is_read_first: bool
) -> None:
    desk.does("rename", "Item", CHEESE, called="FETA-200")
    if not is_read_first:
        assert send() == Sent(sent=2, given_up=3, held=1)  # it knows better than to make what is not there
    read()
    assert send(6).sent == (6 if is_read_first else 4)
    assert names(erp) == {"FETA-200", ITEM}
    desk.does("submit", "Purchase Receipt", desk.receipt()["name"])
    read()
    assert standings() == [Standing.ARRIVED, Standing.ARRIVED]
    assert set(LocalPrice.objects.values_list("state", flat=True)) == {"joined"}


def test_what_was_merged_into_another_is_told_of_that(
    erp: DemoServer, send: Send, read: Read, upload: InvoiceUpload, desk: Desk
) -> None:
    desk.does("merge", "Item", CHEESE, called=KEFIR)
    read()
    came = send()
    assert (came.sent, came.given_up, came.changed) == (6, 0, 1)
    assert names(erp) == {KEFIR, ITEM}
    desk.does("submit", "Purchase Receipt", desk.receipt()["name"])
    read()
    assert standings() == [Standing.ARRIVED, Standing.ARRIVED]
    assert Batch.objects.get(number=f"{STEM}-L0").quantity == 24
