"""manage.py sync connect: what is lacking is made once, what may not be made is said for people."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management.base import BaseCommand, CommandError

from apps.core import options
from apps.core.models import AuditEntry
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.desk.deliveries import signature
from apps.sync.demo.faults import Fault
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site, User
from apps.sync.demo.spans import TIME_ZONE
from apps.sync.erpnext import Client
from apps.sync.erpnext.address import demo_address
from apps.sync.management import connecting
from apps.sync.services.connecting import events_of, make, plan, told_doctypes
from tests.sync.demo.receiving import Receiver
from tests.sync.demo.writing import Desk
from tests.sync.sites import ManagedSite, field_row

pytestmark = pytest.mark.django_db
HOOKS = "https://larder.example/api/v1/sync/webhooks/erpnext"
CREATING = '"fieldtype":"Data"'  # in the body of a request that makes a field


@pytest.fixture
def site() -> ManagedSite:
    return ManagedSite()


@pytest.fixture
def server(site: ManagedSite) -> Iterator[DemoServer]:
    with DemoServer(site) as listening:
        yield listening


@pytest.fixture
def client(server: DemoServer) -> Iterator[Client]:
    with Client(demo_address(port=server.port), sleep=lambda _: None) as opened:
        yield opened


@pytest.fixture
def _signed(settings: Any) -> None:
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"webhook_secret": "a secret"})


def connect(server: DemoServer, *arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    parser = ArgumentParser()
    connecting.add_arguments(parser)  # type: ignore[arg-type]
    given = ("--url", server.url, "--key", DEMO_KEY, "--secret", DEMO_SECRET)
    out = StringIO()
    chosen = vars(parser.parse_args([*given, *arguments]))
    return connecting.handle(BaseCommand(stdout=out), chosen), out.getvalue()


def test_the_reference_fields_are_made_as_they_must_be_and_only_once(
    site: ManagedSite, server: DemoServer
) -> None:
    code, said = connect(server, "--yes")
    assert code == 0
    assert "made: the field custom_larder_ref on Sales Invoice." in said
    assert "there already: the field custom_larder_ref on Purchase Receipt" in said
    assert site.bodies == [
        {
            "dt": doctype,
            "fieldname": "custom_larder_ref",
            "label": "Larder reference",
            "fieldtype": "Data",
            "unique": 1,
            "no_copy": 1,
            "read_only": 0,
            "allow_on_submit": allow,
            "insert_after": after,
        }
        for doctype, allow, after in (("Sales Invoice", 1, "customer"), ("Pricing Rule", 0, "title"))
    ]
    code, said = connect(server, "--yes")
    assert (code, len(site.bodies)) == (0, 2)


def test_a_rehearsal_makes_nothing(site: ManagedSite, server: DemoServer) -> None:
    code, said = connect(server, "--dry-run")
    assert "would make: the field custom_larder_ref on Sales Invoice" in said
    assert (code, site.bodies) == (0, [])


def test_each_change_is_asked_for(
    site: ManagedSite, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["y", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    _, said = connect(server)
    assert [body["dt"] for body in site.bodies] == ["Sales Invoice"]
    assert "left out: the field custom_larder_ref on Pricing Rule. By hand: As a System Manager" in said


def test_where_nobody_can_be_asked_nothing_is_made(
    site: ManagedSite, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="say --yes"):
        connect(server)
    assert site.bodies == []


def test_who_may_not_make_them_is_told_what_to_do_by_hand(site: ManagedSite, server: DemoServer) -> None:
    site.users = {DEMO_KEY: User("limited", DEMO_SECRET, frozenset({"Custom Field", "Webhook"}))}
    code, said = connect(server, "--yes")
    assert (code, site.bodies) == (0, [])
    assert "by hand: As a System Manager: Customize Form → Sales Invoice" in said
    assert "there already: the field custom_larder_ref on Purchase Receipt (whether it is unique" in said


def test_a_field_that_is_there_but_wrong_is_set_right(site: ManagedSite, client: Client) -> None:
    site.row("Custom Field", **field_row("Purchase Receipt", unique=0, read_only=1))
    (change,) = [change for change in plan(client).changes if change.name]
    assert change.what == "the field custom_larder_ref on Purchase Receipt: unique 1, read_only 0"
    assert make(client, change).is_done
    assert site.bodies == [{"unique": 1, "read_only": 0}]
    assert not [change for change in plan(client).changes if change.name]


def test_a_field_of_another_type_is_left_to_people(site: ManagedSite, client: Client) -> None:
    site.row("Custom Field", **field_row("Purchase Receipt", fieldtype="Small Text"))
    (said,) = plan(client).by_hand
    assert "is of type Small Text: as a System Manager, delete it" in said


def test_a_field_whose_answer_was_lost_is_looked_up_and_not_made_twice(
    site: ManagedSite, client: Client
) -> None:
    site.faults.plan(Fault.TRUNCATED, where=CREATING)
    made = make(client, plan(client).changes[0])
    assert (made.is_done, made.said) == (True, "Its answer was lost; it is there.")
    assert len(site.bodies) == 1


def test_a_field_that_did_not_come_about_is_said_to_be_missing(site: ManagedSite, client: Client) -> None:
    site.faults.plan(Fault.RESET, where=CREATING)
    made = make(client, plan(client).changes[0])
    assert (made.is_done, site.bodies) == (False, [])
    assert "run “manage.py sync connect” once more" in made.said


def test_a_field_that_somebody_else_made_meanwhile_is_as_good(site: ManagedSite, client: Client) -> None:
    change = plan(client).changes[0]
    client.create("Custom Field", change.values)
    assert make(client, change).is_done


@pytest.mark.usefixtures("_signed")
def test_webhooks_are_made_for_what_we_sync_and_only_once(site: ManagedSite, server: DemoServer) -> None:
    connect(server, "--yes", "--webhook-url", HOOKS)
    hooks = [body for body in site.bodies if "webhook_doctype" in body]
    assert len(hooks) == sum(len(events_of(doctype)) for doctype in told_doctypes())
    assert next(hook for hook in hooks if hook["name"] == "larder-sales-invoice-on_change") == {
        "name": "larder-sales-invoice-on_change",
        "webhook_doctype": "Sales Invoice",
        "webhook_docevent": "on_change",
        "enabled": 1,
        "request_url": f"{HOOKS}?doctype=Sales+Invoice&event=on_change",
        "request_method": "POST",
        "request_structure": "Form URL-Encoded",
        "timeout": 5,
        "enable_security": 1,
        "webhook_secret": "a secret",
        "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
        "webhook_data": [{"fieldname": "name", "key": "name"}, {"fieldname": "modified", "key": "modified"}],
    }
    written = len(site.bodies)
    code, said = connect(server, "--yes", "--webhook-url", HOOKS)
    assert (code, len(site.bodies)) == (0, written)
    assert "there already: the webhook larder-item-on_update" in said
    assert "Whether webhooks arrive, “manage.py sync check” says from the first one on." in said
    assert "/api/v1/sync/webhooks/erpnext\n" in connect(server, "--yes")[1]  # says where it would be


@pytest.mark.usefixtures("_signed")
def test_a_webhook_that_points_elsewhere_is_set_right(site: ManagedSite, client: Client) -> None:
    for change in plan(client, webhook_url="https://old.example/hook").changes:
        make(client, change)
    changes = plan(client, webhook_url=HOOKS).changes
    assert {change.name for change in changes} >= {"larder-item-on_update", "larder-customer-on_trash"}
    assert all(make(client, change).is_done for change in changes)
    assert plan(client, webhook_url=HOOKS).changes == ()


def test_without_a_secret_no_webhook_is_made(client: Client) -> None:
    found = plan(client, webhook_url=HOOKS)
    assert [change for change in found.changes if change.doctype == "Webhook"] == []
    assert found.by_hand == (
        "Set ERPNEXT_WEBHOOK_SECRET: Larder refuses webhooks that are not signed with it.",
    )


def test_the_nationality_field_is_named(site: ManagedSite, server: DemoServer) -> None:
    site.row(
        "Custom Field",
        **field_row("Customer", name="Customer-home", fieldname="home", label="Nation of birth"),
    )
    _, said = connect(server, "--dry-run", "--nationality-field", "shoe_size")
    assert "Larder reads custom_nationality; the site has that field on Customer" in said
    assert "The site has home too; --nationality-field home has Larder read that." in said
    assert "The site has no field shoe_size on Customer that holds words." in said


@pytest.fixture
def _ours(server: DemoServer, settings: Any) -> None:
    """The site is the one that this installation is set to read."""
    ours = {"port": server.port - 1}
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(**vars(settings.DEPLOYMENT) | ours)


def connect_ours(*arguments: str) -> str:
    """Output."""
    parser = ArgumentParser()
    connecting.add_arguments(parser)  # type: ignore[arg-type]
    out = StringIO()
    connecting.handle(BaseCommand(stdout=out), vars(parser.parse_args(arguments)))
    return out.getvalue()


def grow(site: ManagedSite, field: str, **given: Any) -> None:
    """Give customers a custom field."""
    row = {"name": f"Customer-{field}", "fieldname": field, "label": field} | given
    site.row("Custom Field", **field_row("Customer", **row))
    site.store.doctypes["Customer"].grow([field])


@pytest.mark.usefixtures("_ours")
def test_the_nationality_field_that_is_named_is_set_and_traced(site: ManagedSite) -> None:
    grow(site, "citizen_of")
    said = connect_ours("--yes", "--nationality-field", "citizen_of")
    assert "Set: Larder reads citizen_of from now on (Settings → Shop → Nationality field)." in said
    assert "at once: “manage.py sync run customers --full”." in said
    assert options.shop.nationality_field == "citizen_of"
    entry = AuditEntry.objects.get(subject_id="shop.nationality_field")
    assert (entry.actor_label, entry.after) == ("command line", {"value": "citizen_of"})
    assert "Larder reads citizen_of; the site has that field" in connect_ours("--yes")


@pytest.mark.usefixtures("_ours")
@pytest.mark.parametrize(("answer", "kept"), [("y", "nation_x"), ("", "custom_nationality")])
def test_where_the_field_is_missing_one_that_sounds_like_it_is_offered(
    site: ManagedSite, monkeypatch: pytest.MonkeyPatch, answer: str, kept: str
) -> None:
    site.store.doctypes["Customer"].lose("custom_nationality")
    grow(site, "nation_x")
    grow(site, "nation_is_known", fieldtype="Check")
    asked: list[str] = []

    def answered(question: str) -> str:
        asked.append(question)
        return answer if "nationality" in question else ""

    monkeypatch.setattr("builtins.input", answered)
    connect_ours()
    assert asked[0] == "   Read the nationality from nation_x? [y/N] "
    assert options.shop.nationality_field == kept


@pytest.mark.usefixtures("_ours")
@pytest.mark.parametrize("field", ["citizen_of", "is_citizen", "customer_shoe"])
def test_neither_a_rehearsal_nor_an_unfit_field_sets_anything(site: ManagedSite, field: str) -> None:
    grow(site, "citizen_of")
    grow(site, "is_citizen", fieldtype="Check")
    said = connect_ours("--dry-run" if field == "citizen_of" else "--yes", "--nationality-field", field)
    wanted = {"citizen_of": "would read citizen_of from then on"}
    assert wanted.get(field, f"The site has no field {field} on Customer that holds words.") in said
    assert options.shop.nationality_field == "custom_nationality"


@pytest.mark.usefixtures("_ours")
def test_a_field_that_the_environment_names_stays(site: ManagedSite, settings: Any) -> None:
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_SHOP_NATIONALITY_FIELD": "custom_nationality"}
    grow(site, "citizen_of")
    said = connect_ours("--yes", "--nationality-field", "citizen_of")
    assert "NOT set: the setting “Nationality field” stays. The environment fixes this" in said


def test_a_site_that_is_only_tried_sets_nothing(site: ManagedSite, server: DemoServer) -> None:
    grow(site, "citizen_of")
    connect(server, "--yes", "--nationality-field", "citizen_of")
    assert options.shop.nationality_field == "custom_nationality"


def test_without_an_address_the_variables_to_set_are_named(server: DemoServer, settings: Any) -> None:
    ours = {"port": server.port - 1}
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(**vars(settings.DEPLOYMENT) | ours)
    parser = ArgumentParser()
    connecting.add_arguments(parser)  # type: ignore[arg-type]
    out = StringIO()
    code = connecting.handle(BaseCommand(stdout=out), vars(parser.parse_args(["--dry-run"])))
    assert code == 0
    assert "set ERPNEXT_URL, ERPNEXT_API_KEY and ERPNEXT_API_SECRET" in out.getvalue()
    assert "1. ERPNext knows us as sync.admin@grocer.example." in out.getvalue()


@pytest.mark.usefixtures("_signed")
def test_a_fresh_erpnext_gets_all_that_is_needed_and_then_tells_us_what_happens() -> None:
    """The made-up grocer, who never heard of Larder; its webhooks come to a server on this machine."""
    today = datetime.now(ZoneInfo(TIME_ZONE)).date()
    with DemoServer(Site(stocked(scale=0, today=today))) as erp, Receiver() as larder:
        address = ("--yes", "--webhook-url", f"{larder.url}/hooks")
        code, said = connect(erp, *address)
        fields = said.count("made: the field custom_larder_ref")
        hooks = said.count("made: the webhook")
        assert (code, fields, "there already" in said) == (0, 3, False)
        assert hooks == sum(len(events_of(doctype)) for doctype in told_doctypes())
        code, said = connect(erp, *address)
        assert (code, said.count("there already:"), " made: " in said) == (0, fields + hooks, False)

        desk = Desk(erp)
        for doctype in ("Sales Invoice", "Purchase Receipt", "Pricing Rule"):
            found = desk.list("Custom Field", "unique", "no_copy", dt=doctype, fieldname="custom_larder_ref")
            assert found == [{"unique": 1, "no_copy": 1}]
        saved = desk.put("Item Group", desk.list("Item Group", "name")[0]["name"], image="/files/a.png")
        (told,) = larder.wait_for(1)
        assert told.path == "/hooks?doctype=Item+Group&event=on_update"
        assert told.headers["X-Frappe-Webhook-Signature"] == signature("a secret", told.body)
        assert json.loads(told.body) == {"name": saved["name"], "modified": saved["modified"]}


def test_an_address_to_try_needs_its_key(server: DemoServer) -> None:
    with pytest.raises(CommandError, match="together"):
        connecting.handle(BaseCommand(), {"url": server.url, "key": None, "secret": None})
