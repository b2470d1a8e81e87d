"""Who listens to what: the one table. A listener is a Celery task that takes the event's fields."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import tasks as account_tasks
from apps.accounts.events import AppKeyExpires, ResetAsked
from apps.approvals.events import ItemAsked, ItemAssigned, ItemDecided, ItemsDecided
from apps.core.events import OutgoingGivenUp, OutgoingQueued
from apps.inventory import tasks as inventory_tasks
from apps.inventory.events import BatchContested, MatchingAsked, ProductsArrived
from apps.media import tasks as media_tasks
from apps.media.events import PictureArrived
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
    ResetAsked: (account_tasks.send_reset,),
    AppKeyExpires: (notification_tasks.tell_app_key_expires,),
    ItemAsked: (notification_tasks.tell_deciders,),
    ItemAssigned: (notification_tasks.tell_assignee,),
    ItemDecided: (notification_tasks.tell_maker, notification_tasks.settle_asked),
    ItemsDecided: (notification_tasks.tell_makers, notification_tasks.settle_all_asked),
    MatchingAsked: (inventory_tasks.match_upload,),
    BatchContested: (inventory_tasks.tell_contested,),
    ProductsArrived: (inventory_tasks.offer_arrived,),
    PictureArrived: (media_tasks.make_copies,),
    PushesWait: (notification_tasks.send_pushes,),
    HoldAccepted: (sync_tasks.run_approved,),
    RunAsked: (sync_tasks.run_asked,),
    ComparisonAsked: (sync_tasks.compare_asked,),
    CheckAsked: (sync_tasks.check_asked,),
    ReachChanged: (sync_tasks.tell_reach,),
    RecordsParked: (sync_tasks.tell_parked, sync_tasks.ask_about_parked),
    ParityFound: (sync_tasks.tell_parity,),
    DocumentTold: (sync_tasks.read_soon,),
    OutgoingQueued: (sync_tasks.send_outgoing,),
    OutgoingGivenUp: (sync_tasks.tell_needs_attention,),
}
