"""The catalogue, as an app in a customer's hand reads it: by its key alone, over HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.states import AppKind
from apps.catalog.models import Category, Product
from apps.catalog.services import declare_allergens, show_category, show_product
from apps.catalog.states import PictureState
from apps.core.actors import COMMAND
from apps.inventory.models import StockOutlook
from apps.inventory.states import StockState
from tests.core.api.test_ground import problem
from tests.factories.app_keys import app_client, make_key
from tests.factories.catalog import make_category, make_picture, make_price, make_price_list, make_product
from tests.factories.media import make_asset

pytestmark = pytest.mark.django_db
PRODUCTS, CATEGORIES = "/api/v1/products", "/api/v1/categories"


@pytest.fixture
def app() -> Client:
    """The customers' app: its key lies in what everybody installs."""
    return app_client(make_key(AppKind.CUSTOMER_APP).secret)


@pytest.fixture
def dairy() -> Category:
    root = make_category("All Item Groups", is_group=True)
    return make_category("Dairy", parent=make_category("Food", parent=root, is_group=True))


@pytest.fixture
def selling() -> Any:
    return make_price_list()


def lies(product: Product, free: str, state: str = StockState.OK) -> None:
    amounts = dict.fromkeys(
        (
            "actual",
            "reserved",
            "daily_demand",
            "expiring_quantity",
            "expiring_value",
            "reorder_level",
            "lead_days",
        ),
        0,
    )
    StockOutlook.objects.create(
        product=product, state=state, free=Decimal(free), counted_at=timezone.now(), **amounts
    )


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def codes(answer: Any) -> list[str]:
    return [row["item_code"] for row in rows(answer)]


def test_a_card_says_what_a_customer_asks(app: Client, dairy: Category, selling: Any) -> None:
    milk = make_product("MILK", name_en="Milk", category=dairy, brand_name="Alpine", is_stocked=True)
    make_price(milk, selling, rate="1.255")
    lies(milk, "3", StockState.LOW)
    assert rows(app.get(PRODUCTS)) == [
        {
            "item_code": "MILK",
            "name": "Milk",
            "category": {"id": str(dairy.pk), "name": "Dairy"},
            "brand": "Alpine",
            "price": {"amount": "1.26", "currency": "GBP", "unit": "Nos"},
            "picture": None,
            "availability": "low",
        }
    ]


def test_a_page_says_more_and_nothing_of_costs_or_notes(app: Client, dairy: Category) -> None:
    milk = make_product("MILK", category=dairy, barcodes=("501",), notes="ours", last_purchase_rate=7)
    declare_allergens(milk.pk, {"milk": "contains"}, actor=COMMAND)
    told = app.get(f"{PRODUCTS}/MILK").json()
    assert app.get(f"{PRODUCTS}/501").json() == told
    allergens = {row["allergen"]: row["state"] for row in told["allergens"]}
    assert (len(allergens), allergens["milk"], allergens["nuts"]) == (14, "contains", "unknown")
    assert sorted(told) == [
        "allergens", "availability", "barcodes", "brand", "category", "description", "item_code", "name",
        "origin_country", "picture", "price", "stock_unit", "units",
    ]  # fmt: skip


def test_a_label_and_a_category_are_said_in_the_language_that_is_asked_for(
    app: Client, dairy: Category
) -> None:
    milk = make_product("MILK", name_en="Milk", category=dairy)
    show_product(milk.pk, is_in_app=True, labels={"ar": "حليب طازج"}, actor=COMMAND)
    show_category(dairy.pk, is_in_app=True, labels={"ar": "ألبان"}, actor=COMMAND)
    answer = app.get(PRODUCTS, headers={"Accept-Language": "ar"})
    assert (rows(answer)[0]["name"], rows(answer)[0]["category"]["name"]) == ("حليب طازج", "ألبان")
    assert answer["Content-Language"] == "ar"
    assert "Accept-Language" in answer["Vary"]
    assert rows(app.get(PRODUCTS, headers={"Accept-Language": "fr"}))[0]["name"] == "Milk"


def test_categories_are_a_tree_without_erpnexts_root(app: Client, dairy: Category) -> None:
    make_product("MILK", category=dairy)
    make_category("Empty", parent=dairy.parent)
    food = dairy.parent
    assert food
    assert rows(app.get(CATEGORIES)) == [
        {"id": str(dairy.pk), "name": "Dairy", "parent_id": str(food.pk), "picture": None},
        {"id": str(food.pk), "name": "Food", "parent_id": None, "picture": None},
    ]


