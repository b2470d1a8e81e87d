from datetime import date

import pytest
import time_machine
from django.utils import translation

from apps.core.templatetags import larder as say
from tests.factories.catalog import (
    make_barcode,
    make_brand,
    make_category,
    make_picture,
    make_price,
    make_price_list,
    make_product,
)

PRODUCTS = "/admin/catalog/product/"
CATEGORIES = "/admin/catalog/category/"
BRANDS = "/admin/catalog/brand/"
PRICES = "/admin/catalog/itemprice/"
PRICE_LISTS = "/admin/catalog/pricelist/"
TODAY = "2026-06-15 12:00"


def names(client, url, **query):
    listing = client.get(url, query).context["listing"]
    return [record.name_en for record in listing.cl.result_list]


def test_a_product_is_found_by_name_code_or_barcode(desk):
    milk = make_product("MLK-1", name_en="Oat milk")
    make_product("BRD-1", name_en="Bread")
    make_barcode(milk, "5010001112223")
    for words in ("oat", "mlk-1", "5010001112223"):
        assert names(desk, PRODUCTS, q=words) == ["Oat milk"]


def test_products_are_narrowed_by_category_brand_standing_and_image(desk):
    dairy = make_category("Dairy")
    make_picture("/files/oat.png")
    make_picture("/files/rye.png", asset=None, state="failed", trouble="It is gone.")
    make_product(name_en="Oat", category=dairy, brand_name="Bramble", image_path="/files/oat.png")
    make_product(name_en="Rye", is_active=False, image_path="/files/rye.png")
    for query in ({"category": dairy.pk}, {"brand_name": "Bramble"}, {"active": "yes"}, {"image": "yes"}):
        assert names(desk, PRODUCTS, **query) == ["Oat"]
    make_product(name_en="Tea")
    assert names(desk, PRODUCTS, image="no") == ["Rye", "Tea"]
    assert names(desk, PRODUCTS, picture__state="failed") == ["Rye"]


def test_products_stand_in_the_same_order_whatever_the_readers_language(desk):
    make_product(name_en="Apple", name_ar="ي")
    make_product(name_en="Bread", name_ar="ا")
    with translation.override("ar"):
        assert names(desk, PRODUCTS) == ["Apple", "Bread"]


def test_categories_stand_under_their_parents(desk):
    food = make_category("Food")
    make_category("Drinks")
    dairy = make_category("Dairy", parent=food)
    make_category("Cheese", parent=dairy)
    shown = desk.get(CATEGORIES).context["listing"].cl.result_list
    assert [(category.name_en, category.depth) for category in shown] == [
        ("Drinks", 0),
        ("Food", 0),
        ("Dairy", 1),
        ("Cheese", 2),
    ]


def test_a_ring_of_parents_hides_no_category(desk):
    one = make_category("One")
    two = make_category("Two", parent=one)
    one.parent = two
    one.save()
    assert sorted(names(desk, CATEGORIES)) == ["One", "Two"]


def rates(client, **query):
    return [int(price.rate) for price in client.get(PRICES, query).context["listing"].cl.result_list]


@pytest.fixture
def priced(db):
    """Milk at 1, at 2 for one customer, at 3 until last year, at 4 from next year; bread bought in at 5."""
    milk, bread = make_product("MLK-1", name_en="Oat milk", barcodes=("501",)), make_product("BRD-1")
    selling = make_price_list()
    make_price(milk, selling, rate="1")
    make_price(milk, selling, rate="2", customer_erp_name="Acme")
    make_price(milk, selling, rate="3", valid_until=date(2025, 12, 31))
    make_price(milk, selling, rate="4", valid_from=date(2027, 1, 1))
    make_price(bread, make_price_list("Buying", for_selling=False), rate="5")
    return milk


@pytest.mark.parametrize("words", ["oat", "mlk-1", "501", "MLK-1"])
def test_prices_are_found_by_what_finds_their_product(words, desk, priced):
    assert sorted(rates(desk, q=words)) == [1, 2, 3, 4]


@time_machine.travel(TODAY)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"standing": "now"}, [1, 2, 5]),
        ({"standing": "later"}, [4]),
        ({"standing": ["over", "later"]}, [3, 4]),
        ({"standing": "never"}, []),
        ({"shelf": "no"}, [2]),
        ({"selling": "no"}, [5]),
    ],
)
def test_prices_are_narrowed_by_their_days_and_whom_they_are_for(query, found, desk, priced):
    assert sorted(rates(desk, **query)) == found


def test_a_link_from_a_product_narrows_the_prices_to_it_and_says_so(desk, priced):
    listing = desk.get(PRICES, {"product": priced.pk}).context["listing"]
    assert sorted(int(price.rate) for price in listing.cl.result_list) == [1, 2, 3, 4]
    assert [(chosen.label, chosen.value) for chosen in listing.set_filters] == [("Product", "Oat milk")]
    assert rates(desk, product="no number") == []


def test_a_row_of_prices_says_for_whom_and_leads_to_product_and_list(desk, priced):
    row = desk.get(PRICES, {"shelf": "no"}).context["listing"].rows[0]
    shown = {cell.column.name: cell.shown for cell in row.cells}
    assert shown["whom"] == "<bdi>Customer Acme</bdi>"
    assert shown["price"] == say.money(2, "GBP")
    assert f'href="{PRODUCTS}{priced.pk}/change/"' in shown["code"]
    assert f'href="{PRICE_LISTS}' in shown["price_list"]


@time_machine.travel(TODAY)
def test_a_product_shows_its_prices_and_the_way_to_all_when_there_are_many(desk, priced):
    def prices():
        return desk.get(f"{PRODUCTS}{priced.pk}/change/").context["profile"].tables[0]

    assert [row[-1] for row in prices().rows] == [say.money(rate, "GBP") for rate in (4, 1, 3, 2)]
    assert prices().more == ""
    wholesale = make_price_list("Wholesale")
    for number in range(10):
        make_price(priced, wholesale, rate=str(number))
    assert len(prices().rows) == 10
    assert f"{PRICES}?product={priced.pk}" in prices().more


@time_machine.travel(TODAY)
def test_a_price_list_counts_its_prices_and_those_in_force(desk, priced):
    selling = priced.prices.first().price_list
    figures = desk.get(f"{PRICE_LISTS}{selling.pk}/change/").context["profile"].key_figures
    assert [">4<" in figures[0][1], ">2<" in figures[1][1]] == [True, True]


def test_a_brand_counts_its_products_and_leads_to_them(desk):
    brand = make_brand("Bramble")
    make_product(brand=brand, brand_name="Bramble")
    make_product()
    row = desk.get(BRANDS).context["listing"].rows[0]
    assert next(cell.shown for cell in row.cells if cell.column.name == "products") == say.count(1)
    page = desk.get(f"{BRANDS}{brand.pk}/change/").content.decode()
    assert f"{PRODUCTS}?brand_name=Bramble" in page


def test_a_brand_of_several_words_is_found_by_any_of_them(desk):
    make_brand("Bramble Farm")
    make_brand("Al Noor")
    found = desk.get(BRANDS, {"q": "farm bram"}).context["listing"].cl.result_list
    assert [brand.name for brand in found] == ["Bramble Farm"]
