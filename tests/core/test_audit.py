"""The trail grows and nothing else."""

from decimal import Decimal

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import audit, querysets, request_context
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import MASK, Subject
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
AYSE = Actor(kind="staff", id="7", label="Ayşe Demir")
MILK = Subject(kind="catalog.product", id="12", label="Milk 1 l")
REFUSED = (InternalError, ProgrammingError)


def entry(**given):
    return audit.record(**{"actor": AYSE, "action": "product.renamed", "subject": MILK} | given)


def test_only_what_differs_is_kept():
    made = entry(
        before={"title": "Milk", "price": Decimal("1.10"), "is_listed": True},
        after={"title": "Milk 1 l", "price": Decimal("1.10"), "is_listed": True},
    )
    made.refresh_from_db()
    assert (made.before, made.after) == ({"title": "Milk"}, {"title": "Milk 1 l"})


def test_what_came_into_being_is_kept_whole_and_so_is_what_went():
    assert entry(after={"title": "Milk", "stock": 0}).after == {"title": "Milk", "stock": 0}
    assert entry(before={"title": "Milk", "stock": 0}, after=None).before == {"title": "Milk", "stock": 0}


def test_a_field_that_appeared_is_a_difference():
    made = entry(before={"title": "Milk"}, after={"title": "Milk", "note": "cold"})
    assert (made.before, made.after) == ({}, {"note": "cold"})


@pytest.mark.parametrize(
    "name", ["password", "api_key", "erp_api_secret", "refresh_token", "otp", "staff_pin"]
)
def test_secrets_are_masked_by_their_name_at_any_depth(name):
    made = entry(before={"connection": {name: "old"}}, after={"connection": {name: "new"}, name: "x"})
    assert (made.before, made.after) == (
        {"connection": {name: MASK}},
        {"connection": {name: MASK}, name: MASK},
    )


@pytest.mark.parametrize("name", ["spinach", "options", "shipping"])
def test_words_that_only_resemble_secrets_stay_readable(name):
    assert entry(before={name: 1}, after={name: 2}).after == {name: 2}


def test_an_entry_says_who_from_where_and_on_which_request():
    with request_context.bound(request_id="req-00000001", address="203.0.113.9"):
        made = entry(reason="typo")
    assert (made.actor_kind, made.actor_id, made.actor_label) == ("staff", "7", "Ayşe Demir")
    assert (made.address, made.request_id, made.reason) == ("203.0.113.9", "req-00000001", "typo")


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: AuditEntry.objects.update(actor_label="someone else"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE core_auditentry SET reason = 'x'"),
        lambda: connection.cursor().execute("TRUNCATE core_auditentry"),
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(tamper):
    made = entry()
    with pytest.raises(REFUSED, match="can only be added to"), transaction.atomic():
        tamper()
    assert AuditEntry.objects.get().actor_label == made.actor_label


def test_old_entries_leave_through_the_gate_only_and_the_gate_is_in_the_trail():
    entry()
    with audit.opened_gate(actor=SYSTEM, reason="older than seven years"):
        AuditEntry.objects.filter(action="product.renamed").delete()
    assert [(row.action, row.reason) for row in AuditEntry.objects.all()] == [
        ("audit.opened", "older than seven years")
    ]
    with pytest.raises(REFUSED), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_a_failure_inside_the_gate_closes_it_and_keeps_everything():
    entry()

    def prune_and_stumble():
        with audit.opened_gate(actor=SYSTEM, reason="pruning"):
            AuditEntry.objects.filter(action="product.renamed").delete()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        prune_and_stumble()
    assert AuditEntry.objects.count() == 1
    with pytest.raises(REFUSED), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_history_of_one_subject_is_latest_first_and_of_no_other():
    first, second = entry(), entry(action="product.retired")
    entry(subject=Subject(kind="catalog.product", id="13", label="Butter"))
    found = AuditEntry.objects.about(kind="catalog.product", subject_id="12")
    assert list(found) == [second, first]


@pytest.mark.parametrize(
    ("text", "hits"),
    [("milk", 1), ("mil", 1), ("demir milk", 1), ("milk butter", 0), ("'; drop", 0), ("&|!", 0), ("", 0)],
)
def test_search_finds_every_word_or_its_beginning(text, hits):
    entry()
    assert AuditEntry.objects.matching(text).count() == hits


def test_search_looks_into_what_was_before_and_after():
    found = audit.record(
        actor=SYSTEM,
        action="price.changed",
        subject=Subject("catalog.product", "12", "Oats"),
        before={"price": "1.10"},
        after={"price": "1.25", "note": "spring sale"},
    )
    for text in ("1.10", "1.25", "spring", "oats spring", "price"):
        assert list(AuditEntry.objects.matching(text)) == [found], text


def test_an_act_with_megabytes_of_words_is_still_written_down():
    many = {f"K{number}": f"word{number}" for number in range(120_000)}
    kept = audit.record(
        actor=SYSTEM, action="list.held", subject=Subject("x", "1", "A list"), after={"records": many}
    )
    assert len(AuditEntry.objects.get(pk=kept.pk).after["records"]) == 120_000


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_rare_word_and_a_frequent_one_are_found_alike(few, monkeypatch):
    monkeypatch.setattr(querysets, "FEW", few)
    made = [entry(), entry()]
    assert list(AuditEntry.objects.matching("milk").order_by("-at", "-id")) == made[::-1]


def test_search_uses_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    entry()
    with CaptureQueriesContext(connection) as queries:
        list(AuditEntry.objects.matching("milk"))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        plan = str(cursor.fetchall())
    assert "core_audit_by_all_words" in plan


def test_ones_own_recent_actions_come_latest_first_and_no_colleagues():
    ada, bob = (Actor("staff", number, name) for number, name in (("1", "Ada"), ("2", "Bob")))
    for actor in (ada, bob, ada, ada):
        audit.record(actor=actor, action="thing.done", subject=Subject("x", "1", "x"))
    own = [entry.pk for entry in AuditEntry.objects.filter(actor_id="1").order_by("-pk")]
    assert [entry.pk for entry in audit.latest_by(ada, limit=2)] == own[:2]


def test_each_action_is_known_once():
    for action in ("b.done", "a.done", "b.done"):
        audit.record(actor=SYSTEM, action=action, subject=Subject("x", "1", "x"))
    assert audit.known_actions() == ["a.done", "b.done"]


def test_each_kind_of_thing_is_known_once():
    for kind in ("y", "x", "y"):
        audit.record(actor=SYSTEM, action="thing.done", subject=Subject(kind, "1", "x"))
    assert audit.known_kinds() == ["x", "y"]


def test_history_uses_its_index():
    for number in range(200):
        audit.record(actor=SYSTEM, action="thing.done", subject=Subject("catalog.product", str(number), "x"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_auditentry")  # what the planner knows of an empty table is chance
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = AuditEntry.objects.about(kind="catalog.product", subject_id="12").explain()
    assert "core_audit_by_subject" in plan
    assert "Sort" not in plan
