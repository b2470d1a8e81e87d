"""Which categories customers see: those that are shown, and hang under none that is hidden."""

from collections.abc import Mapping

from apps.catalog.models import Category, Product
from apps.catalog.states import CategorySource

Parents = Mapping[int, int | None]


def shown_categories() -> Parents:
    """Each with what it hangs under. One question; a shop has hundreds of categories at most."""
    groups = Category.objects.present().filter(source=CategorySource.ERPNEXT)
    rows = list(groups.values_list("pk", "parent_id", "is_in_app"))
    parents = {pk: parent for pk, parent, _is_in_app in rows}
    hidden = {pk for pk, _parent, is_in_app in rows if not is_in_app}
    return {pk: parent for pk, parent in parents.items() if hidden.isdisjoint(_way_up(pk, parents))}


def filled_categories(shown: Parents) -> set[int]:
    """Those of them that lead to a product, but for ERPNext's root: it holds everything, and says nothing."""
    direct = Product.objects.in_app(shown).order_by().values_list("category_id", flat=True).distinct()
    roots = {pk for pk, parent in shown.items() if parent is None} & set(shown.values())
    return {above for pk in direct for above in _way_up(pk, shown)} - roots


def within(category: int, shown: Parents) -> set[int]:
    """It and whatever hangs under it, of what is shown."""
    return {pk for pk in shown if category in _way_up(pk, shown)}


def _way_up(category: int | None, parents: Parents) -> list[int]:
    """It, its parent and so on to the top; a ring, which ERPNext cannot have for long, ends it too."""
    way: list[int] = []
    while category is not None and category not in way:
        way.append(category)
        category = parents.get(category)
    return way
