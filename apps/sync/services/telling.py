"""What staff who see the sync are told: once each, with what it means for them and what to do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.actors import SYSTEM, Actor
from apps.core.clock import shop_day, shop_zone
from apps.core.errors import NotFoundError
from apps.core.figures import count_text, duration_text
from apps.core.models import Outgoing
from apps.notifications.models import Notice
from apps.notifications.services import Audience, notify_staff
from apps.notifications.states import Severity
from apps.sync import notices
from apps.sync.entities import entity_called
from apps.sync.models import Parity, Quarantine, Run
from apps.sync.states import Reach

WATCHERS: Final = Audience(permission_key="sync.view")
A_DAY: Final = timedelta(days=1)
NAMED: Final = 3  # parked records that a notice names

AWAY: Final[dict[Reach, tuple[Promise, Promise]]] = {
    Reach.UNREACHABLE: (
        gettext_lazy("ERPNext has not answered since %(at)s"),
        gettext_lazy(
            "What is here stays as it was, and nothing new comes in until it answers. The clock goes on "
            "asking and catches up by itself. If it stays so: see that ERPNext runs, and that ERPNEXT_URL "
            "is right."
        ),
    ),
    Reach.REFUSED: (
        gettext_lazy("ERPNext has refused our key since %(at)s"),
        gettext_lazy(
            "Nothing is read or sent until it is accepted. In ERPNext: User › Settings › API Access; then "
            "set ERPNEXT_API_KEY and ERPNEXT_API_SECRET on the server."
        ),
    ),
    Reach.ANOTHER_SITE: (
        gettext_lazy("The address has led to another ERPNext since %(at)s"),
        gettext_lazy("Nothing is read or sent, so that two sites are not mixed."),
    ),
}
BACK: Final[dict[Reach, Promise]] = {
    Reach.UNREACHABLE: gettext_lazy("ERPNext answers again, after %(spell)s"),
    Reach.REFUSED: gettext_lazy("ERPNext accepts our key again, after %(spell)s"),
    Reach.ANOTHER_SITE: gettext_lazy("The address leads to our ERPNext again, after %(spell)s"),
}


# --- ERPNext itself ----------------------------------------------------------------------------------------
def tell_reach(*, reach: Reach, problem: str, was: Reach, at: datetime, lasted: timedelta) -> Notice | None:
    """That ERPNext is away, or is back: once for each time that this changes."""
    if reach == Reach.WELL:
        title = BACK[was] % {"spell": duration_text(lasted)}
        text, severity = _("The clock reads what has changed meanwhile."), Severity.GOOD
    else:
        said, meaning = AWAY[reach]
        title = said % {"at": f"{at.astimezone(shop_zone()):%H:%M}"}
        text, severity = f"{problem} {meaning}".strip(), Severity.ACT
    return notify_staff(
        kind=notices.REACH.key,
        title=title,
        text=text,
        severity=severity,
        link=_link("admin:sync", "admin:sync_connection", "admin:sync_run_changelist"),
        to=WATCHERS,
        once=f"{reach.value}:{at.isoformat()}",
        actor=SYSTEM,
    )


# --- records that cannot be read ---------------------------------------------------------------------------
def tell_parked(run_id: int) -> Notice | None:
    """What a run could not read and none before it, if there is any."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        return None
    parked = Quarantine.objects.filter(entity=run.entity, first_at__gte=run.started_at)
    if run.finished_at:
        parked = parked.filter(first_at__lte=run.finished_at)
    number = parked.count()
    if not number:
        return None
    told = ngettext(
        "%(n)d record of %(title)s could not be read", "%(n)d records of %(title)s could not be read", number
    )
    return notify_staff(
        kind=notices.QUARANTINE.key,
        title=told % {"n": number, "title": entity_called(run.entity).title},
        text=_parked_words(list(parked.order_by("doctype", "erp_name")[:NAMED]), number=number),
        link=f"{_link('admin:sync_quarantine_changelist')}?entity={run.entity}",
        to=WATCHERS,
        once=f"run:{run_id}",
        actor=SYSTEM,
    )


def _parked_words(first: list[Quarantine], *, number: int) -> str:
    named = [f"{parked}: {parked.field} {parked.reason}." for parked in first]
    if number > len(named):
        more = number - len(named)
        named.append(ngettext("… and %(n)d more", "… and %(n)d more", more) % {"n": more})
    return "\n".join([*named, _("Each is tried again at every run. The rest of the run came in.")])


# --- parity ------------------------------------------------------------------------------------------------
def tell_parity(parity_id: int, *, but: str = "") -> Notice | None:
    """That an entity differs from ERPNext, once a day unless it gets worse; and that it does no more.

    ``but`` is the member of staff who sees it on the page, for he asked.
    """
    parity = Parity.objects.filter(pk=parity_id, problem="").first()
    if parity is None or not _is_news(parity):
        return None
    title = entity_called(parity.entity).title
    if parity.differing:
        said = ngettext(
            "%(title)s: %(score)s equal, %(n)d differs",
            "%(title)s: %(score)s equal, %(n)d differ",
            parity.differing,
        )
        text = _("Of %(there)s records in ERPNext. Parity says which, and reads them again.")
    else:
        said, text = (
            _("%(title)s: %(score)s equal again"),
            _("All %(there)s records are as ERPNext has them."),
        )
    words = {
        "title": title,
        "score": parity.score_words,
        "n": parity.differing,
        "there": count_text(parity.there),
    }
    return notify_staff(
        kind=notices.PARITY.key,
        title=said % words,
        text=text % words,
        severity=Severity.LOOK if parity.differing else Severity.GOOD,
        link=f"{_link('admin:sync_parity')}#{parity.entity}",
        to=replace(WATCHERS, but=Actor("staff", but, parity.asked_by)),
        once=f"parity:{parity.pk}",
        actor=SYSTEM,
    )


def _is_news(parity: Parity) -> bool:
    """Whether it is equal and was not, or differs by more than was told of today since it was equal."""
    before = Parity.objects.filter(entity=parity.entity, problem="", pk__lt=parity.pk)
    if not parity.differing:
        last = before.order_by("-id").first()
        return last is not None and last.differing > 0
    equal = before.filter(differing=0).aggregate(last=Max("pk"))["last"] or 0
    since = before.filter(pk__gt=equal, at__gt=parity.at - A_DAY).values_list("at", "differing")
    today = [differing for at, differing in since if shop_day(at) == shop_day(parity.at)]
    return parity.differing > max(today, default=0)


# --- the outbox --------------------------------------------------------------------------------------------
def tell_needs_attention(message_id: int) -> Notice:
    """That a message will not reach ERPNext by itself. Raises NotFoundError."""
    message = Outgoing.objects.filter(pk=message_id).first()
    if message is None:
        raise NotFoundError(_("This message is no longer in the outbox."))
    todo = _("Send it again, as it is or corrected, or discard it with a reason.")
    return notify_staff(
        kind=notices.OUTBOX.key,
        title=_("Not sent to ERPNext: %(subject)s") % {"subject": message.subject_label or message.reference},
        text=f"{message.last_error} {todo}".strip(),
        link=_link("admin:core_outgoing_change", "admin:core_outgoing_changelist", args=[message_id]),
        to=WATCHERS,
        once=f"{message_id}:{message.revision}",
        actor=SYSTEM,
    )


def _link(*names: str, args: list[int] | None = None) -> str:
    """The first of these pages that there is."""
    for name in names:
        for given in (args, None):
            try:
                return reverse(name, args=given)
            except NoReverseMatch:
                continue
    return ""
