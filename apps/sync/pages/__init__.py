"""The staff pages of the sync."""

from apps.sync.pages import controls, parity

__all__ = ["controls", "parity"]
