"""What orders put on other apps' pages."""

from decimal import Decimal

import pytest
from django.test import RequestFactory

from apps.orders.panels import order_of_entry, orders_of_customer
from tests.factories.customers import make_customer, make_entry, make_program
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def test_a_return_lowers_what_a_customer_spent_and_is_no_order(rf: RequestFactory):
    jane = make_customer("C-1", name="Jane")
    make_order("SINV-1", customer=jane, base_grand_total=Decimal("20"))
    make_order("SINV-2", customer=jane, base_grand_total=Decimal("-5"), is_return=True)
    make_order("SINV-3", base_grand_total=Decimal("100"))
    facts = orders_of_customer(jane, rf.get("/"))
    assert (facts["sums"]["orders"], facts["sums"]["revenue"]) == (1, Decimal("15"))
    assert {order.erp_name for order in facts["orders"]} == {"SINV-1", "SINV-2"}


def test_an_entry_of_points_leads_to_the_sale_that_earned_them(rf: RequestFactory):
    jane, club = make_customer(), make_program()
    sale = make_order("SINV-1", customer=jane)
    make_order("SINV-2", customer=jane)
    earned = make_entry(jane, club, invoice_name="SINV-1")
    assert list(order_of_entry(earned, rf.get("/"))["orders"]) == [sale]
    assert list(order_of_entry(make_entry(jane, club), rf.get("/"))["orders"]) == []
