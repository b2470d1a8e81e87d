"""How a product or a category stands in the customer app."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from apps.core.mirror import NAME_LENGTH


class ShownInApp(models.Model):
    """What the shop decides of it, whatever ERPNext calls it; a rename there leaves both as they are."""

    is_in_app = models.BooleanField(_("shown in the customer app"), default=True, db_default=True)
    label = models.CharField(
        _("label in the app"), max_length=NAME_LENGTH, blank=True, default="", db_default=""
    )  # in each language of the shop: translation.py

    class Meta:
        abstract = True

    @property
    def shown_name(self) -> str:
        """Its label in the reader's language; where that has none, its name."""
        return self.label_in(get_language() or "en") or str(self)

    def name_in(self, language: str) -> str:
        """What it is called in a language where it has no label."""
        return getattr(self, build_localized_fieldname("name", language), "") or str(self)

    def label_in(self, language: str) -> str:
        """The label that was given in a language; empty where there is none."""
        return getattr(self, build_localized_fieldname("label", language), "") or ""
