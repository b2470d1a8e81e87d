"""How staff find a product, and which can be sold."""

from typing import Final

import pytest
from django.db import connection
from django.utils import timezone

from apps.catalog.models import Category, Product
from tests.factories.catalog import make_category, make_part, make_product

pytestmark = pytest.mark.django_db

INDEXES: Final = ("catalog_product_by_words", "catalog_barcode_by_words", "catalog_part_by_words")


@pytest.mark.parametrize(
    "words",
    [
        "honey",
        "blos hon",
        " Blossom ",
        "HON-1",
        "acacia-7",
        "hon blossom",
        "50000001",
        "5000000199",
        "S1-85",
        "s1",
    ],
)
def test_a_product_is_found_by_words_of_its_name_and_code_its_barcode_or_supplier_part_number(
    words: str,
) -> None:
    honey = make_product(
        "HON-1/acacia-7", name_en="Blossom Honey", barcodes=("5000000123", "5000000199", "5000000199-X")
    )
    make_part(honey, "S1-85")
    make_part(make_product("COLA", name_en="Cola", barcodes=("4000000000",)), "T1-85")
    assert list(Product.objects.matching(words)) == [honey]


@pytest.mark.parametrize(("words", "found"), [("", 1), ("  ", 1), ("--", 0), ("oney", 0), ("honey milk", 0)])
def test_every_word_must_begin_one_of_the_product(words: str, found: int) -> None:
    make_product("HON-1", name_en="Blossom Honey")
    assert Product.objects.matching(words).count() == found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Jalapeño Crème Brûlée", "jalapeno creme BRULEE"),
        ("Jalapeno Creme Brulee", "jalapeño crème brûlée"),
        ("Ayran Işık", "IŞIK"),
        ("İpek Çay", "ipek çay"),
        ("Smørrebrød – rye", "smorrebrød rye"),
        ("Uncle’s Rice", "uncle's rice"),
        ("أرز بسمتي", "ارز"),
        ("أرز بسمتي", "أرز بسمتي"),
        ("हिन्दी चाय", "हिन्दी"),
    ],
)
def test_neither_case_nor_accents_nor_quotes_keep_a_name_from_being_found(name: str, words: str) -> None:
    product = make_product(name_en=name)
    assert list(Product.objects.matching(words)) == [product]


def test_a_word_longer_than_an_index_takes_is_no_error() -> None:
    make_product(name_en="Honey")
    assert list(Product.objects.matching("honey" * 1000)) == []


def test_the_search_goes_by_its_indexes_however_the_list_is_sorted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Product.objects.matching("honey").order_by("name_en", "id")[:20].explain()
    assert [name for name in INDEXES if name not in plan] == []


def test_what_is_sold_is_active_for_sale_and_no_template() -> None:
    make_product("sold")
    make_product("disabled", is_active=False)
    make_product("bought only", is_sold=False)
    make_product("template", has_variants=True)
    make_product("gone", gone_at=timezone.now())
    assert [product.item_code for product in Product.objects.sellable()] == ["sold"]
    assert Product.objects.active().count() == 3


def test_roots_have_no_parent() -> None:
    root = make_category("All")
    make_category("Dairy", parent=root)
    assert list(Category.objects.roots()) == [root]


def test_stamps_are_erpnexts_own_text_and_read_as_utc() -> None:
    product = make_product(erp_modified="2026-07-01 10:00:00", erp_creation="2026-01-01 10:00:00.5")
    assert product.saved_in_erp.isoformat() == "2026-07-01T09:00:00+00:00"  # British summer time
    assert product.created_in_erp.isoformat() == "2026-01-01T10:00:00.500000+00:00"
