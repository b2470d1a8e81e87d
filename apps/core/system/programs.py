"""The workers and the clock, and what waits for them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Tone
from apps.core.figures import count_text, duration_text, moment_text
from apps.core.health import failures, heartbeats
from apps.core.queues import Queue
from apps.core.system.parts import Fact, Kind, Look, offer

NAMES: Final[dict[str, Promise]] = {
    "worker": _("Worker"),
    "syncer": _("Syncer (ERPNext)"),
    "beat": _("Clock (beat)"),
}
WITHOUT: Final[dict[str, Promise]] = {
    "worker": _("Notices and everything in the background wait. Start the worker."),
    "syncer": _("Nothing is read from or sent to ERPNext. Start the syncer."),
    "beat": _("Nothing starts by itself. Start beat."),
}
PRIORITIES: Final = ("", "\x06\x163", "\x06\x166", "\x06\x169")  # kombu's lists of one queue
LONG: Final = 1000  # messages
OLD: Final = timedelta(minutes=10)


def programs(look: Look) -> Iterator[Fact]:
    look.redis.ping()
    for program in heartbeats.PROGRAMS:
        yield _program(program, look.at)


def _program(program: str, at: datetime) -> Fact:
    seen, since = heartbeats.last(program), heartbeats.since(program)
    if seen is None:
        return Fact(NAMES[program], _("not running"), Tone.ACT, WITHOUT[program])
    if at - seen >= heartbeats.STALE:
        said = _t("silent since %(when)s") % {"when": moment_text(seen, now=at)}
        return Fact(NAMES[program], said, Tone.ACT, WITHOUT[program])
    if since is None:
        return Fact(NAMES[program], _("running"), Tone.WELL)
    return Fact(
        NAMES[program], _t("running since %(when)s") % {"when": moment_text(since, now=at)}, Tone.WELL
    )


def queues(look: Look) -> Iterator[Fact]:
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    for queue in Queue:
        lists = [f"{prefix}{queue}{step}" for step in PRIORITIES]
        yield _queue(queue, look, [name for name in lists if look.redis.exists(name)])
    taken: Any = look.redis.hlen(f"{prefix}unacked")
    yield Fact(_("Taken up by workers"), count_text(taken))
    yield _failed(look)


def _failed(look: Look) -> Fact:
    label, failed = _("Failed tasks, last 24 hours"), failures.within(failures.KEPT, at=look.at)
    if not failed:
        return Fact(label, _("none"), Tone.WELL)
    last = failed[0]
    said = _t("%(count)s, the last %(when)s: %(task)s (%(trouble)s)") % {
        "count": count_text(len(failed)),
        "when": moment_text(last.at, now=look.at),
        "task": last.task.removeprefix("apps."),
        "trouble": last.trouble,
    }
    return Fact(label, said, Tone.LOOK, _("Each was tried as often as it may be. The worker's log says why."))


def _queue(queue: Queue, look: Look, lists: list[str]) -> Fact:
    label = _t("Queue %(name)s") % {"name": queue}
    waiting = sum(int(look.redis.llen(name)) for name in lists)
    if not waiting:
        return Fact(label, _("nothing waits"), Tone.WELL)
    ages = [look.at - sent for name in lists if (sent := _oldest(look.redis.lindex(name, -1)))]
    said, oldest = count_text(waiting), max(ages, default=timedelta())
    oldest = max(oldest, timedelta())  # its sender's clock may be ahead, and it may be newer than our look
    if ages:
        said = _t("%(count)s wait, the oldest for %(age)s") % {"count": said, "age": duration_text(oldest)}
    if waiting < LONG and oldest < OLD:
        return Fact(label, said)
    return Fact(
        label, said, Tone.LOOK, _("More comes than is worked off: start more workers for this queue.")
    )


def _oldest(message: Any) -> datetime | None:
    """When a message was sent, as its sender wrote on it; what others put into the queue says nothing."""
    try:
        return parse_datetime(json.loads(message)["headers"]["sent_at"])
    except (KeyError, TypeError, ValueError):
        return None


offer(
    Kind(
        name="programs",
        title=_("Programs"),
        icon="settings_motion_mode",
        ask=lambda look: list(programs(look)),
        order=40,
    )
)
offer(Kind(name="queues", title=_("Queues"), icon="stacks", ask=lambda look: list(queues(look)), order=50))
