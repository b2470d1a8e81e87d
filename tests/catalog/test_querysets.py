"""How staff find a product, and which can be sold."""

import pytest
from django.utils import timezone

from apps.catalog.models import Category, Product, SupplierPart
from tests.factories.catalog import make_category, make_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["honey", "HON-1", "50000001", "S1-85", " Blossom "])
def test_a_product_is_found_by_name_code_barcode_or_supplier_part_number(words: str) -> None:
    honey = make_product("HON-1", name_en="Blossom Honey", barcodes=("5000000123", "5000000199"))
    SupplierPart.objects.create(
        product=honey, erp_row="a", position=1, supplier_name="Acme", part_number="S1-85"
    )
    make_product("COLA", name_en="Cola", barcodes=("4000000000",))
    assert list(Product.objects.matching(words)) == [honey]


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
