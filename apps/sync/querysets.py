"""Reusable questions about runs and parked records."""

from typing import Any, Self

from django.db import models

from apps.sync.states import RunState


class RunQuerySet(models.QuerySet[Any]):
    """Runs by entity and state."""

    def running(self) -> Self:
        """Runs whose end nobody has written yet."""
        return self.filter(state=RunState.RUNNING)

    def latest_of_each(self) -> Self:
        """The newest run of every entity."""
        return self.order_by("entity", "-id").distinct("entity")


class QuarantineQuerySet(models.QuerySet[Any]):
    """Parked records by where they came from."""

    def of(self, entity: str, doctype: str) -> Self:
        """What waits of one source."""
        return self.filter(entity=entity, doctype=doctype)
