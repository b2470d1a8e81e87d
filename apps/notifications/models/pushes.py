"""Phones, and what was pushed to each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.notifications.models.messages import Message
from apps.notifications.querysets import DeliveryQuerySet, DeviceQuerySet
from apps.notifications.states import DeliveryState, Platform


class Device(models.Model):
    """Where a recipient can be reached: a push service's token for one app on one phone."""

    recipient_kind = models.CharField(_("kind of recipient"), max_length=16)
    recipient_id = models.CharField(_("recipient's id"), max_length=64)
    token = models.CharField(_("token"), max_length=512, unique=True)
    platform = models.CharField(_("platform"), max_length=8, choices=Platform.choices)
    app = models.CharField(_("app"), max_length=64, blank=True)
    version = models.CharField(_("version"), max_length=32, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    objects: ClassVar[DeviceQuerySet] = DeviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(platform__in=Platform.values), name="notifications_platform_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient_kind", "recipient_id"], name="notifications_device_whose"),
            models.Index(fields=["seen_at"], name="notifications_device_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.app}".strip()


class Delivery(models.Model):
    """One message's way to one device. Its state moves in ``notifications.services.delivering`` only."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    device = models.ForeignKey(
        Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    platform = models.CharField(_("platform"), max_length=8, choices=Platform.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    why = models.CharField(_("why"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # while it waits: not to be taken up before; a sender who takes it up moves this on (his lease)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    reference = models.CharField(_("the push service's number"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="notifications_delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(platform__in=Platform.values), name="notifications_delivery_platform_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, ended_at__isnull=True)
                | (~Q(state=DeliveryState.WAITING) & Q(ended_at__isnull=False)),
                name="notifications_delivery_ended_iff_over",
            ),
            models.UniqueConstraint(fields=["message", "device"], name="notifications_delivery_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                name="notifications_delivery_waiting",
                condition=Q(state=DeliveryState.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.get_platform_display()}"
