"""What stands in a product's tables is read by one question, each row at its place."""

from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.models import ProductUnit
from apps.catalog.reports import Belongings, belongings_of
from apps.catalog.services import declare_allergens
from apps.catalog.states import Allergen, AllergenState
from apps.core.actors import COMMAND
from tests.factories.catalog import make_barcode, make_part, make_product

pytestmark = pytest.mark.django_db


def test_the_tables_of_a_product_come_in_their_order(django_assert_num_queries: Any):
    milk, other = make_product("MILK"), make_product("OTHER", barcodes=("999",))
    make_barcode(milk, "222", position=2)
    make_barcode(milk, "111", position=1)
    make_part(milk, "A-1", supplier_name="Acme")
    make_part(other, "B-1", supplier_name="Acme")
    for place, (unit, factor) in enumerate((("Nos", "1"), ("Case", "12.5"))):
        ProductUnit.objects.create(
            product=milk, unit=unit, factor=Decimal(factor), erp_row=unit, position=place
        )
    declare_allergens(milk.pk, {"milk": "contains", "gluten": "free"}, actor=COMMAND)
    with django_assert_num_queries(1):
        found = belongings_of(milk.pk)
    assert found == Belongings(
        barcodes=[("111", "", ""), ("222", "", "")],
        units=[("Nos", Decimal(1)), ("Case", Decimal("12.5"))],
        parts=[("Acme", "A-1")],
        allergens={Allergen.MILK: AllergenState.CONTAINS, Allergen.GLUTEN: AllergenState.FREE},
    )


def test_a_product_without_any_has_none():
    assert belongings_of(make_product().pk) == Belongings()
