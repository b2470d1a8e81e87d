"""What becomes of a picture after its upload."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AssetState(models.TextChoices):
    """Where its smaller copies stand; the picture itself can be used in each."""

    PREPARING = "preparing", _("Making sizes")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Needs a hand")
