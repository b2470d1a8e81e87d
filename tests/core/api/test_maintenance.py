"""The API closed by a setting: who is turned away, how, and who goes on."""

import json
import time

import pytest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.api.permissions import Public
from apps.core.api.views import View
from apps.core.models import OptionValue
from apps.core.options import reading
from config.settings import base
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/staff/products"
MESSAGE = "We are stocktaking. Back at 14:00 <b>sharp</b>."


@pytest.fixture
def closed():
    options.save({"api.maintenance_message": MESSAGE}, actor=COMMAND)


class Token(BaseAuthentication):
    """Stands for an app's token: one that is known, or one that has run out."""

    def authenticate(self, request):
        if request.headers.get("X-Token") == "stale":
            raise AuthenticationFailed
        return StaffFactory(), "token"

    def authenticate_header(self, request):
        return "Token"


class Probe(View):
    authentication_classes = (Token,)
    permission_classes = (Public,)

    def get(self, request):
        return Response({"open": True})


class OpenProbe(Probe):
    open_in_maintenance = True


def ask(view, **headers):
    return view.as_view()(APIRequestFactory().get("/probe", headers=headers)).render()


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("route", [PRODUCTS, "/api/v1/staff/products/nothing", "/api/v1/sync/status"])
def test_whoever_calls_is_told_the_shops_sentence_and_when_to_ask_again(client, route):
    answer = client.get(route)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (problem["code"], problem["type"], problem["detail"]) == (
        "maintenance",
        "/problems/maintenance",
        MESSAGE,
    )


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("token", ["good", "stale"])
def test_a_token_opens_nothing_and_a_stale_one_is_not_sent_to_sign_in_first(token):
    assert ask(Probe, **{"X-Token": token}).status_code == 503
    assert ask(OpenProbe, **{"X-Token": "good"}).status_code == 200


@pytest.mark.usefixtures("closed")
def test_the_back_offices_own_session_goes_on(client):
    desk = signed_in(StaffFactory(role=Role.CLERK))
    assert desk.get(PRODUCTS).status_code == 200
    assert desk.get("/admin/").status_code == 200


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("path", ["/healthz", "/api/schema/", "/api/docs/"])
def test_what_tells_of_the_installation_and_its_api_goes_on(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.usefixtures("closed")
def test_erpnexts_webhooks_are_heard(client, settings):
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"webhook_secret": "s"})
    answer = client.post("/api/v1/sync/webhooks/erpnext?doctype=Item", {"name": "X"}, "application/json")
    assert answer.status_code == 401  # for its signature, not for the maintenance


def test_an_open_api_says_nothing_of_it(client):
    assert client.get(PRODUCTS).status_code == 401
    assert ask(Probe, **{"X-Token": "stale"}).status_code == 401


def test_everybody_in_the_back_office_sees_it_loudly_and_who_may_opens_it_again(closed, desk, clerks_desk):
    page = desk.get("/admin/notifications/").content.decode()
    assert "The apps are closed for maintenance." in page
    assert "&lt;b&gt;sharp&lt;/b&gt;" in page
    assert "?group=api#api.maintenance_message" in page
    clerks = clerks_desk.get("/admin/notifications/").content.decode()
    assert "The apps are closed for maintenance." in clerks
    assert "api.maintenance_message" not in clerks
    options.reset("api.maintenance_message", actor=COMMAND)
    assert "closed for maintenance" not in desk.get("/admin/notifications/").content.decode()


def test_another_process_hears_of_it_within_two_seconds(client, settings):
    settings.OPTIONS_FRESH_FOR = base.OPTIONS_FRESH_FOR
    reading.forget()
    assert client.get(PRODUCTS).status_code == 401
    OptionValue.objects.create(key="api.maintenance_message", value=MESSAGE)  # somebody else's save
    began = time.monotonic()
    while client.get(PRODUCTS).status_code != 503:
        assert time.monotonic() - began < 2.5
        time.sleep(0.1)


def test_the_usual_size_of_a_page_is_a_setting(client):
    for _ in range(3):
        make_product()
    desk = signed_in(StaffFactory(role=Role.CLERK))
    options.save({"api.page_size": 2}, actor=COMMAND)
    assert len(desk.get(PRODUCTS).json()["results"]) == 2
    assert len(desk.get(f"{PRODUCTS}?limit=3").json()["results"]) == 3
    assert desk.get(f"{PRODUCTS}?limit=").status_code == 422
