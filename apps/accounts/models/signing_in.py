"""What signing in leaves behind: tries that failed, and codes for the day a phone is lost."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.querysets import TriesQuerySet


class Tries(models.Model):
    """The tries to sign in to one account from one address that did not succeed (docs/adr/0307).

    An account that does not exist is counted like one that does, by a digest: people type passwords into
    the field of the address.
    """

    account = models.CharField(_("account"), max_length=64)
    address = models.CharField(_("address"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tries",
        verbose_name=_("person"),
    )
    failed_at = ArrayField(models.DateTimeField(), verbose_name=_("failed"), default=list)
    last_at = models.DateTimeField(_("last try"), null=True, blank=True, db_index=True)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    objects: ClassVar[TriesQuerySet] = TriesQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("failed tries")
        verbose_name_plural = _("failed tries")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "address"], name="accounts_tries_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.account} ({self.address or '—'})"


class RecoveryCode(models.Model):
    """Opens one sign-in in place of the phone. Only its digest is kept: 80 random bits need no more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name=_("person")
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="accounts_recoverycode_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {'used' if self.used_at else 'unused'}"
