"""Which orders count, and how staff find them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.orders.models import Order
from apps.orders.states import OrderDocument, OrderStatus
from tests.factories.orders import make_line, make_order

pytestmark = pytest.mark.django_db


def names(orders: object) -> set[str]:
    return {order.erp_name for order in orders}  # type: ignore[attr-defined]


def test_drafts_and_what_is_gone_are_no_orders() -> None:
    make_order("sold")
    make_order("cancelled", status=OrderStatus.CANCELLED, erp_docstatus=2)
    make_order("draft", status=OrderStatus.DRAFT, erp_docstatus=0)
    make_order("gone", gone_at=timezone.now())
    assert names(Order.objects.placed()) == {"sold", "cancelled"}


def test_active_is_open_and_to_deliver() -> None:
    for status in OrderStatus:
        make_order(status.value, status=status)
    assert names(Order.objects.active()) == {"open", "to_deliver"}


def test_revenue_is_submitted_invoices_with_returns() -> None:
    make_order("sold", status=OrderStatus.COMPLETED)
    make_order("returned", status=OrderStatus.RETURNED, is_return=True)
    make_order("cancelled", status=OrderStatus.CANCELLED, erp_docstatus=2)
    make_order("draft", status=OrderStatus.DRAFT, erp_docstatus=0)
    counting = Order.objects.counting_as_revenue()
    assert names(counting) == {"sold", "returned"}
    assert {order.erp_name for order in Order.objects.all() if order.counts_as_revenue} == names(counting)


def test_overdue_is_owed_past_its_day_whatever_erpnext_calls_it() -> None:
    make_order("late", outstanding=Decimal(5), due_on=date(2026, 3, 1), erp_status="Unpaid")
    make_order("today", outstanding=Decimal(5), due_on=date(2026, 3, 2), erp_status="Overdue")
    make_order("paid", outstanding=Decimal(0), due_on=date(2026, 3, 1))
    assert names(Order.objects.overdue(date(2026, 3, 2))) == {"late"}


def test_a_span_holds_its_start_and_not_its_end() -> None:
    make_order("before", placed_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    make_order("first", placed_at=datetime(2026, 3, 1, tzinfo=UTC))
    make_order("after", placed_at=datetime(2026, 4, 1, tzinfo=UTC))
    march = Order.objects.between(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert names(march) == {"first"}


def test_orders_are_found_by_an_item_once_however_many_lines_hold_it() -> None:
    order = make_order("two lines")
    make_line(order, position=1, item_code="HONEY")
    make_line(order, position=2, item_code="HONEY")
    make_line(make_order("other"), item_code="COLA")
    assert [found.erp_name for found in Order.objects.holding("HONEY")] == ["two lines"]


@pytest.mark.parametrize("words", ["sinv-7", "Begum", "PO 12", "  begum "])
def test_orders_are_found_by_number_customer_or_their_own_number(words: str) -> None:
    make_order("SINV-7", customer_name="Olivia Begum", po_number="PO 12")
    make_order("SINV-8", customer_name="Wei Patel")
    assert names(Order.objects.matching(words)) == {"SINV-7"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2026-00042", {"ACC-SINV-2026-00042"}),
        ("beg oli", {"ACC-SINV-2026-00042"}),
        ("ليل", {"ACC-SINV-2026-00043"}),
        ("o'ne", {"ACC-SINV-2026-00044"}),
        ("séan", {"ACC-SINV-2026-00044"}),
        ("egum", set()),
        ("--", set()),
        ("' | 'x", set()),
        ("", {"ACC-SINV-2026-00042", "ACC-SINV-2026-00043", "ACC-SINV-2026-00044"}),
    ],
)
def test_every_word_is_found_by_its_beginning(words: str, found: set[str]) -> None:
    make_order("ACC-SINV-2026-00042", customer_name="Olivia Begum")
    make_order("ACC-SINV-2026-00043", customer_name="متجر ليلى")
    make_order("ACC-SINV-2026-00044", customer_name="Seán O’Neill")
    assert names(Order.objects.matching(words)) == found


def test_the_search_goes_by_its_index_however_the_list_is_sorted() -> None:
    make_order("SINV-7")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Order.objects.matching("sinv-7").newest_first()[:20].explain()
    assert "orders_order_by_words" in plan


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({"document": OrderDocument.INVOICE}, True),
        ({"document": OrderDocument.POS}, True),
        ({"document": OrderDocument.ORDER}, False),
        ({"is_consolidated": True}, False),
        ({"erp_docstatus": 0}, False),
    ],
)
def test_an_order_says_of_itself_what_the_revenue_says_of_it(given: dict[str, object], counts: bool) -> None:
    order = make_order("one", **given)
    assert order.counts_as_revenue is counts
    assert names(Order.objects.counting_as_revenue()) == ({"one"} if counts else set())


def test_the_newest_comes_first() -> None:
    make_order("old", placed_at=datetime(2026, 3, 1, tzinfo=UTC))
    make_order("new", placed_at=datetime(2026, 3, 2, tzinfo=UTC))
    make_order("newer of one moment", placed_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert [order.erp_name for order in Order.objects.newest_first()] == [
        "newer of one moment",
        "new",
        "old",
    ]


def test_what_is_owed_is_the_rounded_total_where_the_site_rounds() -> None:
    totals = {"grand_total": Decimal("10.40"), "rounded_total": Decimal(10)}
    assert make_order(rounds_total=True, **totals).owed == Decimal(10)
    assert make_order(rounds_total=False, **totals).owed == Decimal("10.40")


def test_one_name_is_one_present_order_at_a_time() -> None:
    make_order("SINV-1", erp_creation="2026-01-01 08:00:00")
    with pytest.raises(IntegrityError, match="orders_order_present_name"), transaction.atomic():
        make_order("SINV-1", erp_creation="2026-01-02 08:00:00")
    Order.objects.update(gone_at=timezone.now())
    make_order("SINV-1", erp_creation="2026-01-02 08:00:00")
    assert Order.objects.count() == 2
