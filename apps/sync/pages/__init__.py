"""The staff pages of the sync."""

from apps.sync.pages import connection, controls, entity, intervals, overview, parity, rereading

__all__ = ["connection", "controls", "entity", "intervals", "overview", "parity", "rereading"]
