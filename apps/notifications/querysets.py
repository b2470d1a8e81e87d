"""What can be asked of the feed, and who can be told."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from apps.notifications.models import Notice, Receipt  # noqa: F401


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
