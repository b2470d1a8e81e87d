"""The live feed: what the sync does and did, newest first, since somebody last cleared it.

Screen and API show the same lines. However much has happened, they cost six queries, each over a bounded
number of rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, TextChoices
from django.db.models.functions import Coalesce, TruncMinute
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.approvals.models import Item
from apps.approvals.states import ItemState
from apps.core.admin import chips
from apps.core.admin.chips import Tone
from apps.core.figures import count_text
from apps.core.models import OutgoingMove
from apps.core.states import OutgoingState
from apps.core.templatetags import larder as say
from apps.sync.entities import ENTITIES
from apps.sync.models import FeedCleared, Run, WebhookDelivery
from apps.sync.options import QuietOptions
from apps.sync.services import holding
from apps.sync.states import UNDER_WAY, Mode, RunState
from apps.sync.words import came_of

MOST: Final = 50
LOOKED_AT: Final = 1_000  # of the newest rows of what has no index by time
RECENT: Final = timedelta(days=1)  # webhooks are counted no further back
LONGEST: Final = 300  # characters of somebody else's sentence
NAMES: Final = frozenset(entity.name for entity in ENTITIES)

MODES: Final = {
    Mode.MODIFIED: gettext_lazy("%(title)s"),
    Mode.FULL: gettext_lazy("%(title)s (full)"),
    Mode.COMPARE: gettext_lazy("%(title)s (compare)"),
}
RUNS: Final = {
    RunState.QUEUED: gettext_lazy("%(what)s: asked for by %(who)s, waits for a worker"),
    RunState.RUNNING: gettext_lazy("%(what)s: %(counts)s so far, started by %(who)s"),
    RunState.SUCCEEDED: gettext_lazy("%(what)s: %(counts)s"),
    RunState.PARTIAL: gettext_lazy("%(what)s: %(counts)s"),
    RunState.HELD: gettext_lazy("%(what)s: %(counts)s"),
    RunState.FAILED: gettext_lazy("%(what)s failed: %(problem)s"),
    RunState.INTERRUPTED: gettext_lazy("%(what)s broke off: %(problem)s"),
}
HOLDS: Final = {
    ItemState.OPEN: (Tone.LOOK, gettext_lazy("%(title)s: that waits in To Do")),
    ItemState.ACCEPTED: (Tone.WELL, gettext_lazy("%(title)s: %(who)s let it through")),
    ItemState.REJECTED: (Tone.QUIET, gettext_lazy("%(title)s: %(who)s turned it down")),
    ItemState.CLOSED: (Tone.QUIET, gettext_lazy("%(title)s: that is so no more")),
}
MESSAGES: Final = {
    OutgoingState.SENT: (Tone.WELL, "send", gettext_lazy("Sent to ERPNext: %(subject)s")),
    OutgoingState.FAILED: (
        Tone.LOOK,
        "schedule_send",
        gettext_lazy("Not sent yet, will be tried again: %(subject)s. %(reason)s"),
    ),
    OutgoingState.NEEDS_ATTENTION: (
        Tone.ACT,
        "cancel_schedule_send",
        gettext_lazy("Not sent, needs attention: %(subject)s. %(reason)s"),
    ),
}


class FeedKind(TextChoices):
    """What a line tells of."""

    RUN = "run", gettext_lazy("Run")
    HOLD = "hold", gettext_lazy("Held back by the guard")
    MESSAGE = "message", gettext_lazy("Message to ERPNext")
    WEBHOOK = "webhook", gettext_lazy("Webhook of ERPNext")


@dataclass(frozen=True, kw_only=True)
class FeedLine:
    """One thing that happened or goes on; of a run also how far it is."""

    at: datetime  # when it ended, or began while it goes on
    kind: FeedKind
    tone: Tone
    icon: str
    text: str
    entity: str = ""
    run_id: int | None = None
    done: int = 0
    expected: int = 0  # as far as is known
    rate: int | None = None  # records a second
    is_running: bool = False


def feed(*, at: datetime, most: int = MOST, runs: Sequence[Run] | None = None) -> list[FeedLine]:
    """What goes on, then what happened since the feed was cleared, the newest first.

    ``runs`` are those that are under way, where they are known.
    """
    cleared = FeedCleared.objects.values_list("at", flat=True).first()
    goes_back = at - QuietOptions().feed_goes_back
    since = max(cleared, goes_back) if cleared else goes_back
    happened = (
        *_ended_runs(since, most=most),
        *_holds(since, most=most),
        *_messages(since, most=most),
        *_webhooks(max(since, at - RECENT), most=most),
    )
    newest = sorted(happened, key=lambda line: line.at, reverse=True)
    goes_on = runs if runs is not None else Run.objects.under_way().order_by("-id")
    return [*(_of_run(run, at=run.started_at, took=at - run.started_at) for run in goes_on), *newest][:most]


# --- runs --------------------------------------------------------------------------------------------------
def _ended_runs(since: datetime, *, most: int) -> Iterator[FeedLine]:
    newest = Run.objects.order_by("-id").values("pk")[:LOOKED_AT]
    ended = Run.objects.filter(pk__in=newest, finished_at__gt=since).exclude(state__in=UNDER_WAY)
    for run in ended.order_by("-finished_at")[:most]:
        yield _of_run(run, at=run.finished_at or run.started_at, took=run.duration or timedelta())


def _of_run(run: Run, *, at: datetime, took: timedelta) -> FeedLine:
    chip = chips.chip_for(run, "state")
    words = {
        "what": _what(run),
        "who": run.actor_label,
        "counts": _counts(run),
        "problem": run.problem,
    }
    return FeedLine(
        at=at,
        kind=FeedKind.RUN,
        tone=chip.tone,
        icon=chip.mark,
        text=RUNS[RunState(run.state)] % words,
        entity=run.entity,
        run_id=run.pk,
        done=run.read,
        expected=run.expected,
        rate=rate_of(run.read, took),
        is_running=run.state == RunState.RUNNING,
    )


def _what(run: Run) -> str:
    if run.erp_name:
        document = {"doctype": run.doctype, "name": run.erp_name, "who": run.actor_label}
        return _("%(doctype)s %(name)s, read again by %(who)s") % document
    return MODES[Mode(run.mode)] % {"title": say.entity_title(run.entity)}


def _counts(run: Run) -> str:
    """What was read and what came of it; what did not happen is left out."""
    read = _("%(count)s read") % {"count": count_text(run.read)}
    nothing = [] if run.state in UNDER_WAY else [_("nothing had changed")]
    return ", ".join([read, *(came_of(run) or nothing)])


def rate_of(read: int, took: timedelta) -> int | None:
    """Records a second; none where nothing was read."""
    seconds = took.total_seconds()
    return round(read / seconds) if read and seconds > 0 else None


# --- what the guard stopped --------------------------------------------------------------------------------
def _holds(since: datetime, *, most: int) -> Iterator[FeedLine]:
    items = Item.objects.filter(kind=holding.KIND).annotate(moved_at=Coalesce("decided_at", "asked_at"))
    found = items.filter(moved_at__gt=since).order_by("-moved_at").only(*HOLD)[:most]
    for item in found:
        tone, sentence = HOLDS[ItemState(item.state)]
        yield FeedLine(
            at=item.decided_at or item.asked_at,
            kind=FeedKind.HOLD,
            tone=tone,
            icon="gavel",
            text=sentence % {"title": item.title, "who": item.decider_label},
            entity=item.subject_id.partition("/")[0],
        )


HOLD: Final = ("title", "state", "asked_at", "decided_at", "decider_label", "subject_id")  # not its long list


# --- what ERPNext was told, and told us --------------------------------------------------------------------
def _messages(since: datetime, *, most: int) -> Iterator[FeedLine]:
    newest = OutgoingMove.objects.order_by("-id").values("pk")[:LOOKED_AT]
    steps = OutgoingMove.objects.filter(pk__in=newest, now__in=list(MESSAGES), at__gt=since)
    told = steps.annotate(subject=F("outgoing__subject_label"), message_kind=F("outgoing__kind"))
    for step in told.order_by("-id").values("at", "now", "reason", "subject", "message_kind")[:most]:
        tone, icon, sentence = MESSAGES[OutgoingState(step["now"])]
        words = {"subject": step["subject"], "reason": Truncator(step["reason"]).chars(LONGEST)}
        yield FeedLine(
            at=step["at"],
            kind=FeedKind.MESSAGE,
            tone=tone,
            icon=icon,
            text=sentence % words,
            entity=step["message_kind"] if step["message_kind"] in NAMES else "",
        )


def _webhooks(since: datetime, *, most: int) -> Iterator[FeedLine]:
    """A line for each DocType and minute, for a till may save fifty documents in one."""
    deliveries = WebhookDelivery.objects.filter(last_at__gt=since)
    minutes = deliveries.values("doctype", "entity", minute=TruncMinute("last_at"))
    counted: Any = minutes.annotate(number=Count("pk"), latest=Max("last_at")).order_by("-latest")[:most]
    for row in counted:
        sentence = ngettext(
            "%(count)s webhook came: %(doctype)s", "%(count)s webhooks came: %(doctype)s", row["number"]
        )
        yield FeedLine(
            at=row["latest"],
            kind=FeedKind.WEBHOOK,
            tone=Tone.QUIET,
            icon="webhook",
            text=sentence % {"count": count_text(row["number"]), "doctype": row["doctype"]},
            entity=row["entity"],
        )
