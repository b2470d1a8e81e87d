"""Who listens to what: the one table. A listener is a Celery task that takes the event's fields."""

from collections.abc import Mapping
from typing import Any

LISTENERS: Mapping[type, tuple[Any, ...]] = {}
