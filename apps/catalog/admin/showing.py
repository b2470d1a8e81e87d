"""How lists and profiles say whether customers see something in their app."""

from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Category, Product
from apps.core.admin import filters

IN_APP: Final = filters.yes_no(
    "in_app", _("In the customer app"), yes=Q(is_in_app=True), words=(_("Shown"), _("Hidden"))
)


def labels_of(record: Category | Product) -> str:
    """What was given instead of its name, language by language."""
    given = [(name, record.label_in(code)) for code, name in settings.LANGUAGES]
    return ", ".join(f"{name}: {label}" for name, label in given if label)
