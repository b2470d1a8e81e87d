"""The files behind the images that ERPNext names."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.querysets import ErpPictureQuerySet
from apps.catalog.states import PictureState
from apps.core.mirror import STAMP_LENGTH
from apps.media.models import Asset
from apps.media.picking import MediaField

LONGEST_PATH: Final = 500  # of an address; what is longer is no file's, and would fit no index
LONGEST_TROUBLE: Final = 300


class ErpPicture(models.Model):
    """An image's address in ERPNext, and what became of fetching it: once, however many records name it.

    The row is all the memory there is: the clock finds by it what is to be fetched (docs/adr/0720).
    """

    path = models.CharField(_("address in ERPNext"), max_length=LONGEST_PATH, unique=True)
    asset = MediaField(verbose_name=_("picture"))  # the last that came; shown also when a later look fails
    state = models.CharField(
        _("state"), max_length=7, choices=PictureState.choices, default=PictureState.WAITING
    )
    trouble = models.CharField(_("trouble"), max_length=LONGEST_TROUBLE, blank=True)
    due_at = models.DateTimeField(_("looked at next"), null=True, blank=True)  # none: when there is a reason
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # since it last came
    seen_modified = models.CharField(_("item last saved"), max_length=STAMP_LENGTH, blank=True)
    etag = models.CharField(_("version in ERPNext"), max_length=200, blank=True)
    last_modified = models.CharField(_("changed in ERPNext"), max_length=60, blank=True)
    looked_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    unused_since = models.DateTimeField(_("no product names it since"), null=True, blank=True)

    objects = ErpPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("image in ERPNext")
        verbose_name_plural = _("images in ERPNext")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=PictureState.values), name="catalog_erppicture_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PictureState.in_trouble(), trouble__gt="")
                | (~Q(state__in=PictureState.in_trouble()) & Q(trouble="")),
                name="catalog_erppicture_trouble_iff_any",
            ),
            models.CheckConstraint(
                condition=~Q(state=PictureState.HERE) | Q(asset__isnull=False),
                name="catalog_erppicture_here_is_here",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"], name="catalog_erppicture_due", condition=Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.path


class Pictured(models.Model):
    """A record of which ERPNext names an image, in its ``image_path``."""

    image_path: str
    # by its address: what the sync writes there is all that ties the two (docs/adr/0720)
    picture = models.ForeignObject(
        ErpPicture,
        models.DO_NOTHING,
        from_fields=["image_path"],
        to_fields=["path"],
        null=True,
        related_name="+",
        verbose_name=_("image"),
    )

    class Meta:
        abstract = True

    @property
    def named_picture(self) -> ErpPicture | None:
        """The image that ERPNext names; of a row that was selected with it, without a question."""
        try:
            return self.picture if self.image_path else None
        except ErpPicture.DoesNotExist:  # named a moment ago
            return None

    @property
    def asset(self) -> Asset | None:
        """The picture that is shown for it."""
        named = self.named_picture
        return named.asset if named else None
