"""The staff pages of inventory: a supplier's invoice, from its file to what it made; margin floors."""

from apps.inventory.pages import (
    category_floors,
    choosing,
    columns,
    confirming,
    line,
    matching,
    standing,
    starting,
    suggestions,
    template,
)

__all__ = [
    "category_floors",
    "choosing",
    "columns",
    "confirming",
    "line",
    "matching",
    "standing",
    "starting",
    "suggestions",
    "template",
]
