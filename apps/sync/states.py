"""How a run may stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """``interrupted`` is written by the next run of the entity: a killed worker cannot say so itself."""

    QUEUED = "queued", _("Queued")  # somebody asked for it; a worker takes it up
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    PARTIAL = "partial", _("Partial")
    HELD = "held", _("Waits for a decision")  # the guard stopped a part of it
    FAILED = "failed", _("Failed")
    INTERRUPTED = "interrupted", _("Interrupted")


class Mode(models.TextChoices):
    """How much of an entity a run reads.

    ``compare`` reads of every document its name, its stamps and what can drift, and again what differs.
    """

    FULL = "full", _("Full")
    MODIFIED = "modified", _("Modified")
    COMPARE = "compare", _("Compare")


class Direction(models.TextChoices):
    """Which way a control lets through."""

    PULL = "pull", _("Pull")  # from ERPNext
    PUSH = "push", _("Push")  # to ERPNext


class Reach(models.TextChoices):
    """How ERPNext stood to us when it was last asked."""

    WELL = "well", _("Answers")
    UNREACHABLE = "unreachable", _("Does not answer")
    REFUSED = "refused", _("Refuses our key")
    ANOTHER_SITE = "another_site", _("Is another site")


UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)
WHOLE = (Mode.FULL, Mode.COMPARE)  # they have seen every name, so they know what is gone
