"""The staff pages of the sync."""

from apps.sync.pages import connection, controls, intervals, parity

__all__ = ["connection", "controls", "intervals", "parity"]
