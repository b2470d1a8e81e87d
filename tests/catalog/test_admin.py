from django.utils import translation

from tests.factories.catalog import make_barcode, make_category, make_product

PRODUCTS = "/admin/catalog/product/"
CATEGORIES = "/admin/catalog/category/"


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
    make_product(name_en="Oat", category=dairy, brand_name="Bramble", image_path="/files/oat.png")
    make_product(name_en="Rye", is_active=False)
    for query in ({"category": dairy.pk}, {"brand_name": "Bramble"}, {"active": "yes"}, {"image": "yes"}):
        assert names(desk, PRODUCTS, **query) == ["Oat"]
    assert names(desk, PRODUCTS, image="no") == ["Rye"]


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
