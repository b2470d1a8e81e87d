"""Categories as a tree."""

from collections import defaultdict
from collections.abc import Sequence

from apps.catalog.models import Category


def in_tree_order(categories: Sequence[Category]) -> list[Category]:
    """Each under its parent, brothers as they came, with its ``depth`` from the top.

    One whose parent is not among them is a root, and so is one of a ring of parents: ERPNext allows neither,
    but a tree that hides a category would be worse than a crooked one.
    """
    here = {category.pk for category in categories}
    children: dict[int | None, list[Category]] = defaultdict(list)
    for category in categories:
        children[category.parent_id if category.parent_id in here else None].append(category)
    ordered = _walk(children)
    placed = {category.pk for category in ordered}
    return ordered + [_at(category, 0) for category in categories if category.pk not in placed]


def _walk(children: dict[int | None, list[Category]]) -> list[Category]:
    ordered: list[Category] = []
    waiting = [(category, 0) for category in reversed(children[None])]
    while waiting:
        category, depth = waiting.pop()
        ordered.append(_at(category, depth))
        waiting += [(child, depth + 1) for child in reversed(children[category.pk])]
    return ordered


def _at(category: Category, depth: int) -> Category:
    category.depth = depth  # type: ignore[attr-defined]
    return category
