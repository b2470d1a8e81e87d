"""The staff pages of inventory: a supplier's invoice, from its file to what it made."""

from apps.inventory.pages import (
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
