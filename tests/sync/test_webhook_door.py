"""ERPNext's webhooks: believed by their signature alone, remembered once, and only ever a hint."""

import base64
import gzip
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from redis import RedisError

from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.core.api import throttling
from apps.sync import reports, services, tasks
from apps.sync.api.v1 import webhooks
from apps.sync.api.v1.webhooks import HEADER
from apps.sync.entities import ENTITIES
from apps.sync.models import Cursor, Mark, Run, WebhookDelivery
from apps.sync.services import gate, receiving
from apps.sync.services.connecting import told_doctypes
from apps.sync.states import Direction

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/sync/webhooks/erpnext"
SECRET = "plüms and pears"
INVOICE = b'{"name": "ACC-SINV-2026-00236", "modified": "2026-11-22 23:39:30.400942"}'
Sent = list[tuple[str, float]]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    options.forget()


@pytest.fixture(autouse=True)
def _with_secret(settings: Any) -> None:
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret=SECRET)


@pytest.fixture(autouse=True)
def _read_once() -> None:
    """Every source has been looked at before."""
    Cursor.objects.bulk_create(
        Cursor(entity=entity.name, doctype=source.doctype, modified="2026-11-01 00:00:00.000000")
        for entity in ENTITIES
        for source in entity.sources
    )


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The runs that are put on their way, each with its delay."""
    sent: Sent = []
    monkeypatch.setattr(
        tasks.read_told, "apply_async", lambda args, *, countdown: sent.append((args[0], countdown))
    )
    return sent


def signature(body: bytes, secret: str = SECRET) -> str:
    """As ERPNext makes it, in our own words (API.md 9)."""
    return base64.b64encode(hmac.new(secret.encode(), body, "sha256").digest()).decode()


def deliver(
    body: bytes = INVOICE,
    *,
    doctype: str = "Sales Invoice",
    event: str = "on_update",
    signed: str | None = None,
    content_type: str = "application/json",
    **address: str,
) -> HttpResponse:
    query = urlencode({"doctype": doctype, "event": event} | address)
    return Client().generic(  # type: ignore[return-value]
        "POST",
        f"{DOOR}?{query}",
        body,
        content_type=content_type,
        headers={HEADER: signature(body) if signed is None else signed},
    )


def refused(answer: HttpResponse, status: int, code: str) -> Any:
    """The problem; nothing was kept of it."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()  # type: ignore[attr-defined]
    assert (problem["type"], problem["code"]) == (f"/problems/{code}", code)
    assert not WebhookDelivery.objects.exists()
    assert not Mark.objects.exists()
    return problem


def marks() -> list[tuple[str, str, str, str]]:
    return list(Mark.objects.order_by("id").values_list("entity", "doctype", "field", "value"))


# --- whom it believes --------------------------------------------------------------------------------------
def test_the_signatures_of_a_real_erpnext_are_believed(settings: Any):
    path = Path(__file__).with_name("delivered.json.gz")
    recorded = json.loads(gzip.decompress(path.read_bytes()))
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret=recorded["webhook_secret"])
    bodies = [one["body"].encode() for one in recorded["deliveries"]]
    signatures = [one["headers"][HEADER] for one in recorded["deliveries"]]
    assert [services.is_signed(*one) for one in zip(bodies, signatures, strict=True)] == [True] * 12
    assert not any(services.is_signed(body + b" ", one) for body, one in zip(bodies, signatures, strict=True))
    answers = [deliver(body, signed=one) for body, one in zip(bodies, signatures, strict=True)]
    assert {answer.status_code for answer in answers} == {202}


@pytest.mark.parametrize(
    "signed",
    ["", "x", "é", "=" * 9000, signature(INVOICE, "another"), signature(INVOICE + b" "), signature(b"")],
)
@pytest.mark.parametrize("body", [INVOICE, b"{"])
def test_without_the_right_signature_nothing_is_kept(signed: str, body: bytes):
    problem = refused(deliver(body, signed=signed), 401, "webhook-signature")
    assert SECRET not in json.dumps(problem)
    assert signature(body) not in json.dumps(problem)


def test_a_missing_signature_is_refused_and_says_what_is_missing():
    answer = Client().post(f"{DOOR}?doctype=Item&event=on_update", {}, content_type="application/json")
    refused(answer, 401, "webhook-signature")  # type: ignore[arg-type]
    assert answer["WWW-Authenticate"] == f'{HEADER} realm="Larder"'


@pytest.mark.parametrize("signed", ["", signature(INVOICE), signature(INVOICE, "")])
def test_while_no_secret_is_set_nobody_is_believed(settings: Any, signed: str):
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret="")
    problem = refused(deliver(signed=signed), 403, "webhook-secret-missing")
    assert "ERPNEXT_WEBHOOK_SECRET" in problem["detail"]


def test_a_body_past_the_limit_is_refused_unread(settings: Any):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(INVOICE) - 1
    refused(deliver(), 413, "payload-too-large")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(INVOICE)
    assert deliver().status_code == 202


