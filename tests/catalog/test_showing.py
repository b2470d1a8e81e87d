"""What customers see of the catalogue, and under which label (spec/02)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from apps.catalog.models import Category, Product
from apps.catalog.services import add_category, categories_synced, show_category, show_product
from apps.catalog.showing import filled_categories, shown_categories, within
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.mirror import Written
from apps.core.models import AuditEntry
from tests.factories.catalog import make_category, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Category]:
    """All Item Groups › Food › Dairy, Bread; and Drinks beside Food."""
    root = make_category("All Item Groups", is_group=True)
    food = make_category("Food", parent=root, is_group=True)
    return {
        "root": root,
        "food": food,
        "dairy": make_category("Dairy", parent=food),
        "bread": make_category("Bread", parent=food),
        "drinks": make_category("Drinks", parent=root),
    }


def names(ids: Any) -> set[str]:
    return set(Category.objects.filter(pk__in=ids).values_list("name_en", flat=True))


def seen() -> set[str]:
    return set(Product.objects.in_app(shown_categories()).values_list("item_code", flat=True))


def test_everything_is_shown_until_somebody_hides_it(tree: dict[str, Category]) -> None:
    assert names(shown_categories()) == {"All Item Groups", "Food", "Dairy", "Bread", "Drinks"}


def test_a_hidden_category_takes_along_what_hangs_under_it(tree: dict[str, Category]) -> None:
    make_product("MILK", category=tree["dairy"])
    make_product("COLA", category=tree["drinks"])
    show_category(tree["food"].pk, is_in_app=False, actor=COMMAND)
    assert names(shown_categories()) == {"All Item Groups", "Drinks"}
    assert seen() == {"COLA"}


def test_only_categories_that_lead_to_a_product_are_filled(tree: dict[str, Category]) -> None:
    make_product("MILK", category=tree["dairy"])
    make_product("OLD", category=tree["bread"], is_active=False)
    make_product("HID", category=tree["drinks"], is_in_app=False)
    assert names(filled_categories(shown_categories())) == {"Food", "Dairy"}


def test_a_category_is_asked_with_all_that_hangs_under_it(tree: dict[str, Category]) -> None:
    assert names(within(tree["food"].pk, shown_categories())) == {"Food", "Dairy", "Bread"}
    assert within(404, shown_categories()) == set()


def test_a_ring_ends(tree: dict[str, Category]) -> None:
    Category.objects.filter(pk=tree["root"].pk).update(parent=tree["dairy"])
    assert len(shown_categories()) == 5


@pytest.mark.parametrize(
    "given", [{"is_sold": False}, {"is_active": False}, {"has_variants": True}, {"is_in_app": False}]
)
def test_what_cannot_be_sold_is_not_shown(tree: dict[str, Category], given: dict[str, bool]) -> None:
    make_product("MILK", category=tree["dairy"], **given)
    make_product("NOWHERE")
    assert seen() == set()


def test_a_label_is_for_one_language_and_empty_gives_way_to_the_name() -> None:
    milk = make_product("MILK", name_en="Milk 1L", name_ar="حليب")
    show_product(milk.pk, is_in_app=True, labels={"en": "  Fresh   milk "}, actor=COMMAND)
    milk.refresh_from_db()
    told = {}
    for language in ("en", "ar", "tr"):
        with translation.override(language):
            told[language] = milk.shown_name
    assert told == {"en": "Fresh milk", "ar": "حليب", "tr": "Milk 1L"}


def test_each_change_is_in_the_audit_once_with_both_versions() -> None:
    milk = make_product("MILK")
    for _ in range(2):
        show_product(milk.pk, is_in_app=False, labels={"tr": "Süt"}, actor=COMMAND)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before["is_in_app"], entry.after["is_in_app"]) == (
        "product.shown",
        True,
        False,
    )
    assert (entry.before["label_tr"], entry.after["label_tr"]) == ("", "Süt")


def test_without_labels_those_stay() -> None:
    dairy = make_category()
    show_category(dairy.pk, is_in_app=True, labels={"en": "Milk & more"}, actor=COMMAND)
    show_category(dairy.pk, is_in_app=False, actor=COMMAND)
    dairy.refresh_from_db()
    assert (dairy.is_in_app, dairy.label_in("en")) == (False, "Milk & more")


@pytest.mark.parametrize("labels", [{"de": "Milch"}, {"en": "x" * 141}])
def test_a_label_that_cannot_be_kept_is_refused_at_its_field(labels: dict[str, str]) -> None:
    milk = make_product("MILK")
    with pytest.raises(InvalidInputError) as why:
        show_product(milk.pk, is_in_app=False, labels=labels, actor=COMMAND)
    assert [error.field for error in why.value.errors] == [f"label_{next(iter(labels))}"]
    milk.refresh_from_db()
    assert milk.is_in_app
    assert not AuditEntry.objects.exists()


def test_what_is_not_here_is_said() -> None:
    with pytest.raises(NotFoundError):
        show_category(404, is_in_app=True, actor=COMMAND)


def test_a_group_that_takes_over_from_the_registry_takes_its_label_too() -> None:
    made = add_category("Fruit", parent_id=None, actor=COMMAND)
    show_category(made.pk, is_in_app=False, labels={"ar": "فواكه"}, actor=COMMAND)
    group = make_category("Fruit")
    categories_synced(Written(Category, created=(group.pk,)))
    group.refresh_from_db()
    assert (group.is_in_app, group.label_in("ar")) == (False, "فواكه")


def test_staff_say_so_in_a_dialog(desk: Client) -> None:
    milk = make_product("MILK")
    told = {"label_en": "Fresh milk", "label_ar": "", "label_tr": "", "label_fr": "", "_form_submitted": "1"}
    desk.post(f"/admin/catalog/product/{milk.pk}/present/", told)
    milk.refresh_from_db()
    assert (milk.is_in_app, milk.label_in("en")) == (False, "Fresh milk")
    page = desk.get(f"/admin/catalog/product/{milk.pk}/change/").content.decode()
    assert "English: Fresh milk" in page


@pytest.mark.parametrize("model", ["product", "category"])
def test_many_are_hidden_and_shown_at_once(desk: Client, model: str) -> None:
    rows = (
        [make_product(category=None), make_product()]
        if model == "product"
        else [make_category("A"), make_category("B")]
    )
    chosen = {"_selected_action": [row.pk for row in rows], "index": "0", "_form_submitted": "1"}
    for action, shown in (("hide", False), ("show", True)):
        desk.post(f"/admin/catalog/{model}/", chosen | {"action": action})
        for row in rows:
            row.refresh_from_db()
            assert row.is_in_app is shown
