"""The audit list over millions of entries: how long each filter and search takes, and by which index."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.querysets import AuditQuerySet

TITLE = "The audit list over two million entries"
ENTRIES = 2_000_000
PAGE = 50
Asked = Callable[[], AuditQuerySet]
SIZES = """
    SELECT 'table ' || pg_size_pretty(pg_table_size('core_auditentry')),
        'indexes ' || pg_size_pretty(pg_indexes_size('core_auditentry')),
        'of words ' || pg_size_pretty(pg_relation_size('core_audit_by_all_words'))
"""
FILL = """
    INSERT INTO core_auditentry (at, action, actor_kind, actor_id, actor_label, subject_kind, subject_id,
        subject_label, before, after, reason, address, request_id)
    SELECT now() - (%s - n) * interval '40 seconds',
        (ARRAY['product.changed', 'price.changed', 'order.changed', 'customer.changed', 'todo.accepted'])
            [1 + n %% 5],
        (ARRAY['system', 'system', 'system', 'staff', 'app'])[1 + n / 7 %% 5], (n / 11 %% 40)::text,
        'Person ' || n / 11 %% 40,
        (ARRAY['catalog.product', 'catalog.itemprice', 'orders.order', 'customers.customer', 'media.folder'])
            [1 + n %% 5],
        (n %% 50000)::text, 'Record number ' || n %% 50000,
        jsonb_build_object('price', (n %% 900) / 100.0, 'note', 'was ' || md5(n::text)),
        jsonb_build_object('price', (n %% 700) / 100.0, 'note', 'is ' || md5((n + 1)::text)),
        CASE WHEN n %% 40 = 0 THEN 'Asked for by phone' ELSE '' END, '10.0.0.1', md5(n::text)
    FROM generate_series(1, %s) AS n
"""


def questions() -> Iterator[tuple[str, Asked]]:
    """What staff ask of the list, from what nearly everything answers to what one row does."""
    rows, now = AuditEntry.objects.all(), timezone.now()
    seventh = rows.filter(actor_kind="staff", actor_id="7")
    long_ago = (now - timedelta(days=366), now - timedelta(days=365))
    narrowed = {
        "nothing": rows,
        "who: one of forty": seventh,
        "who: nobody": rows.filter(actor_kind="staff", actor_id="999999"),
        "kind of actor: three fifths": rows.filter(actor_kind__in=["system"]),
        "kind of actor: none": rows.filter(actor_kind__in=["command"]),
        "action: a fifth": rows.filter(action__in=["price.changed"]),
        "action: none": rows.filter(action__in=["door.made"]),
        "kind of record: a fifth": rows.filter(subject_kind__in=["orders.order"]),
        "kind of record: none": rows.filter(subject_kind__in=["media.file"]),
        "one record": rows.about(kind="orders.order", subject_id="4242"),
        "a day a year ago": rows.between(*long_ago),
        "who, on a day a year ago": seventh.between(*long_ago),
    }
    yield from ((title, lambda found=found: found) for title, found in narrowed.items())  # type: ignore[misc]
    for text in ("price", "record 4242", "phone", "c4ca4238a0b923820dcc509a6f75849b", "nosuchword"):
        yield f"search: {text}", lambda text=text: rows.matching(text)  # type: ignore[misc]


def run() -> list[dict[str, str]]:
    """A row for each question; everything is rolled back."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        rows = list(_measured())
        transaction.set_rollback(True)
    return rows


def _measured() -> Iterator[dict[str, str]]:
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [ENTRIES, ENTRIES])
        cursor.execute("ANALYZE core_auditentry")
        filled = perf_counter() - began
        cursor.execute(SIZES)
        sizes = ", ".join(cursor.fetchone())
    yield _row(f"{ENTRIES:,} entries written", filled * 1000, sizes)
    for title, asked in questions():
        yield _row(title, _median(lambda asked=asked: list(_page(asked))), _plan(asked))  # type: ignore[misc]
    yield _row("the actions to choose from", _median(audit.known_actions), "core_audit_by_act")


def _row(title: str, spent: float, by: str) -> dict[str, str]:
    return {"question": title, "ms": f"{spent:,.1f}", "by": by}


def _page(asked: Asked) -> AuditQuerySet:
    return asked().order_by("-at", "-id")[:PAGE]


def _median(work: Callable[[], object]) -> float:
    """The median of five, in milliseconds."""
    spent = []
    for _each in range(5):
        began = perf_counter()
        work()
        spent.append((perf_counter() - began) * 1000)
    return sorted(spent)[2]


def _plan(asked: Asked) -> str:
    """The indexes that the whole of it uses, a search's first look included."""
    with CaptureQueriesContext(connection) as queries:
        list(_page(asked))
    told = ""
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            told += "\n".join(line for (line,) in cursor.fetchall())
    return " ".join(dict.fromkeys(re.findall(r"core_audit(?:entry_pkey|_by\w+)|Seq Scan|Sort(?= )", told)))
