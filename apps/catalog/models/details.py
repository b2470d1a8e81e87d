# modeltranslation builds the managers of translated models while Django loads; mypy cannot follow it there.
# mypy: disable-error-code="django-manager-missing"
"""What Larder adds to a product, where a column would not do."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models.products import Product
from apps.catalog.states import Allergen, AllergenState


class ProductAllergen(models.Model):
    """What is known of one allergen in a product; without a row it is unknown, which is unsafe."""

    product = models.ForeignKey(
        Product, models.CASCADE, db_index=False, related_name="allergens", verbose_name=_("product")
    )
    allergen = models.CharField(_("allergen"), max_length=20, choices=Allergen.choices)
    state = models.CharField(_("state"), max_length=10, choices=AllergenState.choices)

    class Meta:
        verbose_name = _("allergen of a product")
        verbose_name_plural = _("allergens of products")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "allergen"], name="catalog_allergen_once"),
            models.CheckConstraint(
                condition=Q(allergen__in=Allergen.values), name="catalog_allergen_known_allergen"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state in AllergenState if state != AllergenState.UNKNOWN]),
                name="catalog_allergen_known_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_allergen_display()}: {self.get_state_display()}"
