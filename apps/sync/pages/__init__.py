"""The staff pages of the sync."""

from apps.sync.pages import connection, controls, parity

__all__ = ["connection", "controls", "parity"]
