from decimal import Decimal

from apps.core.templatetags import larder as say
from tests.factories.catalog import make_product
from tests.factories.orders import make_line, make_order

ORDERS = "/admin/orders/order/"


def lines_of(client, order):
    return client.get(f"{ORDERS}{order.pk}/change/").context["profile"].tables[0]


def test_the_lines_stand_as_they_were_sold_with_the_sums_under_them(desk):
    order = make_order(grand_total=Decimal("19"), total=Decimal("20"), discount_amount=Decimal("1"))
    product = make_product(name_en="New name")
    make_line(order, product=product, item_name="Old name", quantity=Decimal("2"), amount=Decimal("20"))
    table = lines_of(desk, order)
    assert "Old name" in table.rows[0][0]
    assert [(str(row[0]), row[-1]) for row in table.foot] == [
        ("Total of lines", say.money(Decimal("20"), "GBP")),
        ("Discount on the whole", say.money(Decimal("-1"), "GBP")),
        ("Total", say.money(Decimal("19"), "GBP")),
    ]


def test_a_rounded_order_says_what_was_asked_for_beside_its_exact_total(desk):
    exact, rounded = Decimal("10.40"), Decimal("10.00")
    order = make_order(
        grand_total=exact,
        total=exact,
        rounds_total=True,
        rounded_total=rounded,
        rounding_adjustment=rounded - exact,
    )
    assert [(str(row[0]), row[-1]) for row in lines_of(desk, order).foot] == [
        ("Total of lines", say.money(exact, "GBP")),
        ("Total", say.money(exact, "GBP")),
        ("Rounding", say.money(rounded - exact, "GBP")),
        ("Owed", say.money(rounded, "GBP")),
    ]


def test_the_amount_is_in_the_currency_of_the_order(desk):
    make_order(currency="EUR", grand_total=Decimal("5"))
    assert "€5.00" in desk.get(ORDERS).content.decode()


def test_a_clerk_reads_orders_and_takes_none_along(clerks_desk):
    make_order()
    assert clerks_desk.get(ORDERS).context["listing"].may_export is False
