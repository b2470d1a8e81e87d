"""Reusable questions about runs and parked records."""

from typing import Any, Self

from django.db import models

from apps.sync.states import UNDER_WAY, RunState


class RunQuerySet(models.QuerySet[Any]):
    """Runs by entity and state."""

    def running(self) -> Self:
        """Runs whose end nobody has written yet."""
        return self.filter(state=RunState.RUNNING)

    def queued(self) -> Self:
        """Runs that somebody asked for and no worker has taken up."""
        return self.filter(state=RunState.QUEUED)

    def under_way(self) -> Self:
        """Runs that are not over: queued or running."""
        return self.filter(state__in=UNDER_WAY)

    def begun(self) -> Self:
        """Runs that a worker has taken up at some time."""
        return self.exclude(state=RunState.QUEUED)

    def over_entities(self) -> Self:
        """Without those over one document: they say nothing of how an entity stands, or when it is due."""
        return self.filter(erp_name="")

    def latest_of_each(self) -> Self:
        """The newest run over every entity that a worker has taken up."""
        return self.over_entities().begun().order_by("entity", "-id").distinct("entity")


class QuarantineQuerySet(models.QuerySet[Any]):
    """Parked records by where they came from."""

    def of(self, entity: str, doctype: str) -> Self:
        """What waits of one source."""
        return self.filter(entity=entity, doctype=doctype)
