"""What can be asked of the feed and the inboxes, and who can be told."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast

from apps.notifications.states import DeliveryState

if TYPE_CHECKING:
    from apps.notifications.models import Delivery, Device, Message, Notice, Receipt  # noqa: F401


class NoticeQuerySet(models.QuerySet["Notice"]):
    """What staff were told."""

    def older_than(self, at: datetime) -> Self:
        return self.filter(created_at__lt=at)


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Who was told what, and has read it."""

    def of(self, person: models.Model) -> Self:
        return self.filter(user_id=person.pk)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def of_kind(self, kind: str) -> Self:
        return self.filter(notice__kind=kind)

    def latest_first(self) -> Self:
        return self.select_related("notice").order_by("-id")


class MessageQuerySet(models.QuerySet["Message"]):
    """The inboxes."""

    def to(self, *, kind: str, recipient_id: str) -> Self:
        """One recipient's."""
        return self.filter(recipient_kind=kind, recipient_id=recipient_id)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def older_than(self, at: datetime) -> Self:
        return self.filter(created_at__lt=at)

    def matching(self, text: str) -> Self:
        """Those to the recipient of this id; staff have it from the customer's profile."""
        return self.filter(recipient_id=text.strip())

    def with_pushes(self) -> Self:
        """With how its pushes stand: ``has_waiting``, ``has_sent``, ``has_failed``, ``has_dropped``."""
        return self.annotate(**{f"has_{state.value}": self._pushed(state) for state in DeliveryState})

    def with_names(self) -> Self:
        """With ``staff_name`` where a member of staff was told; a customer is known to an app above."""
        whose = get_user_model().objects.alias(key=Cast("pk", models.CharField()))
        named = whose.filter(key=OuterRef("recipient_id")).values("full_name")[:1]
        to_staff = models.When(recipient_kind="staff", then=models.Subquery(named))
        return self.annotate(staff_name=models.Case(to_staff, default=None, output_field=models.CharField()))

    def pushed(self, *states: DeliveryState) -> Self:
        """With a push in one of these states; for none, those that no phone was there for."""
        return self.filter(self._pushed(*states)) if states else self.filter(~self._pushed(*DeliveryState))

    def _pushed(self, *states: DeliveryState) -> Exists:
        deliveries = self.model._meta.get_field("deliveries").related_model
        return Exists(deliveries._base_manager.filter(message_id=OuterRef("pk"), state__in=states))


class DeviceQuerySet(models.QuerySet["Device"]):
    """Phones."""

    def of(self, *, kind: str, recipient_id: str) -> Self:
        return self.filter(recipient_kind=kind, recipient_id=recipient_id)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Pushes."""

    def due(self, at: datetime, *, only_urgent: bool) -> Self:
        """What a sender may take up now, the longest due first."""
        waiting = self.filter(state=DeliveryState.WAITING, due_at__lte=at).order_by("due_at", "id")
        return waiting.filter(message__is_urgent=True) if only_urgent else waiting

    def failed_of(self, message_ids: Collection[int]) -> Self:
        return self.filter(message_id__in=message_ids, state=DeliveryState.FAILED)
