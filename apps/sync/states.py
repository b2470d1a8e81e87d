"""How a run may stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """``interrupted`` is written by the next run of the entity: a killed worker cannot say so itself."""

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


WHOLE = (Mode.FULL, Mode.COMPARE)  # they have seen every name, so they know what is gone
