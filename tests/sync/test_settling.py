"""What a run leaves unsettled is settled at its end, and only that is looked at."""

from typing import Any

import pytest

from apps.catalog.models import Product
from apps.core.actors import SYSTEM
from apps.customers.models import AddressLink
from apps.orders.models import Order, OrderLine
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.engine import tables
from apps.sync.engine.applying import Applied
from apps.sync.engine.settling import Unsettled
from apps.sync.entities import entity_called
from apps.sync.erpnext import Address
from apps.sync.models import Mark, Run
from apps.sync.states import Mode, RunState
from tests.sync.comparing import assert_joined
from tests.sync.conftest import PullEntity

pytestmark = pytest.mark.django_db
ITEMS, SALES = entity_called("items"), entity_called("sales")


def waiting() -> set[str]:
    return set(
        OrderLine.objects.filter(product=None).exclude(item_code="").values_list("item_code", flat=True)
    )


def test_a_record_that_is_committed_just_after_it_was_looked_for_is_found_at_the_end(
    pull_pages: PullEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull_pages(ITEMS)
    look_up, looked = tables.ids_named, []

    def too_early(reference: Any, names: Any, **kind: Any) -> dict[str, int]:
        looked.append(reference.to)
        return {} if reference.to is Product else look_up(reference, names, **kind)

    monkeypatch.setattr(tables, "ids_named", too_early)
    pull_pages(SALES, page=5)
    assert Product in looked
    assert not waiting() & set(Product.objects.values_list("erp_name", flat=True))
    assert_joined()


def test_who_waits_for_a_name_is_found_when_a_record_is_renamed_to_it(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(ITEMS)
    line = next(
        row
        for row in erp.site.store.doctypes["Sales Invoice Item"].rows.values()
        if row["item_code"] == "COLA#330"
    )
    erp.site.store.put("Sales Invoice Item", **line | {"item_code": "COLA"})
    pull_pages(SALES)
    assert "COLA" in waiting()
    cola = next(row for row in erp.site.store.doctypes["Item"].rows.values() if row["name"] == "COLA#330")
    erp.site.store.remove("Item", "COLA#330")
    erp.site.store.put(
        "Item", **cola | {"name": "COLA", "item_code": "COLA", "modified": "2026-11-23 08:00:00.000001"}
    )
    pull_pages(ITEMS)
    assert "COLA" not in waiting()
    assert OrderLine.objects.get(erp_row=line["name"]).product == Product.objects.get(erp_name="COLA")


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.INTERRUPTED, RunState.RUNNING])
def test_a_run_after_one_that_broke_off_settles_what_that_one_owed(
    address: Address, pull_pages: PullEntity, state: RunState
) -> None:
    services.run(["items", "sales"], actor=SYSTEM, address=address)
    OrderLine.objects.update(product=None)  # as when the worker had died before it came to that
    services.run(["items"], actor=SYSTEM, address=address)
    assert OrderLine.objects.exclude(product=None).count() == 0  # nothing says that anything is owed
    last = Run.objects.filter(entity="items").latest("id")
    ended = None if state == RunState.RUNNING else last.finished_at
    Run.objects.filter(pk=last.pk).update(state=state, finished_at=ended)
    services.run(["items"], actor=SYSTEM, address=address)
    assert_joined()


def test_the_halves_of_a_page_that_was_refused_leave_what_each_of_them_left() -> None:
    first, second = {(OrderLine, "product_id")}, {(Order, "customer_id")}
    whole = Applied(unsettled=Unsettled({Product}, set(first))) + Applied(
        unsettled=Unsettled({Order}, set(second))
    )
    assert (whole.unsettled.arrived, whole.unsettled.waiting) == ({Product, Order}, first | second)


def test_what_goes_while_an_entity_is_read_has_what_named_it_read_again_in_the_same_run(
    erp: DemoServer, address: Address
) -> None:
    """A merge: the customer goes without a trace, and its address leads to another, without a stamp."""
    services.run(["customers"], actor=SYSTEM, address=address)
    link = AddressLink.objects.exclude(customer=None).first()
    assert link is not None
    gone = link.customer_erp_name
    kept = next(
        name
        for name in (row["name"] for row in erp.site.store.doctypes["Customer"].rows.values())
        if name != gone
    )
    for row in list(erp.site.store.doctypes["Dynamic Link"].rows.values()):
        if row["link_name"] == gone:
            erp.site.store.put("Dynamic Link", **row | {"link_name": kept})
    erp.site.store.remove("Customer", gone)
    services.run(["customers"], mode=Mode.COMPARE, actor=SYSTEM, address=address)
    now = AddressLink.objects.filter(erp_row=link.erp_row).values_list("customer_erp_name", flat=True)
    assert list(now) == [kept]
    assert not Mark.objects.exists()


def test_a_line_is_marked_under_the_kind_of_its_own_document(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(ITEMS)
    pull_pages(SALES)
    line = OrderLine.objects.filter(order__document="invoice").exclude(product=None).first()
    assert line is not None
    [number] = [line.order.erp_name]
    for source in SALES.sources:
        [table] = source.children
        [reference] = table.references
        owners = tables.owners_of(source, reference, OrderLine, [line.product_id or 0], most=1000)
        kinds = set(Order.objects.filter(erp_name__in=owners).values_list("document", flat=True))
        assert kinds <= {source.fixed["document"]}
        assert (number in owners) == (source.fixed["document"] == "invoice")
