"""What staff's apps read: products, customers, orders and themselves, on real records."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.permissions import CATALOGUE, Role
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_category, make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_line, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(StaffFactory(role=Role.CLERK, email="clerk@example.com", full_name="Carla"))
    return client


def names(response, field: str) -> list[str]:
    assert response.status_code == 200, response.content
    return [row[field] for row in response.json()["results"]]


def test_me_says_who_i_am_and_what_i_may_do(clerk):
    body = clerk.get("/api/v1/staff/me").json()
    assert body.pop("id").isdigit()
    assert body == {
        "email": "clerk@example.com",
        "full_name": "Carla",
        "language": "en",
        "theme": "system",
        "roles": ["Clerk"],
        "permissions": sorted(CATALOGUE.defaults[Role.CLERK]),
        "permissions_version": 1,
    }


def test_a_product_in_the_list_says_what_it_is(clerk):
    dairy = make_category("Dairy")
    milk = make_product(
        "MILK-1", name_en="Milk", category=dairy, brand_name="Alpine", stock_unit="Litre",
        standard_rate=Decimal("1.255"), barcodes=("501", "502"),
    )  # fmt: skip
    assert clerk.get("/api/v1/staff/products").json() == {
        "results": [
            {
                "id": str(milk.pk),
                "item_code": "MILK-1",
                "name": "Milk",
                "category": {"id": str(dairy.pk), "name": "Dairy"},
                "brand": "Alpine",
                "barcodes": ["501", "502"],
                "stock_unit": "Litre",
                "picture": None,
                "price": None,
                "is_active": True,
                "is_sold": True,
            }
        ],
        "next": None,
        "previous": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=milk", ["MILK-1"]),
        ("search=CHE", ["CHEESE/2"]),
        ("search=5012", ["MILK-1"]),
        ("barcode=5012345", ["MILK-1"]),
        ("barcode=501", []),
        ("brand=Alpine", ["CHEESE/2", "MILK-1"]),
        ("is_active=false", ["OLD"]),
        ("is_active=true&ordering=-item_code", ["MILK-1", "CHEESE/2"]),
        ("category=999999999999999999999", []),
    ],
)
def test_products_can_be_searched_narrowed_and_ordered(clerk, query, found):
    make_product("MILK-1", brand_name="Alpine", barcodes=("5012345",))
    make_product("CHEESE/2", brand_name="Alpine")
    make_product("OLD", is_active=False)
    make_product("GONE", gone_at=timezone.now())
    assert names(clerk.get(f"/api/v1/staff/products?{query}"), "item_code") == found


@pytest.mark.parametrize(("code", "found"), [("CHEESE/2", "CHEESE/2"), ("5012345", "MILK-1"), ("777", "777")])
def test_a_product_is_found_by_code_or_barcode_and_a_code_wins(clerk, code, found):
    make_product("CHEESE/2")
    make_product("MILK-1", barcodes=("5012345", "777"))
    make_product("777")
    body = clerk.get(f"/api/v1/staff/products/{code}").json()
    assert (body["item_code"], body["units"], body["sold_until"]) == (found, [], None)


@pytest.mark.parametrize("code", ["NONE", "GONE", "%00", "A%00B"])
def test_a_product_that_is_not_there_is_a_404(clerk, code):
    make_product("GONE", gone_at=timezone.now())
    response = clerk.get(f"/api/v1/staff/products/{code}")
    assert (response.status_code, response.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=jane", ["C-1"]),
        ("search=%2B44 7700 900123", ["C-1"]),
        ("group=Retail", ["C-1", "C-2"]),
        ("loyalty_tier=Gold", ["C-2"]),
        ("is_active=false", ["C-3"]),
        ("ordering=-name&group=Retail", ["C-2", "C-1"]),
    ],
)
def test_customers_can_be_searched_narrowed_and_ordered(clerk, query, found):
    make_customer("C-1", name="Jane", group_name="Retail", mobile="+44 7700 900123")
    make_customer("C-2", name="Zoë", group_name="Retail", loyalty_tier="Gold")
    make_customer("C-3", name="Old", is_active=False)
    make_customer("C-4", name="Gone", gone_at=timezone.now())
    assert names(clerk.get(f"/api/v1/staff/customers?{query}"), "erp_name") == found


def test_a_customer_is_found_by_id(clerk):
    jane = make_customer("C-1", name="Jane", email="jane@example.com", details="Rings twice")
    gone = make_customer("C-2", gone_at=timezone.now())
    body = clerk.get(f"/api/v1/staff/customers/{jane.pk}").json()
    assert (body["id"], body["email"], body["details"]) == (str(jane.pk), "jane@example.com", "Rings twice")
    for missing in (gone.pk, 10**30):
        assert clerk.get(f"/api/v1/staff/customers/{missing}").status_code == 404


def test_an_order_says_what_was_sold_and_for_how_much(clerk):
    jane = make_customer("C-1", name="Jane")
    order = make_order(
        "SINV/26/1", customer=jane, currency="EUR", grand_total=Decimal("19.985"), rounds_total=True,
        rounded_total=Decimal("20"), placed_at=datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
    )  # fmt: skip
    make_line(
        order,
        item_code="MILK-1",
        item_name="Milk",
        quantity=Decimal("1.5"),
        unit="Litre",
        rate=Decimal("3.333"),
    )
    body = clerk.get("/api/v1/staff/orders/SINV/26/1").json()
    assert {name: body[name] for name in ("number", "status", "placed_at", "customer", "total", "owed")} == {
        "number": "SINV/26/1",
        "status": "open",
        "placed_at": "2026-07-01T08:30:00Z",
        "customer": {"id": str(jane.pk), "erp_name": "C-1", "name": "Jane"},
        "total": {"amount": "19.99", "currency": "EUR"},
        "owed": {"amount": "20.00", "currency": "EUR"},
    }
    assert body["lines"] == [
        {
            "position": 1,
            "item_code": "MILK-1",
            "name": "Milk",
            "barcode": "",
            "quantity": "1.500000000",
            "unit": "Litre",
            "price": {"amount": "3.33", "currency": "EUR"},
            "amount": {"amount": "10.00", "currency": "EUR"},
            "is_free": False,
            "batch_number": "",
        }
    ]


def test_a_number_that_several_kinds_of_document_have_is_refused_until_the_kind_is_named(clerk):
    make_order("26-1", document="invoice", customer_name="Jane")
    make_order("26-1", document="order", customer_name="Zoë")
    make_order("26-1", document="pos", gone_at=timezone.now())
    refused = clerk.get("/api/v1/staff/orders/26-1")
    body = refused.json()
    assert (refused.status_code, body["code"], body["type"]) == (
        409,
        "ambiguous-number",
        "/problems/ambiguous-number",
    )
    assert body["detail"] == (
        "“26-1” is the number of several documents (Invoice, Sales order); say which is meant."
    )
    assert body["errors"] == [
        {"field": "document", "code": "invoice", "message": "Invoice"},
        {"field": "document", "code": "order", "message": "Sales order"},
    ]
    for kind, buyer in (("invoice", "Jane"), ("order", "Zoë")):
        order = clerk.get(f"/api/v1/staff/orders/26-1?document={kind}").json()
        assert (order["document"], order["customer"]["name"]) == (kind, buyer)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [("document=pos", 404, "not-found"), ("document=receipt", 422, "invalid"), ("document=", 200, "")],
)
def test_a_kind_narrows_and_an_unknown_one_is_refused(clerk, query, status, code):
    make_order("26-1", document="invoice")
    response = clerk.get(f"/api/v1/staff/orders/26-1?{query}")
    assert (response.status_code, response.json().get("code", "")) == (status, code)


def test_a_number_given_anew_is_that_of_the_document_erpnext_has_now(clerk):
    make_order("26-1", customer_name="Jane", erp_creation="2026-01-01 08:00:00", gone_at=timezone.now())
    make_order("26-1", customer_name="Zoë", erp_creation="2026-02-01 08:00:00")
    assert clerk.get("/api/v1/staff/orders/26-1").json()["customer"]["name"] == "Zoë"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["S-3", "S-2", "S-1"]),
        ("ordering=placed_at", ["S-1", "S-2", "S-3"]),
        ("search=S-2", ["S-2"]),
        ("search=jane", ["S-1"]),
        ("status=open&status=completed", ["S-2", "S-1"]),
        ("source=pos", ["S-3"]),
        ("item_code=MILK-1", ["S-1"]),
        ("placed_from=2026-07-02", ["S-3", "S-2"]),
        ("placed_to=2026-07-01", ["S-1"]),
        ("is_return=true", ["S-3"]),
    ],
)
def test_orders_can_be_searched_narrowed_and_ordered(clerk, query, found):
    jane = make_customer("C-1", name="Jane")
    first = make_order("S-1", customer=jane, placed_at=datetime(2026, 7, 1, 22, 59, tzinfo=UTC))
    make_line(first, item_code="MILK-1")
    # 23:00 UTC is midnight in the shop's summer: the next day begins
    make_order("S-2", status="completed", placed_at=datetime(2026, 7, 1, 23, tzinfo=UTC))
    make_order(
        "S-3", status="draft", source="pos", is_return=True, placed_at=datetime(2026, 7, 3, tzinfo=UTC)
    )
    make_order("S-4", gone_at=timezone.now())
    assert names(clerk.get(f"/api/v1/staff/orders?{query}"), "number") == found


def test_the_orders_of_one_customer(clerk):
    jane = make_customer()
    make_order("S-1", customer=jane)
    make_order("S-2")
    assert names(clerk.get(f"/api/v1/staff/orders?customer={jane.pk}"), "number") == ["S-1"]


@pytest.mark.parametrize("rows", [2, 20])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/api/v1/staff/products", 5),  # session, person, rights, products, barcodes
        ("/api/v1/staff/customers", 4),
        ("/api/v1/staff/orders", 4),
        ("/api/v1/staff/orders/S-1", 5),
        ("/api/v1/staff/me", 4),
    ],
)
def test_a_route_costs_the_same_however_much_there_is(clerk, django_assert_num_queries, rows, path, queries):
    make_order("S-1", customer=make_customer(), lines=rows)
    for _ in range(rows):
        make_product(barcodes=("1", "2"), category=make_category(f"Group {_}"))
        make_order(customer=make_customer(), lines=2)
    with django_assert_num_queries(queries):
        assert clerk.get(path).status_code == 200


def test_a_list_gives_only_the_fields_asked_for(clerk):
    make_product("MILK-1")
    body = clerk.get("/api/v1/staff/products?fields=item_code,name").json()
    assert body["results"] == [{"item_code": "MILK-1", "name": "Product MILK-1"}]


def test_a_field_that_does_not_exist_is_refused_even_on_an_empty_list(clerk):
    response = clerk.get("/api/v1/staff/products?fields=item_code,cost")
    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("fields", "unknown")]