def test_a_picture_has_the_label_in_place_of_words(app: Client, dairy: Category) -> None:
    picture = make_picture("/files/milk.jpg", state=PictureState.HERE, asset=make_asset())
    milk = make_product("MILK", category=dairy, image_path="/files/milk.jpg")
    show_product(milk.pk, is_in_app=True, labels={"en": "Fresh milk"}, actor=COMMAND)
    told = rows(app.get(PRODUCTS))[0]["picture"]
    assert picture.asset
    assert (told["alt"], told["url"]) == ("Fresh milk", f"http://testserver{picture.asset.url}")


def test_a_category_has_its_picture(app: Client, dairy: Category) -> None:
    make_product("MILK", category=dairy)
    picture = make_picture("/files/dairy.jpg")
    Category.objects.filter(pk=dairy.pk).update(image_path="/files/dairy.jpg")
    assert picture.asset
    told = rows(app.get(f"{CATEGORIES}?ordering=name"))[0]["picture"]
    assert (told["alt"], told["url"]) == ("Dairy", f"http://testserver{picture.asset.url}")


def test_what_is_hidden_is_nowhere(app: Client, dairy: Category) -> None:
    make_product("MILK", category=dairy)
    show_category(dairy.pk, is_in_app=False, actor=COMMAND)
    assert (codes(app.get(PRODUCTS)), rows(app.get(CATEGORIES))) == ([], [])
    assert problem(app.get(f"{PRODUCTS}/MILK"), 404)


def test_availability(app: Client, dairy: Category) -> None:
    for code, free in (("FULL", "5"), ("NONE", "0"), ("OWED", "-2")):
        lies(make_product(code, category=dairy, is_stocked=True), free)
    make_product("NEW", category=dairy, is_stocked=True)  # not counted yet
    make_product("SERVICE", category=dairy, is_stocked=False)
    told = {row["item_code"]: row["availability"] for row in rows(app.get(PRODUCTS))}
    assert told == {
        "FULL": "in_stock", "NONE": "out", "OWED": "out", "NEW": "out", "SERVICE": "in_stock",
    }  # fmt: skip
    assert codes(app.get(f"{PRODUCTS}?in_stock=true")) == ["FULL", "SERVICE"]
    assert codes(app.get(f"{PRODUCTS}?in_stock=false&ordering=item_code")) == ["NEW", "NONE", "OWED"]


def test_filters(app: Client, dairy: Category, selling: Any) -> None:
    bread = make_category("Bread", parent=dairy.parent)
    for code, rate, where, brand in (
        ("MILK", "1.10", dairy, "Alpine"),
        ("RYE", "2.50", bread, "Hearth"),
        ("SPELT", "4", bread, "Alpine"),
    ):
        make_price(
            make_product(code, name_en=code.title(), category=where, brand_name=brand), selling, rate=rate
        )
    make_product("FREE", category=dairy)

    def found(query: str) -> list[str]:
        return codes(app.get(f"{PRODUCTS}?{query}"))

    assert found("price_from=1.11&price_to=2.50") == ["RYE"]
    assert found("price_from=2.5") == ["RYE", "SPELT"]
    assert found("price_to=1.1") == ["MILK"]
    assert found(f"category={dairy.parent_id}&brand=Alpine") == ["MILK", "SPELT"]
    assert found(f"category={bread.pk}&search=rye") == ["RYE"]
    assert found("category=999999") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("price_from=-1", "price_from"),
        ("price_to=NaN", "price_to"),
        ("price_from=1e400", "price_from"),
        ("price_to=1.234", "price_to"),
        ("price_from=5&price_to=4", "price_to"),
        ("in_stock=maybe", "in_stock"),
        ("category=dairy", "category"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_at_its_field(app: Client, query: str, field: str) -> None:
    told = problem(app.get(f"{PRODUCTS}?{query}"), 422)
    assert [error["field"] for error in told["errors"]] == [field]


def test_pages_follow_one_another(app: Client, dairy: Category) -> None:
    for number in range(5):
        make_product(f"P-{number}", name_en=f"Product {number}", category=dairy)
    first = app.get(f"{PRODUCTS}?limit=3")
    assert codes(first) == ["P-0", "P-1", "P-2"]
    assert codes(app.get(first.json()["next"])) == ["P-3", "P-4"]


def test_a_price_that_has_ended_is_none(app: Client, dairy: Category, selling: Any) -> None:
    yesterday = timezone.localdate() - timedelta(days=2)
    make_price(make_product("MILK", category=dairy), selling, valid_until=yesterday)
    assert rows(app.get(PRODUCTS))[0]["price"] is None
    assert codes(app.get(f"{PRODUCTS}?price_from=0")) == []


def test_a_key_without_the_scope_is_refused_and_so_is_none(dairy: Category) -> None:
    other = app_client(make_key(AppKind.ADMIN_APP).secret)
    assert problem(other.get(PRODUCTS), 403)["code"] == "scope-missing"
    assert problem(Client().get(PRODUCTS), 401)["code"] == "app-key-missing"
