"""What a request carries and what it leaves in the log."""

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from apps.core import request_context
from apps.core.actors import Actor
from apps.core.middleware import RequestContextMiddleware, client_address
from tests.factories.accounts import StaffFactory

SEEN = {}


def view(request):
    SEEN.update(id=request_context.request_id(), address=request_context.address())
    request_context.act_as(Actor(kind="staff", id="7", label="Ayşe Demir"))
    request.resolver_match = ResolverMatch(view, (), {}, route="customers/<int:pk>/")
    return HttpResponse(status=201)


def ask(path="/customers/7/?name=Demir", **extra):
    return RequestContextMiddleware(view)(RequestFactory().post(path, **extra))


def test_a_sane_id_is_kept_and_goes_back():
    response = ask(HTTP_X_REQUEST_ID="proxy-1234567890")
    assert (SEEN["id"], response["X-Request-ID"]) == ("proxy-1234567890", "proxy-1234567890")


@pytest.mark.parametrize(
    "asked", ["", "short", "x" * 65, "with space in it", "new\nline-in-it", "<script>alert"]
)
def test_anything_else_gets_a_new_id(asked):
    response = ask(HTTP_X_REQUEST_ID=asked)
    assert response["X-Request-ID"] != asked
    assert len(response["X-Request-ID"]) == 32
    assert SEEN["id"] == response["X-Request-ID"]


def test_nothing_of_a_request_stays_behind():
    ask()
    assert (request_context.request_id(), request_context.address(), request_context.actor()) == (
        "",
        None,
        None,
    )
    assert structlog.contextvars.get_contextvars() == {}


def test_one_line_a_request_with_its_route_and_without_personal_data():
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        response = ask(HTTP_X_REQUEST_ID="proxy-1234567890", REMOTE_ADDR="203.0.113.9")
    (line,) = lines
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "route": "customers/<int:pk>/",
        "status": 201,
        "request_id": response["X-Request-ID"],
        "actor": "staff:7",
    }


@pytest.mark.parametrize("path", ["/static/a.css", "/media/x.webp", "/healthz", "/readyz", "/metrics"])
def test_what_machines_ask_every_second_is_not_logged(path):
    with structlog.testing.capture_logs() as lines:
        ask(path)
    assert lines == []


@pytest.mark.parametrize(
    ("trusted", "forwarded", "direct", "address"),
    [
        (0, "", "203.0.113.9", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9", "203.0.113.9"),  # nobody may say where he comes from
        (1, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "1.1.1.1, 198.51.100.1", "10.0.0.1", "198.51.100.1"),  # the first was made up
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        (2, "1.1.1.1", "203.0.113.9", "203.0.113.9"),  # came past our proxies
        (1, "2001:db8::1", "10.0.0.1", "2001:db8::1"),
        (1, "rubbish", "10.0.0.1", "10.0.0.1"),
        (0, "", "::ffff:203.0.113.9", "203.0.113.9"),  # a socket of both kinds: else all of IPv4 is one /64
        (1, "::FFFF:198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "fe80::1%eth0", "10.0.0.1", "fe80::1"),  # no column for addresses takes a zone
        (0, "", "", None),  # a socket
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(settings, trusted, forwarded, direct, address):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=direct)
    assert client_address(request) == address


@pytest.mark.django_db
def test_a_signed_in_person_is_named_by_id_only(client):
    person = StaffFactory(full_name="Ayşe Demir")
    client.force_login(person)
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get("/admin/notifications/")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["actor"], line["route"]) == (f"staff:{person.pk}", "admin/notifications/")
    assert person.email not in str(lines)
    assert "Demir" not in str(lines)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/nothing/Demir/", "/api/v1/staff/customers/Demir"])
def test_a_refusal_leaves_no_path_in_the_log(client, caplog, path):
    assert client.get(path).status_code in {302, 404}
    client.force_login(StaffFactory())
    assert client.get(path).status_code == 404
    assert "Demir" not in caplog.text


def test_not_even_a_fault_leaves_a_path_in_the_log(client, caplog, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("apps.accounts.pages.resetting.SetNewPassword.get_user", lambda *_: 1 / 0)
    assert client.get("/admin/reset/Mg/secret-token-of-a-letter/").status_code == 500
    (line,) = [line for line in caplog.records if line.name == "django.request"]
    assert "secret-token" not in line.getMessage()
    assert "admin/reset/<uidb64>/<token>/" in line.getMessage()
