"""Whatever ERPNext does, and whatever fails meanwhile: at the end every record here equals its source.

``LIVING_EXAMPLES=2000`` makes it long; docs/sync.md says what long runs have found.
"""

import os
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.catalog.models import ItemPrice, Product
from apps.core.actors import SYSTEM
from apps.customers.models import Customer, LoyaltyEntry
from apps.orders.models import Order, OrderLine
from apps.sync import entities
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.engine.declarations import Entity
from apps.sync.engine.job import Job, Plan
from apps.sync.engine.pulling import pull
from apps.sync.engine.settling import settle
from apps.sync.erpnext import Client
from apps.sync.erpnext.address import demo_address
from apps.sync.errors import SyncError
from apps.sync.models import Quarantine, Run
from apps.sync.states import Mode, RunState
from tests.sync import fields
from tests.sync.comparing import assert_joined
from tests.sync.conftest import Watch, only_source
from tests.sync.living import Living
from tests.sync.test_equality import differences

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("LIVING_EXAMPLES", "25"))
KINDS = [Fault.SERVER_ERROR, Fault.MAINTENANCE, Fault.TRUNCATED, Fault.NOT_JSON, Fault.RESET]
ENTITIES = (
    only_source(entities.ITEMS, "Item"),
    only_source(entities.PRICES, "Item Price"),
    only_source(entities.CUSTOMERS, "Customer"),
    only_source(entities.SALES, "Sales Invoice"),
    only_source(entities.LOYALTY, "Loyalty Point Entry"),
)
MIRRORED: list[tuple[str, Any, dict[str, str]]] = [
    ("Item", Product, fields.ITEM),
    ("Item Price", ItemPrice, fields.ITEM_PRICE),
    ("Customer", Customer, fields.CUSTOMER),
    ("Sales Invoice", Order, fields.INVOICE),
    ("Loyalty Point Entry", LoyaltyEntry, fields.LOYALTY_POINT_ENTRY),
]


class Dying(Watch):
    """A worker that dies after so many pages, or lives; meanwhile the source lives too."""

    def __init__(self, stop_after: int | None, living: Living, busy: float) -> None:
        super().__init__(stop_after)
        self.living, self.busy = living, busy

    def told(self, run: Run) -> None:
        if self.living.random.random() < self.busy:
            self.living.step()
        super().told(run)


def run(entity: Entity, erp: Client, watch: Watch, *, mode: Mode, page: int = 500) -> None:
    """One run, with whatever end."""
    small = replace(entity, sources=tuple(replace(source, page_size=page) for source in entity.sources))
    owes = Run.objects.running().filter(entity=entity.name).exists()  # one that died, or failed
    current = Run.objects.create(
        entity=entity.name, mode=mode, actor_kind=SYSTEM.kind, actor_label=SYSTEM.label
    )
    plan = Plan(mode=mode, is_forced=True)
    job = Job(entity=small, every=ENTITIES, erp=erp, run=current, plan=plan, watch=watch)
    with suppress(KeyboardInterrupt, SyncError):
        pull(job)
        written = current.created + current.updated
        settle(
            small, every=ENTITIES, written=written, unsettled=None if owes or plan.is_whole else job.unsettled
        )
        Run.objects.running().filter(entity=entity.name).update(
            state=RunState.SUCCEEDED, finished_at=timezone.now()
        )


def label_ours() -> None:
    """Something of our own on every product, by which it is known again whatever ERPNext calls it."""
    for product in Product.objects.filter(name_fr__isnull=True):
        Product.objects.filter(pk=product.pk).update(name_fr=product.erp_creation)


def check_equal(site: Site) -> None:
    """Field by field, line by line; nothing twice or left over, and what is ours still with its record."""
    for doctype, model, columns in MIRRORED:
        sent = {row["name"]: row for row in site.store.doctypes[doctype].rows.values()}
        rows = {row.erp_name: row for row in model.objects.filter(gone_at=None)}
        assert rows.keys() == sent.keys(), doctype
        for name, document in sent.items():
            stamps = (rows[name].erp_creation, rows[name].erp_modified)
            assert stamps == (document["creation"], document["modified"]), name
            assert differences(document, rows[name], columns) == []
    lines = {
        row.erp_row: row for row in OrderLine.objects.filter(order__gone_at=None).select_related("order")
    }
    invoices = {row["name"] for row in site.store.doctypes["Sales Invoice"].rows.values()}
    table = site.store.doctypes["Sales Invoice Item"].rows.values()
    there = {
        row["name"]: row
        for row in table
        if row["parenttype"] == "Sales Invoice" and row["parent"] in invoices
    }
    assert lines.keys() == there.keys()
    for name, line in there.items():
        assert differences(line, lines[name], fields.LINE) == []
        assert lines[name].order.erp_name == line["parent"]
    twice = Product.objects.values("erp_creation").annotate(number=Count("id")).filter(number__gt=1)
    assert list(twice) == []  # a rename is no second product
    for product in Product.objects.exclude(name_fr__isnull=True):
        assert product.name_fr == product.erp_creation
    assert not Quarantine.objects.exists()
    assert_joined()


ROUND = st.fixed_dictionaries(
    {
        "steps": st.integers(0, 12),
        "mode": st.sampled_from([Mode.MODIFIED, Mode.MODIFIED, Mode.MODIFIED, Mode.FULL, Mode.COMPARE]),
        "page": st.sampled_from([1, 2, 3, 5, 500]),
        "dies_after": st.none() | st.integers(1, 9),
        "faults": st.lists(
            st.tuples(st.sampled_from(KINDS), st.integers(0, 20), st.sampled_from([1, 2, 9])), max_size=3
        ),
        "busy": st.sampled_from([0.0, 0.3, 0.8]),
    }
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="LIVING_EXAMPLES" not in os.environ,  # the suite plays the same lives each time
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 2**32),
    rounds=st.lists(ROUND, min_size=1, max_size=5),
    ends=st.sampled_from([Mode.FULL, Mode.COMPARE]),
)
def test_at_the_end_every_record_equals_its_source(seed: int, rounds: list[Any], ends: Mode) -> None:
    site = Site()
    living = Living(site, Random(seed))
    with transaction.atomic(), DemoServer(site) as server, Client(demo_address(port=server.port)) as erp:
        for each in rounds:
            for _ in range(each["steps"]):
                living.step()
            for kind, skip, times in each["faults"]:
                site.faults.plan(kind, skip=skip, times=times)
            for entity in ENTITIES:
                watch = Dying(each["dies_after"], living, each["busy"])
                run(entity, erp, watch, mode=each["mode"], page=each["page"])
            label_ours()
            site.faults.planned.clear()
        living.mend()
        for mode in (Mode.MODIFIED, ends):
            for entity in ENTITIES:
                run(entity, erp, Watch(), mode=mode)
        check_equal(site)
        transaction.set_rollback(True)
