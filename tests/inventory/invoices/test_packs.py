"""A pack goes with its product: what the former was packed in says nothing of the next one."""

from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.models import Product, ProductUnit
from apps.inventory import services
from apps.inventory.models import UploadLine
from apps.inventory.services import Choice
from apps.inventory.states import Decision
from tests.factories.inventory import make_supplier
from tests.factories.invoices import CLERK, d, decide, line_of, make_bought, matched, row

pytestmark = pytest.mark.django_db


def choose(line: UploadLine, product: Product | None, *, pack: Decimal | None = None) -> UploadLine:
    decision = Decision.PRODUCT if product else Decision.UNDECIDED
    choice = Choice(decision=decision, product_id=product.pk if product else None, pack_factor=pack)
    services.decide_lines(line.upload_id, choices={line.pk: choice}, actor=CLERK)
    line.refresh_from_db()
    return line


def milk(name: str = "Ashdown Whole Milk 6x1L", **given: Any) -> UploadLine:
    """A line that was matched to a litre of milk, six in one."""
    make_bought("MILK", name_en="Ashdown Whole Milk 1L", brand_name="Ashdown")
    line = line_of(matched(make_supplier(), row(name, buy="7.20"), **given))
    assert (line.product and line.product.item_code, line.pack_factor) == ("MILK", 6)
    return line


def test_a_product_that_is_no_candidate_gets_the_pack_that_the_sizes_say() -> None:
    line = choose(milk(), make_bought("CRATE", name_en="Zzyzx crate 6x1L"))
    assert (line.pack_factor, line.stock_quantity, line.unit_cost) == (1, 10, d("7.20"))
    line = choose(line, make_bought("TWO", name_en="Qwop 3x1L"))
    assert (line.pack_factor, line.stock_quantity, line.unit_cost) == (2, 20, d("3.60"))


def test_where_sizes_do_not_tell_it_is_the_lines_own_column_then_erpnexts_unit_then_one() -> None:
    header = "Item name,Buy price,Sell price,Qty,Unit,Pack size"
    supplier = make_supplier()
    plain = line_of(matched(supplier, "Zzyzx,6,2,10,case,", header=header))
    packed = line_of(matched(supplier, "Zzyzx,6,2,10,case,4", header=header))
    relish = make_bought("RELISH", name_en="Relish")
    ProductUnit.objects.create(product=relish, unit="Case", factor=12, erp_row="c", position=2)
    assert choose(packed, relish).pack_factor == 4
    assert choose(plain, relish).pack_factor == 12
    assert choose(plain, make_bought("CHALK", name_en="Chalk")).pack_factor == 1


def test_a_pack_that_was_typed_before_there_was_a_product_stays() -> None:
    line = line_of(matched(make_supplier(), row("Zzyzx")))
    choose(line, None, pack=d("12"))
    assert choose(line, make_bought()).pack_factor == 12


def test_a_pack_that_was_typed_for_another_product_goes_with_it() -> None:
    line = line_of(matched(make_supplier(), row("Zzyzx")))
    choose(line, make_bought(), pack=d("12"))
    assert choose(line, make_bought()).pack_factor == 1


def test_the_same_product_chosen_again_keeps_its_pack() -> None:
    line, product = line_of(matched(make_supplier(), row("Zzyzx"))), make_bought()
    choose(line, product, pack=d("12"))
    assert choose(line, product).pack_factor == 12


def test_undone_it_is_the_matchers_again_and_a_candidate_has_the_pack_that_it_was_found_with() -> None:
    line = milk()
    choose(line, make_bought("CHALK", name_en="Chalk"), pack=d("50"))
    assert choose(line, None).pack_factor == 6
    decide(line.upload, Decision.NEW_ITEM)
    assert choose(line, Product.objects.get(item_code="MILK")).pack_factor == 6


@pytest.mark.parametrize("lines", [2, 30])
def test_choosing_costs_as_many_questions_however_many_lines(
    lines: int, django_assert_num_queries: Any
) -> None:
    upload = matched(make_supplier(), *(row(f"Zzyzx {n}") for n in range(lines)))
    products = [make_bought() for _ in range(lines)]
    with django_assert_num_queries(13):
        decide(upload, *products)
