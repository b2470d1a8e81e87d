"""How the installation is, part by part, for the page *System* and for a mail to whoever helps.

An app above adds what it knows in its ``system.py``, by ``parts.offer``; each part fails by itself.
"""

from apps.core.system import database, programs, redis, storage, surroundings

__all__ = ["database", "programs", "redis", "storage", "surroundings"]
