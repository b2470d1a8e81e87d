"""The audit trail's verbs: write down an act, and the one gate by which old entries may leave."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from apps.core import request_context
from apps.core.actors import Actor
from apps.core.models import AuditEntry

MASK: Final = "•••"
SECRET_NAME: Final = re.compile(
    r"passw|secret|token|api_?key|private_?key|recovery_?code|otp|(^|_)pin($|_)", re.IGNORECASE
)
WRITTEN_AT_ONCE: Final = 500
GATE: Final = "larder.audit_gate"  # the trigger of migration 0002 reads it
# PostgreSQL has no such scan by itself: the next value is the least that is greater than the last.
EACH: Final = """
    WITH RECURSIVE each AS (
        (SELECT {column} AS value FROM core_auditentry ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM core_auditentry WHERE {column} > each.value ORDER BY {column} LIMIT 1)
        FROM each WHERE each.value IS NOT NULL
    )
    SELECT value FROM each WHERE value IS NOT NULL
"""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """What a thing is done to, by kind, id and label: the trace outlives the row."""

    kind: str
    id: str
    label: str

    @classmethod
    def of(cls, row: models.Model) -> Self:
        """The subject that a row is: ``orders.order``, its key, how it is called today."""
        return cls(kind=row._meta.label_lower, id=str(row.pk), label=str(row))


# To what, and how it was and is.
Change = tuple[Subject, Values | None, Values | None]


def record(
    *,
    actor: Actor,
    action: str,
    subject: Subject,
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write down one act, in the transaction of the act itself. Of a change only the differences are kept."""
    entry = _entry(actor, action, (subject, before, after), reason)
    entry.save(force_insert=True)
    return entry


def record_each(*, actor: Actor, action: str, changes: Iterable[Change], reason: str = "") -> None:
    """Write down the same act done to many, an entry each, in few statements."""
    AuditEntry.objects.bulk_create(
        [_entry(actor, action, change, reason) for change in changes], batch_size=WRITTEN_AT_ONCE
    )


def _entry(actor: Actor, action: str, change: Change, reason: str) -> AuditEntry:
    subject, before, after = change
    was, now = differences(before, after)
    return AuditEntry(
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_label=subject.label[:200],
        before=was,
        after=now,
        reason=reason,
        address=request_context.address(),
        request_id=request_context.request_id(),
    )


def differences(before: Values | None, after: Values | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are, in plain JSON values and with secrets masked.

    What came into being has no ``before``; what went has no ``after``.
    """
    was, now = plain(before or {}), plain(after or {})
    if before is not None and after is not None:
        changed = {name for name in {*was, *now} if was.get(name) != now.get(name)}
        was = {name: value for name, value in was.items() if name in changed}
        now = {name: value for name, value in now.items() if name in changed}
    return masked(was), masked(now)


def plain(values: Values) -> dict[str, Any]:
    """The same values as JSON holds them: decimals and dates as text."""
    as_json: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return as_json


def masked(value: Any) -> Any:
    """The same value with everything that is named like a secret hidden, at any depth."""
    if isinstance(value, dict):
        return {
            name: MASK if SECRET_NAME.search(name) and inner not in (None, "") else masked(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    return value


def values_of(row: models.Model, *fields: str) -> dict[str, Any]:
    """A row's own columns (or the named ones) as they are now, for ``before`` and ``after``."""
    columns = [field for field in row._meta.concrete_fields if not fields or field.name in fields]
    return {field.name: field.value_from_object(row) for field in columns}


def latest_by(actor: Actor, *, limit: int = 20) -> list[AuditEntry]:
    """What somebody did last, the latest first: his own recent actions."""
    entries = AuditEntry.objects.done_by(kind=actor.kind, actor_id=actor.id)
    return list(entries.order_by("-at", "-id")[:limit])


def known_actions() -> list[str]:
    """Every action that was ever written down, by steps through an index: millions cost no more."""
    return _each("action")


def known_kinds() -> list[str]:
    """Every kind of thing that something was ever done to, found in the same way."""
    return _each("subject_kind")


def _each(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(EACH.format(column=column))
        return [value for (value,) in cursor.fetchall()]


@contextmanager
def opened_gate(*, actor: Actor, reason: str) -> Iterator[None]:
    """The only way to remove or rewrite entries, in one transaction that is itself recorded."""
    with transaction.atomic():
        record(
            actor=actor,
            action="audit.opened",
            subject=Subject("core.audit", "", "audit trail"),
            reason=reason,
        )
        _set_gate("open")
        yield
        _set_gate("")


def _set_gate(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [GATE, state])
