"""manage.py sync outbox: what ERPNext has not been told yet, and why. 3 when somebody should look at it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.core.actors import COMMAND
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.sync import services
from apps.sync.models import Connection
from apps.sync.push import KINDS
from apps.sync.services import Sent, connection
from apps.sync.services.waiting import why_it_stands, why_shut

EXIT_PARTIAL: Final = 3
NOT_WELL: Final = frozenset({OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION})
COUNTS: Final = {
    "sent": "sent",
    "changed": "changed while under way",
    "failed": "failed, to be tried again",
    "given_up": "need attention",
    "held": "held back",
}


def add_arguments(parser: CommandParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--retry", action="store_true", help="send now what waits, failed or not")
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")


def handle(command: BaseCommand, options: dict[str, Any]) -> int:
    """List what is open, having sent first what can be sent if that is asked for; the exit code."""
    came = None
    if options["retry"]:
        came = services.send_waiting(at=timezone.now(), actor=COMMAND, is_early=True)
    waiting, reach = list(Outgoing.objects.open().order_by("id")), connection.current()
    if options["json"]:
        found = {"round": asdict(came) if came else None, "open": [_as_json(one, reach) for one in waiting]}
        command.stdout.write(json.dumps(found, indent=2, default=str, ensure_ascii=False))
    else:
        for line in (*(_round_lines(came) if came else ()), *_lines(waiting, reach)):
            command.stdout.write(line)
    return EXIT_PARTIAL if any(one.state in NOT_WELL for one in waiting) else 0


def _round_lines(came: Sent) -> Iterable[str]:
    told = [f"{number} {words}" for name, words in COUNTS.items() if (number := getattr(came, name))]
    yield f"This round: {', '.join(told) or 'nothing was sent'}."
    if came.problem:
        yield came.problem
    yield from dict.fromkeys(shut for kind in KINDS if (shut := why_shut(kind)))


def _lines(waiting: list[Outgoing], reach: Connection) -> Iterable[str]:
    if not waiting:
        yield "Nothing waits in the outbox."
    for one in waiting:
        tried = f", tried {one.attempts} times" if one.attempts else ""
        due = f", next try {one.next_try_at:%Y-%m-%d %H:%M} UTC" if one.next_try_at else ""
        state = one.get_state_display().lower()
        yield f"{one.reference} ({one.subject_label}): {state}{tried}{due}. {why_it_stands(one, reach=reach)}"


def _as_json(one: Outgoing, reach: Connection) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "kind": one.kind,
        "subject": one.subject_label,
        "state": one.state,
        "attempts": one.attempts,
        "last_error": one.last_error,
        "next_try_at": one.next_try_at.isoformat() if one.next_try_at else None,
        "why": why_it_stands(one, reach=reach),
        "erp_name": one.erp_name,
        "payload": one.payload,
    }
