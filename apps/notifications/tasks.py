"""Doorways: events that staff hear of, and the nightly clearing."""

from datetime import datetime
from typing import Any, Final

from celery import shared_task
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.actors import SYSTEM, Actor
from apps.core.clock import shop_day
from apps.core.queues import Queue
from apps.notifications import services
from apps.notifications.notices import APP_KEY_EXPIRES, DECISION_GIVEN, DECISION_TAKEN, DECISION_WAITS
from apps.notifications.services import Audience
from apps.notifications.states import Severity

ASKS: Final = (DECISION_WAITS.key, DECISION_GIVEN.key)


# Whatever went wrong with one is tried again for ten minutes: even what no release can read may be read by
# the one that is coming up. What then still fails stands on the page System.
@shared_task(queue=Queue.NOTIFICATIONS, autoretry_for=(Exception,), retry_backoff=10, max_retries=6)
def tell_maker(
    item_id: int, title: str, maker_id: str, outcome: str, decided_by: str, reason: str, link: str
) -> None:
    """Tell the one who asked how it was decided."""
    if not maker_id:
        return
    said = {
        "accepted": _("“%(title)s” was accepted"),
        "rejected": _("“%(title)s” was rejected"),
    }.get(outcome, _("“%(title)s” was closed"))
    services.notify_staff(
        kind=DECISION_TAKEN.key,
        title=said % {"title": title},
        text=f"{decided_by}: {reason}" if reason else decided_by,
        link=link,
        severity=Severity.GOOD if outcome == "accepted" else Severity.LOOK,
        to=Audience(user_ids=[int(maker_id)]),
        once=f"item:{item_id}:decided",
        actor=SYSTEM,
    )


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_makers(decisions: list[dict[str, Any]]) -> None:
    """Tell each of several how what he asked for was decided, by itself: none waits for another."""
    for decision in decisions:
        if decision["maker_id"]:
            tell_maker.delay(**decision)


@shared_task(queue=Queue.NOTIFICATIONS)
def settle_asked(link: str, **_decision: object) -> None:
    """What is decided asks nobody any more."""
    services.settle(kinds=ASKS, links=[link], at=timezone.now())


@shared_task(queue=Queue.NOTIFICATIONS)
def settle_all_asked(decisions: list[dict[str, Any]]) -> None:
    """What is decided, of several, asks nobody any more."""
    services.settle(kinds=ASKS, links=[decision["link"] for decision in decisions], at=timezone.now())


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_deciders(
    item_id: int, title: str, permission_key: str, maker_id: str, maker_label: str, link: str
) -> None:
    """Tell those who may decide that something waits for them."""
    services.notify_staff(
        kind=DECISION_WAITS.key,
        title=title,
        text=_("%(maker)s asks for a decision") % {"maker": maker_label},
        link=link,
        to=Audience(permission_key=permission_key, but=Actor("staff", maker_id, maker_label)),
        once=f"item:{item_id}:asked",
        actor=SYSTEM,
    )


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_app_key_expires(key_id: int, name: str, expires_at: str) -> None:
    """Tell those who can mend it that an app is about to be shut out: once for each end."""
    ends = datetime.fromisoformat(expires_at)
    services.notify_staff(
        kind=APP_KEY_EXPIRES.key,
        title=_("The key of “%(name)s” runs out on %(day)s")
        % {"name": name, "day": date_format(shop_day(ends), "j M Y")},
        text=_("From then on the app is refused. Give the key a later end, or a new key to the app."),
        link=reverse("admin:accounts_appkey_change", args=[key_id]),
        to=Audience(permission_key="keys.edit"),
        once=f"app-key:{key_id}:{ends:%Y-%m-%d}",
        actor=SYSTEM,
    )


@shared_task(queue=Queue.NOTIFICATIONS)
def tell_assignee(
    item_id: int, title: str, assignee_id: int, given_by: str, giver_id: str, given_at: str, link: str
) -> None:
    """Tell somebody that he is to look at an item; who took it himself knows."""
    services.notify_staff(
        kind=DECISION_GIVEN.key,
        title=title,
        text=_("%(who)s gave it to you") % {"who": given_by},
        link=link,
        to=Audience(user_ids=[assignee_id], but=Actor("staff", giver_id, given_by)),
        once=f"item:{item_id}:given:{assignee_id}:{given_at}",
        actor=SYSTEM,
    )


@shared_task(queue=Queue.NOTIFICATIONS)
def send_pushes() -> None:
    """Push what waits; the clock asks as well, so that a lost nudge costs a minute."""
    services.send_due(actor=SYSTEM)


@shared_task(queue=Queue.NOTIFICATIONS)
def prune_notices() -> None:
    """Clear the feed and the inboxes of what is too old."""
    services.prune_notices(at=timezone.now(), actor=SYSTEM)
    services.prune_messages(at=timezone.now(), actor=SYSTEM)
