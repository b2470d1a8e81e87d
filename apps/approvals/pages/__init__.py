"""The staff pages of To Do: the inbox, and one item."""

from apps.approvals.pages import inbox, item

__all__ = ["inbox", "item"]