def test_a_flood_of_refusals_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING, logger=webhooks.__name__):
        for _ in range(5):
            deliver(signed="x")
    lines = [record.getMessage() for record in caplog.records if record.name == webhooks.__name__]
    assert len(lines) == 1
    assert SECRET not in lines[0]


def test_without_redis_it_is_refused_and_logged_all_the_same(monkeypatch: pytest.MonkeyPatch):
    def away(*_: Any, **__: Any) -> bool:
        raise RedisError

    monkeypatch.setattr(webhooks.cache, "add", away)
    refused(deliver(signed="x"), 401, "webhook-signature")


def test_only_who_cannot_sign_is_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttling, "budgets_of", lambda request: (throttling.Budget("a stranger", 2),))
    assert [deliver(signed="x").status_code for _ in range(3)] == [401, 401, 429]
    assert [deliver().status_code for _ in range(5)] == [202] * 5
    assert "RateLimit-Limit" not in deliver().headers


# --- what it understands -----------------------------------------------------------------------------------
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'"x"', b"null", b"[" * 3000])
def test_what_is_no_json_object_is_refused(body: bytes):
    refused(deliver(body), 422, "invalid")


@pytest.mark.parametrize(
    ("told", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": ["a"]}, "name", "invalid"),
        ({"name": "x" * 141}, "name", "max-length"),
        ({"name": "a\0b"}, "name", "null-characters-not-allowed"),
        ({"name": "a", "modified": "x" * 27}, "modified", "max-length"),
    ],
)
def test_what_names_no_document_is_refused_at_its_field(told: Any, field: str, code: str):
    problem = refused(deliver(json.dumps(told).encode()), 422, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]


@pytest.mark.parametrize(
    ("address", "field"),
    [({"doctype": ""}, "doctype"), ({"event": "a\0"}, "event"), ({"doctype": "x" * 141}, "doctype")],
)
def test_an_address_that_says_nothing_is_refused_at_its_field(address: dict[str, str], field: str):
    problem = refused(deliver(**address), 422, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_the_form_that_it_claims_to_be_in_does_not_matter(content_type: str):
    assert deliver(content_type=content_type).status_code == 202
    assert WebhookDelivery.objects.get().erp_name == "ACC-SINV-2026-00236"


def test_a_whole_document_is_taken_for_its_name_and_stamp():
    body = json.dumps({"name": "HONEY", "modified": "2026-11-22 10:00:00", "barcodes": [{"idx": 1}]}).encode()
    assert deliver(body, doctype="Item").json() == {"entity": "items", "is_repeat": False}  # type: ignore[attr-defined]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.erp_name, delivery.erp_modified) == ("HONEY", "2026-11-22 10:00:00")


# --- what comes of it --------------------------------------------------------------------------------------
def test_a_document_is_marked_and_nothing_of_it_is_believed():
    answer = deliver()
    assert answer.status_code == 202
    assert answer.json() == {"entity": "sales", "is_repeat": False}  # type: ignore[attr-defined]
    assert marks() == [("sales", "Sales Invoice", "name", "ACC-SINV-2026-00236")]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.doctype, delivery.event, delivery.entity) == ("Sales Invoice", "on_update", "sales")
    assert (delivery.times, delivery.first_at) == (1, delivery.last_at)


