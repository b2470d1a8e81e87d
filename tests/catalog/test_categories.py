"""The registry of categories: made here before ERPNext has a group of their name (spec/02)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.catalog.errors import CategoryInUseError, OfERPNextError
from apps.catalog.models import Category
from apps.catalog.services import add_category, categories_synced, change_category, remove_category
from apps.catalog.states import CategorySource
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from apps.core.mirror import Written
from apps.core.models import AuditEntry
from apps.inventory.services import set_category_floor
from apps.inventory.services.invoices.margins import floors_of
from tests.factories.catalog import make_category

pytestmark = pytest.mark.django_db


def registered(name: str, parent: Category | None = None) -> Category:
    return add_category(name, parent_id=parent.pk if parent else None, actor=COMMAND)


def arrives(name: str, **given: Any) -> Category:
    """ERPNext has a group of this name now."""
    group = make_category(name, **given)
    categories_synced(Written(Category, created=(group.pk,)))
    return group


def names() -> list[tuple[str, str]]:
    return list(Category.objects.order_by("name_en").values_list("name_en", "source"))


def test_a_category_of_the_registry_has_its_name_and_place() -> None:
    fruit = make_category("Fruit")
    made = registered("  Exotic   fruit ", fruit)
    assert (made.name_en, made.parent, made.source) == ("Exotic fruit", fruit, CategorySource.REGISTRY)
    assert AuditEntry.objects.get().action == "category.added"


@pytest.mark.parametrize("name", ["Fruit", "fRUIT", " fruit "])
def test_no_two_categories_have_one_name(name: str) -> None:
    make_category("Fruit")
    with pytest.raises(InvalidInputError) as why:
        registered(name)
    assert [error.code for error in why.value.errors] == ["taken"]
    assert Category.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 141])
def test_a_name_has_to_be_one(name: str) -> None:
    with pytest.raises(InvalidInputError):
        registered(name)
    assert not Category.objects.exists()


def test_a_group_of_erpnext_takes_over_what_hung_on_the_registrys() -> None:
    exotic = registered("Exotic fruit")
    child = registered("Mangoes", exotic)

    group = arrives("EXOTIC FRUIT")

    child.refresh_from_db()
    assert child.parent == group
    assert names() == [("EXOTIC FRUIT", "erpnext"), ("Mangoes", "registry")]
    assert AuditEntry.objects.filter(action="category.adopted", subject_id=str(group.pk)).count() == 1


def test_a_group_of_another_name_leaves_the_registry_alone() -> None:
    registered("Exotic fruit")
    arrives("Vegetables")
    assert names() == [("Exotic fruit", "registry"), ("Vegetables", "erpnext")]


def test_adopting_twice_changes_nothing() -> None:
    registered("Exotic fruit")
    group = arrives("Exotic fruit")
    categories_synced(Written(Category, changed=(group.pk,)))
    assert AuditEntry.objects.filter(action="category.adopted").count() == 1


def test_erpnexts_categories_are_changed_and_removed_there() -> None:
    fruit = make_category("Fruit")
    with pytest.raises(OfERPNextError):
        change_category(fruit.pk, name="Obst", parent_id=None, actor=COMMAND)
    with pytest.raises(OfERPNextError):
        remove_category(fruit.pk, actor=COMMAND)
    assert names() == [("Fruit", "erpnext")]


def test_one_that_is_in_use_stays_and_says_by_what() -> None:
    exotic = registered("Exotic fruit")
    registered("Mangoes", exotic)
    with pytest.raises(CategoryInUseError, match="1 category"):
        remove_category(exotic.pk, actor=COMMAND)
    assert Category.objects.count() == 2


def test_an_unused_one_can_be_removed() -> None:
    exotic = registered("Exotic fruit")
    remove_category(exotic.pk, actor=COMMAND)
    assert not Category.objects.exists()


def test_a_category_cannot_hang_under_itself() -> None:
    top = registered("Top")
    below = registered("Below", top)
    with pytest.raises(InvalidInputError) as why:
        change_category(top.pk, name="Top", parent_id=below.pk, actor=COMMAND)
    assert [error.code for error in why.value.errors] == ["ring"]
    top.refresh_from_db()
    assert top.parent is None


def test_staff_make_change_and_remove_one_by_the_pages(desk: Client) -> None:
    answer = desk.post("/admin/catalog/category/make/", {"name": "Exotic fruit", "parent": ""})
    made = Category.objects.get()
    assert answer.status_code == 302

    again = desk.post("/admin/catalog/category/make/", {"name": "exotic FRUIT", "parent": ""})
    assert (again.status_code, Category.objects.count()) == (422, 1)
    assert "is the name of another category" in again.content.decode()

    profile = desk.get(f"/admin/catalog/category/{made.pk}/change/").content.decode()
    assert "Registry" in profile
    assert "From ERPNext" not in profile


def test_the_list_of_categories_says_where_each_comes_from(desk: Client) -> None:
    make_category("Fruit")
    registered("Exotic fruit")
    page = desk.get("/admin/catalog/category/", {"source": "registry"}).content.decode()
    assert "Exotic fruit" in page
    assert ">Fruit<" not in page


def test_a_group_that_is_renamed_to_it_keeps_the_floor_that_it_has() -> None:
    ours, group = registered("Snacks"), make_category("Crisps")
    set_category_floor(ours.pk, percent=Decimal(10), actor=COMMAND)
    set_category_floor(group.pk, percent=Decimal(20), actor=COMMAND)
    Category.objects.filter(pk=group.pk).update(name_en="Snacks", erp_name="Snacks")
    categories_synced(Written(Category, changed=(group.pk,)))
    assert names() == [("Snacks", "erpnext")]
    assert floors_of([group.pk]) == {group.pk: 20}


def test_a_floor_is_handed_over_with_the_rest() -> None:
    set_category_floor(registered("Snacks").pk, percent=Decimal(10), actor=COMMAND)
    group = arrives("Snacks")
    assert floors_of([group.pk]) == {group.pk: 10}
