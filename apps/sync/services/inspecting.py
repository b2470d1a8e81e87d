"""A look at the connection that somebody asks for: a worker makes what is lacking, if wanted, and looks.

What ``checking`` finds and ``connecting`` plans is written down as it comes, in one row that the page shows.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.clock import shop_zone
from apps.core.events import publish
from apps.core.locks import in_turn, is_held, only_one
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.errors import AnotherSiteError, CheckUnderWayError, ErpError, NothingLackingError
from apps.sync.events import CheckAsked
from apps.sync.models import ConnectionCheck
from apps.sync.services import connection
from apps.sync.services.checking import Finding, Report, check
from apps.sync.services.connecting import Made, make, plan

LOCK: Final = "sync:check"
ASKING: Final = "sync:check:asking"
THE_ONE: Final = 1


class Stage(StrEnum):
    """How far a check is."""

    NEVER = "never"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BROKE_OFF = "broke_off"  # its worker was killed


def last_check() -> ConnectionCheck | None:
    return ConnectionCheck.objects.filter(pk=THE_ONE).first()


def stage_of(found: ConnectionCheck | None) -> Stage:
    """How far it is; what a killed worker left behind is not under way."""
    if found is None:
        return Stage.NEVER
    if found.finished_at:
        return Stage.DONE
    if found.begun_at is None:
        return Stage.WAITING
    if is_held(LOCK):
        return Stage.RUNNING
    found.refresh_from_db()  # it may have ended between our two looks
    return Stage.DONE if found.finished_at else Stage.BROKE_OFF


def ask_for_check(*, webhook_url: str = "", actor: Actor) -> ConnectionCheck:
    """Queue a look at the connection. Raises CheckUnderWayError while one waits or is under way."""
    return _ask(webhook_url=webhook_url, wanted=[], actor=actor)


@transaction.atomic
def ask_to_make(wanted: Sequence[str], *, webhook_url: str, actor: Actor) -> ConnectionCheck:
    """Queue the making of what the last look found lacking, as it was shown, and a look afterwards.

    ``webhook_url`` is where it was shown that webhooks would post to. Raises NothingLackingError when none
    of it is lacking by the last look, or that was for another address; CheckUnderWayError.
    """
    last = last_check()
    is_as_shown = last is not None and last.webhook_url == webhook_url
    lacking = [one["what"] for one in last.lacking if one["what"] in wanted] if last and is_as_shown else []
    if not lacking:
        raise NothingLackingError(_("None of this is lacking by the last check. Check the connection again."))
    asked = _ask(webhook_url=webhook_url, wanted=lacking, actor=actor)
    _trace("sync.making", {"create": lacking, "webhook_url": webhook_url}, actor=actor)
    return asked


@transaction.atomic
def _ask(*, webhook_url: str, wanted: list[str], actor: Actor) -> ConnectionCheck:
    in_turn(ASKING)
    _refuse_second(last_check())
    asked = ConnectionCheck(
        pk=THE_ONE,
        webhook_url=webhook_url,
        wanted=wanted,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
    )
    asked.save()
    publish(CheckAsked(check_id=asked.pk))
    return asked


def _refuse_second(last: ConnectionCheck | None) -> None:
    if last is not None and stage_of(last) in {Stage.WAITING, Stage.RUNNING}:
        since = last.asked_at.astimezone(shop_zone())
        raise CheckUnderWayError(
            _("The connection is being checked already: %(who)s asked for it at %(since)s.")
            % {"who": last.actor_label, "since": f"{since:%H:%M}"}
        )


def overdue_check(*, before: datetime) -> int | None:
    """The check that was asked for so long ago that its message must have been lost."""
    waiting = ConnectionCheck.objects.filter(begun_at=None, asked_at__lt=before)
    return waiting.values_list("pk", flat=True).first()


def check_asked(check_id: int, *, address: Address | None = None) -> None:
    """Do what was asked for; nothing when another worker has. Raises AlreadyRunningError."""
    with only_one(LOCK):
        waiting = ConnectionCheck.objects.filter(pk=check_id, begun_at=None)
        if waiting.update(begun_at=timezone.now()):
            _Look(ConnectionCheck.objects.get(pk=check_id), address or configured_address()).take()


class _Look:
    """One look, written down as it goes on."""

    def __init__(self, row: ConnectionCheck, address: Address) -> None:
        self.row = row
        self.address = address

    def take(self) -> None:
        with Client(self.address) as erp:
            if self.row.wanted:
                self._guarded(partial(self._make, erp))
            report = check(address=self.address, told=self._found)
            self._note(report)
            if not report.problem_code:
                self._guarded(partial(self._plan, erp))
        self.row.finished_at = timezone.now()
        self._save("finished_at", "problem")

    def _guarded(self, step: "partial[None]") -> None:
        """A step that ERPNext cuts short is told; the next one is taken all the same."""
        try:
            step()
        except ErpError as why:
            self.row.problem = str(why)

    def _make(self, erp: Client) -> None:
        try:
            for change in plan(erp, webhook_url=self.row.webhook_url).changes:
                if change.what in self.row.wanted:
                    self._made(make(erp, change))
        finally:
            outcome = {one["what"]: one["said"] or "made" for one in self.row.made}
            by = Actor(self.row.actor_kind, self.row.actor_id, self.row.actor_label)
            _trace("sync.made", outcome, actor=by)

    def _made(self, made: Made) -> None:
        self.row.made.append({"what": made.change.what, "is_done": made.is_done, "said": made.said})
        self._save("made")

    def _found(self, finding: Finding) -> None:
        self.row.findings.append(asdict(finding))
        self._save("findings")

    def _note(self, report: Report) -> None:
        code, problem = report.problem_code, report.problem
        try:
            connection.check_site(self.address)
        except AnotherSiteError as why:
            code, problem = code or why.code, problem or str(why)
        connection.note(code, problem)

    def _plan(self, erp: Client) -> None:
        found = plan(erp, webhook_url=self.row.webhook_url)
        self.row.lacking = [{"what": one.what, "doctype": one.doctype} for one in found.changes]
        self.row.by_hand = list(found.by_hand)
        self._save("lacking", "by_hand")

    def _save(self, *columns: str) -> None:
        self.row.save(update_fields=columns)


def _trace(action: str, after: dict[str, object], *, actor: Actor) -> None:
    audit.record(actor=actor, action=action, subject=Subject("sync.site", "", "ERPNext"), after=after)
