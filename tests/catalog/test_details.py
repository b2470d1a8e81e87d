"""What Larder adds to a product: details and allergens (spec/02)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.catalog.models import Product, ProductAllergen
from apps.catalog.services import allergens_of, declare_allergens, describe_product
from apps.catalog.states import Allergen, AllergenState
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
DETAILS: dict[str, Any] = {"minimum_life_days": 3, "own_reorder_level": Decimal("12.5"), "notes": "Top shelf"}


def test_details_are_kept_and_leave_a_trace() -> None:
    milk = make_product("MILK")
    describe_product(milk.pk, actor=COMMAND, **DETAILS)
    milk.refresh_from_db()
    assert (milk.minimum_life_days, milk.own_reorder_level, milk.notes) == (3, Decimal("12.5"), "Top shelf")
    assert AuditEntry.objects.get().after == {
        "minimum_life_days": 3, "own_reorder_level": "12.5", "notes": "Top shelf"
    }  # fmt: skip


def test_saying_the_same_again_leaves_no_trace() -> None:
    milk = make_product("MILK")
    describe_product(milk.pk, actor=COMMAND, **DETAILS)
    describe_product(milk.pk, actor=COMMAND, **DETAILS)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum_life_days", -1),
        ("minimum_life_days", 3651),
        ("own_reorder_level", Decimal(-1)),
        ("own_reorder_level", Decimal("1.0005")),
        ("own_reorder_level", Decimal("NaN")),
        ("own_reorder_level", Decimal("1e9")),
        ("notes", "x" * 4001),
    ],
)
def test_impossible_details_are_refused_by_field(field: str, value: Any) -> None:
    milk = make_product("MILK")
    with pytest.raises(InvalidInputError) as why:
        describe_product(milk.pk, actor=COMMAND, **DETAILS | {field: value})
    assert [error.field for error in why.value.errors] == [field]
    assert Product.objects.get().notes == ""


def test_what_nobody_said_of_an_allergen_is_unknown() -> None:
    assert set(allergens_of(make_product()).values()) == {AllergenState.UNKNOWN}
    assert len(Allergen) == 14


def test_what_is_said_of_an_allergen_stays_until_it_is_said_otherwise() -> None:
    milk = make_product()
    declare_allergens(milk.pk, {"milk": "contains", "nuts": "may"}, actor=COMMAND)
    said = declare_allergens(milk.pk, {"nuts": "free"}, actor=COMMAND)
    assert (said["milk"], said["nuts"], said["fish"]) == ("contains", "free", "unknown")

    declare_allergens(milk.pk, {"milk": "unknown"}, actor=COMMAND)
    assert list(ProductAllergen.objects.values_list("allergen", "state")) == [("nuts", "free")]
    assert AuditEntry.objects.filter(action="product.allergens").count() == 3


@pytest.mark.parametrize("said", [{"gluten-free": "free"}, {"milk": "safe"}, {"milk": ""}])
def test_unknown_allergens_and_states_are_refused(said: dict[str, str]) -> None:
    milk = make_product()
    with pytest.raises(InvalidInputError):
        declare_allergens(milk.pk, {"nuts": "free"} | said, actor=COMMAND)
    assert not ProductAllergen.objects.exists()


def test_a_product_that_is_not_here_is_said() -> None:
    with pytest.raises(NotFoundError):
        declare_allergens(404, {}, actor=COMMAND)
    with pytest.raises(NotFoundError):
        describe_product(404, actor=COMMAND, **DETAILS)


def test_staff_keep_details_in_a_dialog(desk: Client) -> None:
    milk = make_product("MILK")
    told = {"minimum_life_days": "2", "own_reorder_level": "7.5", "notes": "", "_form_submitted": "1"}
    desk.post(f"/admin/catalog/product/{milk.pk}/describe/", told)
    milk.refresh_from_db()
    assert (milk.minimum_life_days, milk.own_reorder_level) == (2, Decimal("7.5"))


def test_staff_say_what_is_known_in_a_dialog(desk: Client) -> None:
    milk = make_product("MILK")
    declare_allergens(milk.pk, {"milk": "contains"}, actor=COMMAND)
    told = dict.fromkeys(Allergen.values, "unknown") | {"milk": "contains", "nuts": "may"}

    desk.post(f"/admin/catalog/product/{milk.pk}/declare_allergens/", told | {"_form_submitted": "1"})
    page = desk.get(f"/admin/catalog/product/{milk.pk}/change/").content.decode()

    assert allergens_of(milk)["nuts"] == "may"
    assert "milk, maybe nuts" in page
    assert "12 unknown: unsafe" in page
