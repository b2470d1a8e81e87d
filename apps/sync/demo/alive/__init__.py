"""The demo shop's own life: on request it sells, restocks, renames, cancels, deletes and changes silently.

All of it goes through the desk, as people at tills and in the office would do it; the same seed on the same
store does the same things.
"""

from apps.sync.demo.alive.life import HAPPENINGS, Alive, Happened, UnknownHappeningError

__all__ = ["HAPPENINGS", "Alive", "Happened", "UnknownHappeningError"]
