"""The keys by which apps call the API. Of a secret only its hash is kept (docs/adr/0310)."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.querysets import AppKeyQuerySet, AppSecretQuerySet
from apps.accounts.states import INSTALLED, AppKeyState, AppKind

SOON: Final = timedelta(days=14)  # before a key runs out, whoever can mend it is told


class AppKey(models.Model):
    """One app, what it may open and from where."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=AppKind.choices)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    channel = models.CharField(
        _("channel"), max_length=30, blank=True, help_text=_("What its orders and campaigns go by.")
    )
    origins = models.JSONField(_("allowed origins"), default=list, blank=True)
    requests_per_minute = models.PositiveIntegerField(_("requests per minute"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.CharField(_("made by"), max_length=200)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.CharField(_("revoked by"), max_length=200, blank=True)
    revoked_because = models.CharField(_("why revoked"), max_length=200, blank=True)

    objects: ClassVar[AppKeyQuerySet] = AppKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("app key")
        verbose_name_plural = _("app keys")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AppKind.values), name="accounts_appkey_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="", revoked_because="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                name="accounts_appkey_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_installed(self) -> bool:
        """Whether people install what it lies in, so that it is public by nature."""
        return self.kind in INSTALLED

    def state(self, at: datetime) -> AppKeyState:
        """How it stands; asks for its secrets, which a list fetches together."""
        if self.revoked_at is not None:
            return AppKeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= at + SOON:
            return AppKeyState.EXPIRED if self.expires_at <= at else AppKeyState.EXPIRING
        is_rotating = any(secret.is_leaving(at) for secret in self.secrets.all())
        return AppKeyState.ROTATING if is_rotating else AppKeyState.ACTIVE


class AppSecret(models.Model):
    """What an app proves its key with. While it is rotated a key has two, each with a use of its own."""

    app_key = models.ForeignKey(AppKey, models.CASCADE, related_name="secrets", verbose_name=_("app key"))
    prefix = models.CharField(_("begins with"), max_length=8, unique=True)
    digest = models.CharField(_("SHA-256"), max_length=64)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("When it was replaced; the present one has no end.")
    )
    once = models.CharField(
        _("form"), max_length=32, null=True, blank=True, unique=True, editable=False,
        help_text=_("Which form it was made by: sent again, that form makes nothing."),
    )  # fmt: skip
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    used_from = models.GenericIPAddressField(_("from"), null=True, blank=True)
    used_version = models.CharField(_("app version"), max_length=32, blank=True)

    objects: ClassVar[AppSecretQuerySet] = AppSecretQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("secret of an app key")
        verbose_name_plural = _("secrets of app keys")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["app_key"],
                condition=models.Q(ends_at__isnull=True),
                name="accounts_appsecret_one_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"ak_{self.prefix}_***"

    def is_leaving(self, at: datetime) -> bool:
        """Whether it was replaced and still counts."""
        return self.ends_at is not None and self.ends_at > at
