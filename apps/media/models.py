"""The pictures of the shop, and their smaller copies."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.pictures import Kind
from apps.media import files
from apps.media.naming import file_name
from apps.media.querysets import ASSET_WORDS, AssetQuerySet
from apps.media.states import AssetSource, AssetState

KINDS = [(kind.value, kind.value.upper() if kind is not Kind.WEBP else "WebP") for kind in Kind]

KNOWN_KINDS = [kind for kind, _title in KINDS]


class Asset(models.Model):
    """One picture. Its address is random and stays, also when it is replaced."""

    token = models.CharField(_("token"), max_length=32, unique=True, editable=False)
    kind = models.CharField(_("type"), max_length=4, choices=KINDS)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    frames = models.PositiveSmallIntegerField(_("frames"), default=1)
    size = models.PositiveIntegerField(_("size"))
    upload_sha256 = models.CharField(_("fingerprint of the upload"), max_length=64)
    original_name = models.CharField(_("name"), max_length=200)
    alt = models.JSONField(_("alternative text"), default=dict, blank=True)  # by language
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    known_by = models.TextField(_("words"), editable=False)  # name, texts and tags, to search in
    state = models.CharField(
        _("state"), max_length=9, choices=AssetState.choices, default=AssetState.PREPARING
    )
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    source = models.CharField(
        _("source"),
        max_length=7,
        choices=AssetSource.choices,
        default=AssetSource.LIBRARY,
        db_default=AssetSource.LIBRARY.value,
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    uploaded_by = models.CharField(_("uploaded by"), max_length=200)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    arrived_at = models.DateTimeField(_("last file"), default=timezone.now)  # by upload or replacement
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects: ClassVar[AssetQuerySet] = AssetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-uploaded_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=AssetState.values), name="media_asset_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=KNOWN_KINDS), name="media_asset_kind_known"),
            models.CheckConstraint(
                condition=Q(source__in=AssetSource.values), name="media_asset_source_known"
            ),
            models.CheckConstraint(
                condition=Q(token__regex="^[0-9a-f]{32}$"),  # noqa: S106 - a pattern
                name="media_asset_token_plain"
            ),
            models.CheckConstraint(
                condition=Q(state=AssetState.FAILED, trouble__gt="")
                | (~Q(state=AssetState.FAILED) & Q(trouble="")),
                name="media_asset_trouble_iff_failed",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-uploaded_at", "-id"], name="media_asset_latest"),
            models.Index(fields=["kind", "-uploaded_at", "-id"], name="media_asset_by_kind"),
            models.Index(fields=["source", "-uploaded_at", "-id"], name="media_asset_by_source"),
            models.Index(fields=["upload_sha256"], name="media_asset_by_upload"),
            models.Index(
                fields=["arrived_at"], name="media_asset_waiting", condition=Q(state=AssetState.PREPARING)
            ),
            GinIndex(fields=["tags"], name="media_asset_by_tag"),
            GinIndex(ASSET_WORDS, name="media_asset_by_words"),
        ]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("admin:media_asset", kwargs={"asset_id": self.pk})

    @property
    def is_of(self) -> Kind:
        return Kind(self.kind)

    @property
    def is_given(self) -> bool:
        """Whether ERPNext gives it: then it is changed and removed there."""
        return self.source == AssetSource.ERPNEXT

    @property
    def file(self) -> str:
        """The name of its file."""
        return file_name(self.token, self.is_of)

    @property
    def url(self) -> str:
        """Its address, for everybody and for good."""
        return files.address(self.file)

    def url_of(self, side: int) -> str:
        """The address of its copy of that side; its own where it is no larger, or has no copies yet."""
        if self.state != AssetState.READY or max(self.width, self.height) <= side:
            return self.url
        return files.address(file_name(self.token, Kind.WEBP, side))

    @property
    def thumbnail(self) -> str:
        """What lists show, always of the file that is there now."""
        return f"{self.url_of(480)}?v={self.version}"

    @property
    def icon(self) -> str:
        """The smallest copy, likewise."""
        return f"{self.url_of(160)}?v={self.version}"

    @property
    def alt_text(self) -> str:
        """What it shows, in words: in the reader's language, else in English, else nothing."""
        texts: dict[str, str] = self.alt
        return texts.get(get_language() or "en") or texts.get("en", "")


class Rendition(models.Model):
    """A copy of a picture: smaller, or in WebP."""

    asset = models.ForeignKey(
        Asset, verbose_name=_("picture"), on_delete=models.CASCADE, related_name="renditions"
    )
    name = models.CharField(_("file"), max_length=48, unique=True)
    kind = models.CharField(_("type"), max_length=4, choices=KINDS)
    side = models.PositiveSmallIntegerField(_("longer side"))  # 0: as large as the picture
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size"))

    objects: ClassVar["models.Manager[Any]"] = models.Manager()

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["asset", "-side", "kind"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=KNOWN_KINDS), name="media_rendition_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return files.address(self.name)
