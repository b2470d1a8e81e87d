"""What can be found out about a site, with what it tells and without."""

from collections.abc import Iterator

import pytest

from apps.sync.demo import DEMO_KEY, DEMO_SECRET, methods, scope
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.erpnext import Client, Query, facts
from apps.sync.erpnext.address import demo_address
from apps.sync.erpnext.facts import Access, Sight
from tests.sync.sites import ManagedSite, field_row


@pytest.fixture
def site() -> ManagedSite:
    return ManagedSite()


@pytest.fixture
def client(site: ManagedSite) -> Iterator[Client]:
    with DemoServer(site) as server, Client(demo_address(port=server.port)) as opened:
        yield opened


def test_what_is_missing_of_a_doctype_is_told_by_its_refusals(client: Client) -> None:
    asked = ("item_name", "shoe_size", "modified", "hat_size")
    assert facts.sight_of(client, "Item", asked) == Sight(
        Access.ALLOWED, missing=frozenset({"shoe_size", "hat_size"})
    )
    assert client.requests_sent == 3


@pytest.mark.parametrize(("tells_meta", "requests"), [(True, 5), (False, 7)])
def test_where_a_refusal_names_no_field_the_site_is_asked_which_it_has(
    site: ManagedSite, client: Client, monkeypatch: pytest.MonkeyPatch, tells_meta: bool, requests: int
) -> None:
    site.tells_meta = tells_meta
    refused = RefusalError(417, "DataError", shown="غير مسموح")
    monkeypatch.setattr(scope, "field_not_permitted", lambda _: refused)
    asked = ("qty", "rate", "shoe_size", "modified")
    seen = facts.sight_of(client, "Sales Invoice Item", asked, parent="Sales Invoice")
    assert seen == Sight(Access.ALLOWED, missing=frozenset({"shoe_size"}))
    assert client.requests_sent == requests


def test_a_doctype_that_may_not_be_read_and_one_that_is_not_there_are_told_apart(
    site: ManagedSite, client: Client
) -> None:
    site.users = {DEMO_KEY: User("limited", DEMO_SECRET, frozenset({"Item"}))}
    assert facts.sight_of(client, "Item", ()) == Sight(Access.FORBIDDEN)
    assert facts.sight_of(client, "Shoe", ()) == Sight(Access.ABSENT)


def test_a_field_above_our_permission_level_is_hidden_not_missing(
    site: ManagedSite, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "list", lambda *_: [{"name": "HONEY", "item_name": "Honey"}])
    assert facts.sight_of(client, "Item", ("item_name", "valuation_rate")) == Sight(
        Access.ALLOWED, hidden=frozenset({"valuation_rate"})
    )


def test_the_fields_of_a_doctype_are_told_where_the_site_has_the_second_api(
    site: ManagedSite, client: Client
) -> None:
    assert "item_name" in (facts.fields_of(client, "Item") or ())
    site.tells_meta = False
    assert facts.fields_of(client, "Item") is None


def test_custom_fields_are_for_system_managers(site: ManagedSite, client: Client) -> None:
    site.row("Custom Field", **field_row("Pricing Rule"))
    (row,) = facts.custom_fields(client, ("Pricing Rule",)) or ()
    assert (row["dt"], row["unique"]) == ("Pricing Rule", 1)
    site.users = {DEMO_KEY: User("limited", DEMO_SECRET, frozenset({"Custom Field"}))}
    assert facts.custom_fields(client, ("Pricing Rule",)) is None


def test_a_site_may_keep_its_version_to_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(methods.METHODS, "frappe.utils.change_log.get_versions")
    assert facts.version(client) == ""


def test_the_site_tells_its_zone_and_a_clock_within_a_second_of_ours(client: Client) -> None:
    assert facts.time_zone(client) == "Europe/London"
    assert abs(facts.clock_difference(client).total_seconds()) < 2
    assert facts.version(client) == "erpnext 15.71.1, frappe 15.72.4"
    assert facts.listed(client, Query("Item", ("name",))) == 60
