"""Bounds of a form's field that say in the house's words what is allowed."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.figures import number_text


def at_most(most: Decimal | int) -> MaxValueValidator:
    """Instead of ``max_value``, whose sentence has no thousands apart."""
    return MaxValueValidator(most, message=format_lazy(_("At most {most}."), most=number_text(most)))
