"""What upper apps put on a lower app's page."""

from dataclasses import dataclass, replace

import pytest

from apps.core import panels
from apps.core.models import AuditEntry, Outgoing
from apps.core.panels import Column, Panel, Tab

CAMPAIGNS = Panel(
    model="core.Outgoing",
    name="campaigns",
    title="Campaigns",
    permission_key="campaigns.view",
    template_name="x.html",
    facts=lambda record, request: {},
    order=20,
)
STOCK = replace(CAMPAIGNS, name="stock", permission_key="batches.view", order=10)
TAB = Tab(
    model="core.outgoing", name="stock", title="Stock", permission_key="batches.view", url=lambda record: "/"
)


@dataclass
class Person:
    keys: tuple[str, ...]
    is_active: bool = True
    pk: int = 7

    def has_key(self, key):
        return key in self.keys

    def reach_of(self, key):
        return "all" if key in self.keys else None


@pytest.fixture(autouse=True)
def _registered():
    for part in (CAMPAIGNS, STOCK, TAB):
        panels.register(part)
    yield
    for part in (CAMPAIGNS, STOCK, TAB):
        panels.forget(part)


def test_a_person_sees_in_order_what_his_keys_allow():
    assert panels.panels_for(Outgoing, Person(("campaigns.view", "batches.view"))) == [STOCK, CAMPAIGNS]
    assert panels.panels_for(Outgoing, Person(("campaigns.view",))) == [CAMPAIGNS]
    assert panels.panels_for(Outgoing, Person(())) == []
    assert panels.panels_for(Outgoing, Person(("campaigns.view",), is_active=False)) == []


def test_parts_stand_on_their_own_page_and_among_their_own_kind():
    everyone = Person(("campaigns.view", "batches.view"))
    assert panels.panels_for(AuditEntry, everyone) == []
    assert panels.tabs_for(Outgoing, everyone) == [TAB]
    assert panels.columns_for(Outgoing, everyone) == []


def test_the_same_part_twice_is_one_and_another_of_its_name_is_an_error():
    panels.register(CAMPAIGNS)
    with pytest.raises(ValueError, match="called “campaigns” already"):
        panels.register(replace(CAMPAIGNS, title="Offers"))
    assert panels.panels_for(Outgoing, Person(("campaigns.view",))) == [CAMPAIGNS]


@pytest.mark.django_db
def test_a_column_brings_its_value_with_the_query(django_assert_num_queries):
    Outgoing.objects.create(reference="a", kind="k", actor_kind="system")
    column = Column(
        model="core.outgoing",
        name="size",
        title="Size",
        permission_key="batches.view",
        annotate=lambda rows: rows.extra(select={"size": "length(kind)"}),
        value=lambda row: row.size,
    )
    with django_assert_num_queries(1):
        assert [column.value(row) for row in column.annotate(Outgoing.objects.all())] == [1]
