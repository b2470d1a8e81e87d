"""The staff pages of inventory."""

from apps.inventory.pages import category_floors

__all__ = ["category_floors"]
