"""The staff pages of the sync."""

from apps.sync.pages import controls, entity, overview, parity

__all__ = ["controls", "entity", "overview", "parity"]
