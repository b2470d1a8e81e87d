"""Who listens to what: the one table. A listener is a Celery task that takes the event's fields."""

from collections.abc import Mapping
from typing import Any

from apps.approvals.events import ItemAsked, ItemAssigned, ItemDecided
from apps.core.events import OutgoingGivenUp, OutgoingQueued
from apps.notifications import tasks as notification_tasks
from apps.notifications.events import PushesWait
from apps.sync import tasks as sync_tasks
from apps.sync.events import (
    CheckAsked,
    ComparisonAsked,
    DocumentTold,
    HoldAccepted,
    ParityFound,
    ReachChanged,
    RecordsParked,
    RunAsked,
)

LISTENERS: Mapping[type, tuple[Any, ...]] = {
    ItemAsked: (notification_tasks.tell_deciders,),
    ItemAssigned: (notification_tasks.tell_assignee,),
    ItemDecided: (notification_tasks.tell_maker,),
    PushesWait: (notification_tasks.send_pushes,),
    HoldAccepted: (sync_tasks.run_approved,),
    RunAsked: (sync_tasks.run_asked,),
    ComparisonAsked: (sync_tasks.compare_asked,),
    CheckAsked: (sync_tasks.check_asked,),
    ReachChanged: (sync_tasks.tell_reach,),
    RecordsParked: (sync_tasks.tell_parked,),
    ParityFound: (sync_tasks.tell_parity,),
    DocumentTold: (sync_tasks.read_soon,),
    OutgoingQueued: (sync_tasks.send_outgoing,),
    OutgoingGivenUp: (sync_tasks.tell_needs_attention,),
}
