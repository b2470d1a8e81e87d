"""Allergens and what can be said of each, where categories come from, and how images are fetched."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Allergen(TextChoices):
    """The fourteen of food law (Regulation (EU) No 1169/2011, Annex II), in its order."""

    GLUTEN = "gluten", _("Cereals containing gluten")
    CRUSTACEANS = "crustaceans", _("Crustaceans")
    EGGS = "eggs", _("Eggs")
    FISH = "fish", _("Fish")
    PEANUTS = "peanuts", _("Peanuts")
    SOYBEANS = "soybeans", _("Soybeans")
    MILK = "milk", _("Milk")
    NUTS = "nuts", _("Nuts")
    CELERY = "celery", _("Celery")
    MUSTARD = "mustard", _("Mustard")
    SESAME = "sesame", _("Sesame seeds")
    SULPHITES = "sulphites", _("Sulphur dioxide and sulphites")
    LUPIN = "lupin", _("Lupin")
    MOLLUSCS = "molluscs", _("Molluscs")


class AllergenState(TextChoices):
    """What is known. Nothing said is unknown, and unknown is treated as unsafe."""

    UNKNOWN = "unknown", _("Unknown")
    CONTAINS = "contains", _("Contains")
    MAY = "may", _("May contain")
    FREE = "free", _("Free of it")


SAFE = AllergenState.FREE  # the one state that may be served to somebody who must not eat it


class CategorySource(TextChoices):
    """Where a category comes from."""

    ERPNEXT = "erpnext", _("ERPNext")
    REGISTRY = "registry", _("Registry")


class PictureState(TextChoices):
    """How fetching an image from ERPNext stands."""

    WAITING = "waiting", _("Not fetched yet")
    HERE = "here", _("Fetched")
    FAILED = "failed", _("Could not be fetched")  # it is tried again
    REFUSED = "refused", _("Not taken")  # and is not asked for again while its address stays

    @classmethod
    def in_trouble(cls) -> tuple[str, ...]:
        """The states that say why."""
        return (cls.FAILED.value, cls.REFUSED.value)


PICTURE_MOVES: Final = {
    PictureState.WAITING: {PictureState.HERE, PictureState.FAILED, PictureState.REFUSED},
    PictureState.HERE: {PictureState.HERE, PictureState.FAILED, PictureState.REFUSED, PictureState.WAITING},
    PictureState.FAILED: {PictureState.HERE, PictureState.FAILED, PictureState.REFUSED, PictureState.WAITING},
    PictureState.REFUSED: {PictureState.WAITING},
}
