"""How much a notice matters."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("For your information")
    GOOD = "good", _("Done")
    LOOK = "look", _("Have a look")
    ACT = "act", _("Act on it")
