"""manage.py sync check: one finding for everything that a sync needs, and what to do about it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management.base import BaseCommand

from apps.core import options
from apps.core.actors import COMMAND
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.queries import Asked, listed
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.erpnext import Address
from apps.sync.erpnext.address import demo_address
from apps.sync.erpnext.facts import same_zone
from apps.sync.management import checking
from apps.sync.models import MirroredSite, WebhookDelivery
from apps.sync.services.checking import Finding, Level, Report, check
from tests.sync.sites import ManagedSite, field_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> ManagedSite:
    return ManagedSite()


@pytest.fixture
def there(site: ManagedSite) -> Iterator[Address]:
    with DemoServer(site) as server:
        yield demo_address(port=server.port)


def found(report: Report, what: str) -> Finding:
    (finding,) = [finding for finding in report.findings if finding.what == what]
    return finding


def bad(report: Report) -> dict[str, Level]:
    return {
        finding.what: finding.level
        for finding in report.findings
        if finding.level in {Level.WARNING, Level.ERROR}
    }


def limited(*doctypes: str) -> dict[str, User]:
    return {DEMO_KEY: User("limited", DEMO_SECRET, frozenset(doctypes))}


def test_a_site_that_gives_all_is_well(there: Address) -> None:
    report = check(address=there)
    assert bad(report) == {}
    assert report.worst == Level.NOTE  # nothing is mirrored yet
    assert found(report, "Connection").said == f"{there.url} knows us as sync.admin@grocer.example."
    assert found(report, "Clock").level == Level.OK
    assert found(report, "Time zone").level == Level.OK
    assert found(report, "Rate limit").said == "ERPNext sets us none."
    assert found(report, "Item records").said == "60 there, 0 here."


def test_it_writes_nothing_there_or_here(site: ManagedSite, there: Address) -> None:
    check(address=there)
    assert site.bodies == []
    assert not MirroredSite.objects.exists()


def test_a_key_that_is_refused_is_all_that_can_be_said(there: Address) -> None:
    report = check(address=Address(there.url, DEMO_KEY, "wrong", there.site))
    assert [(finding.what, finding.level) for finding in report.findings] == [("Connection", Level.ERROR)]
    assert "key and secret" in report.findings[0].said


def test_another_site_than_the_one_mirrored_is_an_error(there: Address) -> None:
    MirroredSite.objects.create(pk=1, site="erp.old.example")
    assert bad(check(address=there)) == {"Site": Level.ERROR}


def test_a_missing_right_names_the_role_that_gives_it(site: ManagedSite, there: Address) -> None:
    site.users = limited("Customer", "Deleted Document")
    report = check(address=there)
    assert bad(report) == {"Customer": Level.ERROR, "Deleted Document": Level.WARNING}
    assert found(report, "Customer").advice == (
        "Give that user the role Sales User, Stock User or Accounts User."
    )
    assert "a count of it would prove nothing" in found(report, "Customer").said
    assert found(report, "Deleted Document").advice == "Give that user the role System Manager."


def test_a_missing_standard_field_is_an_error_and_a_missing_custom_one_a_note(
    site: ManagedSite, there: Address
) -> None:
    site.store.doctypes["Customer"].lose("tax_id", "custom_nationality")
    site.store.doctypes["Sales Invoice Item"].lose("net_rate")
    report = check(address=there)
    assert bad(report) == {"Customer.tax_id": Level.ERROR, "Sales Invoice Item.net_rate": Level.ERROR}
    assert found(report, "Customer.custom_nationality").level == Level.NOTE


def test_a_field_that_a_setting_names_and_the_site_lacks_is_a_note(there: Address) -> None:
    options.save({"shop.nationality_field": "citizen_of"}, actor=COMMAND)
    report = check(address=there)
    assert bad(report) == {}
    assert found(report, "Customer.citizen_of").level == Level.NOTE


def test_user_permissions_that_narrow_a_list_are_seen(
    site: ManagedSite, there: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def narrowed(doctype: str, given: dict[str, Any], _: User) -> list[dict[str, Any]]:
        rows = listed(site.store, Asked.of(doctype, given))
        return rows[:-1] if doctype == "Customer" else rows

    monkeypatch.setattr(site, "list", narrowed)
    report = check(address=there)
    assert bad(report) == {"Customer records": Level.ERROR}
    assert "User Permissions narrow" in found(report, "Customer records").said


def test_a_site_that_writes_its_stamps_in_another_zone_is_an_error(there: Address, settings: Any) -> None:
    settings.ERP_TIME_ZONE = "Asia/Dubai"
    report = check(address=there)
    assert bad(report) == {"Time zone": Level.ERROR}
    assert found(report, "Time zone").advice == "Set ERP_TIME_ZONE to Europe/London."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Europe/London", "Europe/Belfast", True),
        ("Europe/London", "Africa/Abidjan", False),  # the same in winter only
        ("Asia/Dubai", "Nowhere/Else", False),
    ],
)
def test_zones_are_compared_by_what_they_show(one: str, other: str, same: bool) -> None:
    assert same_zone(one, other, year=2026) is same


def test_a_clock_that_differs_is_a_warning(there: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    late = "Thu, 01 Jan 2026 00:00:00 GMT"
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: late)
    report = check(address=there)
    assert bad(report) == {"Clock": Level.WARNING}
    assert "seconds behind ours" in found(report, "Clock").said


def test_a_rate_limit_that_is_nearly_used_up_is_a_warning(site: ManagedSite, there: Address) -> None:
    site.headers = {
        "X-RateLimit-Limit": "100000000",
        "X-RateLimit-Remaining": "5000000",
        "X-RateLimit-Reset": "0",
    }
    report = check(address=there)
    assert bad(report) == {"Rate limit": Level.WARNING}
    assert found(report, "Rate limit").said.startswith("5 of 100 seconds of work are left")


@pytest.mark.parametrize(
    ("company", "level"),
    [("Corner Grocer", Level.OK), ("Corner Shop", Level.ERROR), ("corner grocer", Level.ERROR)],
)
def test_the_company_must_be_one_of_erpnexts(
    there: Address, settings: Any, company: str, level: Level
) -> None:
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": company})
    assert found(check(address=there), "Company").level == level


@pytest.mark.parametrize(("may_post", "level"), [(False, Level.NOTE), (True, Level.ERROR)])
def test_a_missing_reference_is_an_error_where_something_may_be_sent(
    there: Address, settings: Any, may_post: bool, level: Level
) -> None:
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(
        **vars(settings.DEPLOYMENT) | {"sync_post_enabled": may_post}
    )
    assert found(check(address=there), "Sales Invoice.custom_larder_ref").level == level


def test_a_reference_that_is_not_unique_protects_nothing(site: ManagedSite, there: Address) -> None:
    site.row("Custom Field", **field_row("Purchase Receipt", unique=0))
    assert bad(check(address=there)) == {"Purchase Receipt.custom_larder_ref": Level.ERROR}


def found_in(answer: dict[str, Any], what: str) -> dict[str, str]:
    (finding,) = [finding for finding in answer["findings"] if finding["what"] == what]
    return finding


def output_of(address: Address, *, as_json: bool) -> tuple[int, str]:
    out = StringIO()
    return checking.run(BaseCommand(stdout=out), as_json=as_json, address=address), out.getvalue()


def test_the_command_prints_a_table_or_json_and_ends_as_the_worst_finding(
    site: ManagedSite, there: Address
) -> None:
    code, said = output_of(there, as_json=False)
    assert (code, said.endswith("All well.\n")) == (0, True)
    site.users = limited("Deleted Document")
    code, said = output_of(there, as_json=False)
    assert (code, said.endswith("0 errors, 1 warnings.\n")) == (3, True)
    site.users = limited("Item")
    code, said = output_of(there, as_json=True)
    answer = json.loads(said)
    assert (code, answer["level"]) == (1, "error")
    item = found_in(answer, "Item")
    assert item == {
        "what": "Item",
        "level": "error",
        "said": "Our user may not read it; a count of it would prove nothing, "
        "ERPNext checks no right for that.",
        "advice": "Give that user the role Sales User, Stock User, Purchase User or Item Manager.",
    }


def test_it_says_whether_webhooks_arrive(there: Address, settings: Any) -> None:
    def said() -> tuple[Level, str]:
        finding = found(check(address=there), "Webhooks")
        return finding.level, finding.said

    refused = "ERPNEXT_WEBHOOK_SECRET is not set: Larder refuses them, and sees changes when the clock looks."
    assert said() == (Level.NOTE, refused)
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"webhook_secret": "a secret"})
    assert said() == (Level.NOTE, "None has come in the time that they are kept.")
    for doctype, at in (
        ("Item", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        ("Batch", datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        WebhookDelivery.objects.create(
            digest=doctype, doctype=doctype, event="on_update", erp_name="x", last_at=at
        )
    assert said() == (Level.OK, "The last came 2 Jan 2026, of Item.")
