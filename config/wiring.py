"""Who listens to what: the one table. A listener is a Celery task that takes the event's fields."""

from collections.abc import Mapping
from typing import Any

from apps.approvals.events import ItemAsked, ItemDecided
from apps.core.events import OutgoingQueued
from apps.notifications import tasks as notification_tasks
from apps.sync import tasks as sync_tasks
from apps.sync.events import HoldAccepted, RunAsked

LISTENERS: Mapping[type, tuple[Any, ...]] = {
    ItemAsked: (notification_tasks.tell_deciders,),
    ItemDecided: (notification_tasks.tell_maker,),
    HoldAccepted: (sync_tasks.run_approved,),
    RunAsked: (sync_tasks.run_asked,),
    OutgoingQueued: (sync_tasks.send_outgoing,),
}
