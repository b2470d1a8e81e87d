"""The trace gets shorter only by its own rule, and says so."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core import audit, options, retention
from apps.core.actors import SYSTEM
from apps.core.audit import Subject
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(days_old):
    made = audit.record(actor=SYSTEM, action="looked", subject=Subject("x", str(days_old), "x"))
    with audit.opened_gate(actor=SYSTEM, reason="making it old"):
        AuditEntry.objects.filter(pk=made.pk).update(at=NOON - timedelta(days=days_old))


def test_what_is_older_than_staff_want_goes_and_the_rest_stays():
    for days in (366, 365, 1):
        entry(days)
    assert retention.prune_audit(at=NOON, actor=SYSTEM) == 0
    options.save({"audit.kept_for": "365 d"}, actor=SYSTEM)
    assert retention.prune_audit(at=NOON, actor=SYSTEM) == 1
    assert set(AuditEntry.objects.filter(action="looked").values_list("subject_id", flat=True)) == {
        "365",
        "1",
    }
    assert (
        AuditEntry.objects.filter(action="audit.opened", reason__startswith="entries from before").count()
        == 1
    )


def test_a_long_backlog_goes_in_bits(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for days in (4000, 4001, 4002):
        entry(days)
    assert retention.prune_audit(at=NOON, actor=SYSTEM) == 3
