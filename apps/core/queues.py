"""The task queues, and the task that remembers which request asked for it, and when."""

from enum import StrEnum
from typing import Any

from celery import Task
from django.utils import timezone

from apps.core import request_context


class Queue(StrEnum):
    """Kept apart, so that a long sync never holds up a notice."""

    DEFAULT = "default"
    SYNC = "sync"
    EVENTS = "events"
    NOTIFICATIONS = "notifications"


class TracedTask(Task[Any, Any]):
    """A task under the request id of whoever sent it; one sent by the clock gets an id of its own."""

    # Celery's own signature spells out each option; we pass them on.
    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        said = {"request_id": request_context.request_id(), "sent_at": timezone.now().isoformat()}
        headers = said | (options.pop("headers", None) or {})
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        asked = (self.request.headers or {}).get("request_id") or self.request.get("request_id")
        with request_context.bound(request_id=request_context.sane_or_new(asked)):
            return super().__call__(*args, **kwargs)
