"""Where a picture comes from, and what becomes of it after it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AssetState(models.TextChoices):
    """Where its smaller copies stand; the picture itself can be used in each."""

    PREPARING = "preparing", _("Making sizes")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Needs a hand")


class AssetSource(models.TextChoices):
    """Who may change the picture itself: staff, or ERPNext as long as it gives it."""

    LIBRARY = "library", _("Uploaded here")
    ERPNEXT = "erpnext", _("From ERPNext")
