"""The staff's feed: one notice, and a receipt for each person it is for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.notifications.querysets import NoticeQuerySet, ReceiptQuerySet
from apps.notifications.registry import NoticeKind, kind_of
from apps.notifications.states import Severity


class Notice(models.Model):
    """One thing that staff are told."""

    kind = models.CharField(_("kind"), max_length=64)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.INFO)
    # null, not empty, where the same may be told again: nulls are never equal
    dedupe_key = models.CharField(  # noqa: DJ001
        _("told once"), max_length=140, null=True, blank=True, help_text=_("The same thing is told once.")
    )
    actor_label = models.CharField(_("by"), max_length=200)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="notifications_notice_severity_known"
            ),
            models.UniqueConstraint(fields=["kind", "dedupe_key"], name="notifications_notice_told_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="notifications_notice_by_age"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_shown(self) -> NoticeKind:
        """Its kind; one that is no longer registered shows as what it is called."""
        try:
            return kind_of(self.kind)
        except LookupError:
            return NoticeKind(key=self.kind, title=self.kind)


class Receipt(models.Model):
    """That a notice is for somebody, and when he read it."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[ReceiptQuerySet] = ReceiptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "user"], name="notifications_receipt_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-id"], name="notifications_receipt_feed"),
            models.Index(
                fields=["user"], name="notifications_receipt_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.user}"


class MutedKind(models.Model):
    """That somebody does not want the bell to count notices of a kind; they still stand in his feed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_kinds")
    kind = models.CharField(_("kind"), max_length=64)

    class Meta:
        verbose_name = _("muted kind")
        verbose_name_plural = _("muted kinds")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_muted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
