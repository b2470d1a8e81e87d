"""What an app key can be for, and how it can stand."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppKind(models.TextChoices):
    CUSTOMER_APP = "customer_app", _("Customer app")
    ADMIN_APP = "admin_app", _("Admin app")
    WOOCOMMERCE = "woocommerce", _("WooCommerce")
    EXTERNAL = "external", _("External service")


# Whoever installs the app can read its key there: alone it opens only what is public.
INSTALLED: Final = frozenset({AppKind.CUSTOMER_APP, AppKind.ADMIN_APP})


class AppKeyState(models.TextChoices):
    """How a key stands at a moment; nothing but its dates decides it."""

    ACTIVE = "active", _("In use")
    ROTATING = "rotating", _("Rotating")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