def test_a_repeat_is_counted_and_that_is_all(queued: Sent, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
    first = WebhookDelivery.objects.get()
    Mark.objects.all().delete()  # it has been read
    queued.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = deliver()
    assert answer.json() == {"entity": "sales", "is_repeat": True}  # type: ignore[attr-defined]
    again = WebhookDelivery.objects.get()
    assert (again.times, again.first_at, again.last_at > first.last_at) == (2, first.first_at, True)
    assert (marks(), queued) == ([], [])


def test_another_event_stamp_or_byte_is_another_delivery():
    deliver()
    deliver(event="on_change")
    deliver(doctype="Sales Order")
    deliver(INVOICE.replace(b"23:39", b"23:40"))
    deliver(INVOICE + b" ")
    assert WebhookDelivery.objects.count() == 5


def test_an_address_cannot_be_mistaken_for_another():
    deliver(doctype="Item", event="on_update")
    deliver(doctype="Item&event=on", event="update")
    assert WebhookDelivery.objects.count() == 2


def test_one_captured_body_under_invented_addresses_is_kept_a_few_times_at_most():
    for number in range(20):
        deliver(doctype=f"Umbrella {number}", event=f"on_whim_{number}")
    assert [(kept.times, kept.entity) for kept in WebhookDelivery.objects.all()] == [(20, "")]
    for number in range(20):
        deliver(event=f"on_whim_{number}")
    assert WebhookDelivery.objects.count() == 2
    assert marks() == [("sales", "Sales Invoice", "name", "ACC-SINV-2026-00236")]


def test_without_a_stamp_each_is_looked_at_for_two_saves_look_alike():
    deliver(b'{"name": "HONEY"}', doctype="Item")
    Mark.objects.all().delete()
    deliver(b'{"name": "HONEY"}', doctype="Item")
    assert WebhookDelivery.objects.get().times == 2
    assert marks() == [("items", "Item", "name", "HONEY")]


def test_what_is_not_synced_is_remembered_and_changes_nothing(queued: Sent):
    answer = deliver(doctype="Sales Invoice Item")
    assert (answer.status_code, answer.json()["entity"]) == (202, "")  # type: ignore[attr-defined]
    assert WebhookDelivery.objects.get().entity == ""
    assert (marks(), queued) == ([], [])


def test_what_was_never_looked_at_is_not_marked_for_it_will_be_read_whole():
    Cursor.objects.all().delete()
    assert deliver().status_code == 202
    assert marks() == []


def test_every_doctype_that_we_have_erpnext_tell_of_finds_its_entity():
    for doctype in told_doctypes():
        assert deliver(doctype=doctype).json()["entity"], doctype  # type: ignore[attr-defined]
    assert {(entity, doctype) for entity, doctype, _, _ in marks()} == {
        (entity.name, source.doctype)
        for entity in ENTITIES
        for source in entity.sources
        if source.doctype in told_doctypes()
    }


def test_a_delivery_costs_few_queries(django_assert_max_num_queries: Callable[[int], Any]):
    with django_assert_max_num_queries(9):  # savepoints included
        deliver()
    with django_assert_max_num_queries(5):
        deliver()


# --- the run that reads it ---------------------------------------------------------------------------------
def test_what_is_told_within_a_moment_is_read_by_one_run(
    queued: Sent, django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(50):
            deliver(INVOICE.replace(b"00236", f"{number:05}".encode()))
        deliver(b'{"name": "HONEY"}', doctype="Item")
    assert queued == [("sales", receiving.GATHERING), ("items", receiving.GATHERING)]
    assert Mark.objects.count() == 51


def test_what_is_told_after_it_began_gets_another(queued: Sent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "run_due", lambda name, *, at, actor: [])
    tasks.read_soon("sales")
    tasks.read_soon("sales")
    tasks.read_told("sales")
    tasks.read_soon("sales")
    assert [entity for entity, _ in queued] == ["sales", "sales"]


def test_what_was_rolled_back_is_not_read(queued: Sent, django_capture_on_commit_callbacks: Any):
    told = services.Told("Item", "on_update", "HONEY", "", b"{}")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        services.receive(told, at=timezone.now())
        transaction.set_rollback(True)
    assert (queued, marks()) == ([], [])


@pytest.mark.usefixtures("_demo_as_ours")
def test_while_a_control_is_off_marks_wait_and_are_read_once_it_is_on(address: Any):
    Cursor.objects.all().delete()
    services.run(["items"], actor=SYSTEM)
    gate.set_controls({("items", Direction.PULL): False}, actor=COMMAND)
    assert deliver(b'{"name": "HONEY"}', doctype="Item").status_code == 202
    tasks.read_told("items")
    assert Run.objects.count() == 1
    assert marks() == [("items", "Item", "name", "HONEY")]
    gate.set_controls({("items", Direction.PULL): True}, actor=COMMAND)
    tasks.read_told("items")
    assert (Run.objects.count(), marks()) == (2, [])


# --- how they are looked after -----------------------------------------------------------------------------
def test_it_can_be_seen_whether_they_arrive(django_assert_num_queries: Callable[[int], Any]):
    now = timezone.now()
    for number in range(3):
        deliver(INVOICE.replace(b"236", str(number).encode()))
    deliver(doctype="Umbrella")
    WebhookDelivery.objects.filter(erp_name="ACC-SINV-2026-000").update(last_at=now - timedelta(hours=25))
    with django_assert_num_queries(1):
        told = {one.doctype: one for one in reports.webhooks(at=timezone.now())}
    assert list(told) == [*told_doctypes(), "Umbrella"]
    assert told["Sales Invoice"].in_a_day == 2
    assert (
        told["Sales Invoice"].last_at == WebhookDelivery.objects.filter(entity="sales").latest("id").last_at
    )
    assert (told["Umbrella"].in_a_day, told["Item"].in_a_day, told["Item"].last_at) == (1, 0, None)


def test_old_ones_are_forgotten_at_night():
    at = timezone.now()
    for days in (1, 29, 31):
        deliver(INVOICE.replace(b"236", str(days).encode()))
        WebhookDelivery.objects.filter(erp_name__endswith=f"00{days}").update(
            last_at=at - timedelta(days=days)
        )
    assert services.prune(at=at, actor=SYSTEM).webhooks == 1
    left = WebhookDelivery.objects.order_by("id").values_list("erp_name", flat=True)
    assert [name[-2:] for name in left] == ["01", "29"]
