"""The staff pages of the sync."""

from apps.sync.pages import controls

__all__ = ["controls"]
