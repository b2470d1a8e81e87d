"""The inbox of whoever is not at a desk: a customer in the shop's app, or staff in theirs."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.notifications.querysets import MessageQuerySet
from apps.notifications.states import Category


class Message(models.Model):
    """One thing that one recipient was told, in his language, in the words that held at that moment.

    He is kept by kind and id: customers are an app above this one.
    """

    recipient_kind = models.CharField(_("kind of recipient"), max_length=16)
    recipient_id = models.CharField(_("recipient's id"), max_length=64)
    kind = models.CharField(_("kind"), max_length=64)
    language = models.CharField(_("language"), max_length=16)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    data = models.JSONField(_("for the app"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    # null, not empty, where the same may be told again: nulls are never equal
    dedupe_key = models.CharField(_("told once"), max_length=140, null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recipient_kind", "recipient_id", "kind", "dedupe_key"],
                name="notifications_message_told_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["recipient_kind", "recipient_id", "-id"], name="notifications_message_inbox"
            ),
            models.Index(
                fields=["recipient_kind", "recipient_id"],
                name="notifications_message_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            models.Index(fields=["recipient_id", "-id"], name="notifications_message_whose"),
            models.Index(fields=["kind", "-id"], name="notifications_message_by_kind"),
            models.Index(fields=["created_at"], name="notifications_message_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_kind} {self.recipient_id}"


class MessageText(models.Model):
    """What staff have a kind of message say in one language, instead of what its app has it say."""

    kind = models.CharField(_("kind"), max_length=64)
    language = models.CharField(_("language"), max_length=16)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=1000, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    changed_by = models.CharField(_("changed by"), max_length=200)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["kind", "language"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "language"], name="notifications_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class Unsubscription(models.Model):
    """That a recipient does not want messages of a category."""

    recipient_kind = models.CharField(_("kind of recipient"), max_length=16)
    recipient_id = models.CharField(_("recipient's id"), max_length=64)
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(category__in=Category.values), name="notifications_category_known"
            ),
            models.UniqueConstraint(
                fields=["recipient_kind", "recipient_id", "category"], name="notifications_unsubscribed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_kind} {self.recipient_id}: {self.category}"
