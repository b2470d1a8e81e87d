"""The staff pages of the sync."""

from apps.sync.pages import controls, entity, overview

__all__ = ["controls", "entity", "overview"]
