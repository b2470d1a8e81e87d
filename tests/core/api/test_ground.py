"""What every route shares: one shape for refusals, strict input, bounded bodies, counted requests, JSON."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar

import orjson
import pytest
from django.http import Http404
from django.test import Client
from redis import Redis, RedisError
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from apps.accounts.permissions import Role
from apps.core.api import throttling
from apps.core.api.permissions import AnyStaff, NobodyUnlessSaid, StaffKey
from apps.core.api.problems import flatten
from apps.core.api.renderers import JsonRenderer
from apps.core.api.serializers import StrictSerializer
from apps.core.api.views import CountedMixin
from apps.core.calling import BACK_OFFICE
from apps.core.doors import doors
from apps.core.errors import DomainError, FieldError, InvalidInputError
from apps.core.options.own import ApiOptions
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/staff/products"


class LineIn(StrictSerializer):
    quantity = serializers.IntegerField(min_value=1)


class BasketIn(StrictSerializer):
    name = serializers.CharField(max_length=5)
    lines = LineIn(many=True)


class Probe(APIView):
    """A route that does what a test tells it, through everything that every route has."""

    permission_classes = (AnyStaff,)
    raises: ClassVar[Exception | None] = None

    def post(self, request: Request) -> Response:
        if self.raises:
            raise self.raises
        asked = BasketIn(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(asked.validated_data)


def ask(view: type[APIView], data: Any = None, *, user: Any = None, **options: Any) -> Any:
    body = data if isinstance(data, bytes) else json.dumps(data or {})
    content_type = options.pop("content_type", "application/json")
    request = APIRequestFactory().post("/api/v1/probe", body, content_type=content_type, **options)
    request.app_key = BACK_OFFICE
    if user:
        force_authenticate(request, user)
    return view.as_view()(request).render()


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = orjson.loads(response.content)
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
    assert (body["status"], body["type"]) == (status, f"/problems/{body['code']}")
    return body


def limit_all(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Let every budget hold so much."""
    usual = throttling.budgets_of
    smaller = lambda request: tuple(replace(budget, limit=limit) for budget in usual(request))  # noqa: E731
    monkeypatch.setattr(throttling, "budgets_of", smaller)


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(StaffFactory(role=Role.CLERK))
    return client


def test_nobody_signed_in_is_a_401_that_says_how(client):
    response = client.get(PRODUCTS)
    assert problem(response, 401)["code"] == "app-key-missing"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Larder"'


def test_a_missing_right_is_a_403_that_names_it(client):
    client.force_login(StaffFactory(role=Role.DRIVER))
    body = problem(client.get(PRODUCTS), 403)
    assert (body["code"], body["instance"]) == ("permission-denied", PRODUCTS)
    assert "products.view" in body["detail"]


def test_a_problem_carries_the_id_of_the_request(client):
    response = client.get(PRODUCTS, headers={"x-request-id": "asked-by-a-test-1"})
    assert problem(response, 401)["request_id"] == response.headers["X-Request-ID"] == "asked-by-a-test-1"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nowhere", "/api/v2/staff/me", "/api/v1/staff/me/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_path_that_no_route_answers_is_a_404_problem(client, path, method):
    assert problem(getattr(client, method)(path), 404)["code"] == "not-found"


def test_a_method_that_a_route_does_not_answer_is_a_405(clerk):
    response = clerk.delete(PRODUCTS)
    assert problem(response, 405)["code"] == "method-not-allowed"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_form_that_is_not_spoken_is_a_406(clerk):
    response = clerk.get(PRODUCTS, headers={"accept": "application/xml"})
    assert problem(response, 406)["code"] == "not-acceptable"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("limit=0", 422, "limit"),
        ("limit=101", 422, "limit"),
        ("limit=00000000001", 422, "limit"),
        ("limit=x", 422, "limit"),
        ("limit=²", 422, "limit"),
        ("ordering=price", 422, "ordering"),
        ("category=x", 422, "category"),
        ("category=1.5", 422, "category"),
        ("is_active=null", 422, "is_active"),
        ("is_active=1", 422, "is_active"),
        (f"search={'x' * 101}", 422, "search"),
        ("search=%00", 422, "search"),
    ],
)
def test_a_query_that_cannot_be_used_says_which_part(clerk, query, status, field):
    body = problem(clerk.get(f"{PRODUCTS}?{query}"), status)
    assert [error["field"] for error in body["errors"]] == [field]


@pytest.mark.parametrize("cursor", ["x", "%00", "eyJhIjoxfQ:1:x"])
def test_a_cursor_that_is_not_ours_is_refused(clerk, cursor):
    assert problem(clerk.get(f"{PRODUCTS}?cursor={cursor}"), 400)["code"] == "bad-cursor"


def test_pages_hold_every_row_once_in_order_forth_and_back(clerk):
    codes = [make_product(f"P-{number}").item_code for number in range(5)]
    seen, url, pages = [], f"{PRODUCTS}?limit=2&ordering=item_code", []
    while url:
        body = clerk.get(url).json()
        pages.append([row["item_code"] for row in body["results"]])
        seen += pages[-1]
        url, last = body["next"], body
    assert seen == codes
    back = clerk.get(last["previous"]).json()
    assert [row["item_code"] for row in back["results"]] == pages[-2]


def test_a_row_added_before_the_cursor_neither_repeats_nor_hides_another(clerk):
    for number in (2, 4, 6):
        make_product(f"P-{number}")
    first = clerk.get(f"{PRODUCTS}?limit=2&ordering=item_code").json()
    make_product("P-1")
    rest = clerk.get(first["next"]).json()
    assert [row["item_code"] for row in rest["results"]] == ["P-6"]


def test_a_refusal_of_the_shop_is_a_problem_with_its_own_code_and_sentence():
    view = type("Refusing", (Probe,), {"raises": DomainError("It is too late.", code="too-late")})
    body = problem(ask(view, user=StaffFactory()), 409)
    assert (body["code"], body["detail"], body["errors"]) == ("too-late", "It is too late.", [])


class InTheWayError(DomainError):
    """A refusal that points at what is in the way, and claims a member that every problem has."""

    location = "/api/v1/things/7"
    extensions: ClassVar = {"thing": "/api/v1/things/7", "status": "200"}


def test_a_refusal_may_tell_a_program_more_and_say_where_to_look():
    response = ask(type("Refusing", (Probe,), {"raises": InTheWayError("No.")}), user=StaffFactory())
    body = orjson.loads(response.content)
    assert (body["thing"], body["status"]) == ("/api/v1/things/7", 409)
    assert (response.status_code, response.headers["Location"]) == (409, "/api/v1/things/7")


def test_input_that_a_rule_refuses_says_the_field():
    error = InvalidInputError("No.", errors=[FieldError("lines.0.quantity", "too-many", "Only 3 are left.")])
    body = problem(ask(type("Refusing", (Probe,), {"raises": error}), user=StaffFactory()), 422)
    assert body["errors"] == [
        {"field": "lines.0.quantity", "code": "too-many", "message": "Only 3 are left."}
    ]


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [(Http404("secret"), 404, "not-found"), (Throttled(wait=7), 429, "throttled")],
)
def test_djangos_and_drfs_own_refusals_have_the_same_shape(raised, status, code):
    response = ask(type("Refusing", (Probe,), {"raises": raised}), user=StaffFactory())
    body = problem(response, status)
    assert body["code"] == code
    assert "secret" not in json.dumps(body)
    assert response.headers.get("Retry-After") == ("7" if status == 429 else None)


def test_what_nobody_foresaw_is_a_500_that_tells_nothing_inside(caplog):
    view = type("Broken", (Probe,), {"raises": RuntimeError("password=hunter2")})
    body = problem(ask(view, user=StaffFactory()), 500)
    assert body["code"] == "internal-error"
    assert "hunter2" not in json.dumps(body)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [RuntimeError]


def test_every_complaint_about_a_body_is_told_with_its_dotted_path():
    data = {"name": "too long", "lines": [{"quantity": 1}, {"quantity": 0, "price": 1}], "admin": True}
    body = problem(ask(Probe, data, user=StaffFactory()), 422)
    assert [(error["field"], error["code"]) for error in body["errors"]] == [
        ("name", "max-length"),
        ("lines.1.quantity", "min-value"),
        ("lines.1.price", "unknown"),
        ("admin", "unknown"),
    ]


def test_a_body_without_fault_passes():
    response = ask(Probe, {"name": "Ada", "lines": [{"quantity": 2}]}, user=StaffFactory())
    assert orjson.loads(response.content) == {"name": "Ada", "lines": [{"quantity": 2}]}


@pytest.mark.parametrize("data", [["a"], "text", 7, None])
def test_a_body_that_is_no_object_is_refused(data):
    assert problem(ask(Probe, orjson.dumps(data), user=StaffFactory()), 422)["code"] == "invalid"


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b"[" * 5000])
def test_a_body_that_is_no_json_is_a_400(body):
    assert problem(ask(Probe, body, user=StaffFactory()), 400)["code"] == "malformed"


@pytest.mark.parametrize(("levels", "status"), [(32, 422), (33, 400), (900, 400), (1020, 400)])
def test_a_body_is_read_only_so_deep(levels, status):
    body = b'{"unknown": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"
    problem(ask(Probe, body, user=StaffFactory()), status)


def test_a_body_in_another_form_is_a_415():
    response = ask(Probe, b"a=b", user=StaffFactory(), content_type="application/x-www-form-urlencoded")
    assert problem(response, 415)["code"] == "unsupported-media-type"


def test_a_body_past_the_limit_is_a_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = ask(Probe, {"name": "x" * 100}, user=StaffFactory())
    assert problem(response, 413)["code"] == "payload-too-large"


def test_a_write_by_session_without_its_csrf_token_is_a_403():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(StaffFactory(role=Role.CLERK))
    response = strict.post("/api/v1/staff/notifications/read", {}, content_type="application/json")
    assert problem(response, 403)["code"] == "csrf-failed"


@pytest.mark.parametrize(
    "attributes",
    [
        {"permission_classes": (NobodyUnlessSaid,)},
        {"permission_classes": (StaffKey,)},
        {"permission_classes": (StaffKey,), "required_keys": {"GET": "orders.view"}},
    ],
)
def test_a_view_that_does_not_say_who_may_is_closed_even_to_a_super_admin(attributes):
    view = type("Forgotten", (Probe,), attributes)
    assert problem(ask(view, user=StaffFactory(role=Role.SUPER_ADMIN)), 403)["code"] == "permission-denied"


def test_every_answer_says_how_many_requests_are_left(clerk):
    left = [int(clerk.get("/api/v1/staff/me").headers["RateLimit-Remaining"]) for _ in range(2)]
    answer = clerk.get(f"{PRODUCTS}?limit=0")
    assert left[0] - left[1] == 1
    assert answer.headers["RateLimit-Limit"] == str(ApiOptions().requests_per_minute)
    assert 0 < int(answer.headers["RateLimit-Reset"]) <= throttling.SPAN


def test_past_the_limit_a_caller_waits_and_others_do_not(clerk, monkeypatch):
    limit_all(monkeypatch, 2)
    statuses = [clerk.get("/api/v1/staff/me").status_code for _ in range(2)]
    refused = clerk.get("/api/v1/staff/me")
    assert statuses == [200, 200]
    assert problem(refused, 429)["code"] == "throttled"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert 0 < int(refused.headers["Retry-After"]) <= throttling.SPAN
    other = Client()
    other.force_login(StaffFactory(role=Role.CLERK))
    assert other.get("/api/v1/staff/me").status_code == 200


def test_who_is_refused_is_counted_too(client, monkeypatch):
    limit_all(monkeypatch, 2)
    assert [client.get(PRODUCTS).status_code for _ in range(3)] == [401, 401, 429]


def test_every_route_of_ours_counts_before_it_refuses():
    ours = [door for door in doors() if door.route.startswith("api/v1/")]
    assert [door.route for door in ours if not issubclass(door.view.cls, CountedMixin)] == []


def test_without_redis_requests_are_answered_uncounted(clerk, monkeypatch):
    nowhere = Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(throttling, "redis", lambda: nowhere)
    with pytest.raises(RedisError):
        throttling.count("somebody", limit=1)
    response = clerk.get("/api/v1/staff/me")
    assert (response.status_code, "RateLimit-Limit" in response.headers) == (200, False)


def test_json_has_decimals_as_text_moments_in_utc_and_nothing_unmeant():
    summer = datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    data = {"price": Decimal("1E+2"), "at": summer, "day": date(2026, 7, 1), 1: None}
    assert orjson.loads(JsonRenderer().render(data)) == {
        "price": "100",
        "at": "2026-07-01T08:30:00Z",
        "day": "2026-07-01",
        "1": None,
    }
    assert JsonRenderer().render({"at": datetime(2026, 1, 1, tzinfo=UTC)}) == b'{"at":"2026-01-01T00:00:00Z"}'
    for unmeant in (object(), datetime(2026, 1, 1)):  # noqa: DTZ001 - that is what is refused
        with pytest.raises(TypeError):
            JsonRenderer().render({"x": unmeant})


def test_flattening_keeps_the_whole_apart_from_its_fields():
    assert list(flatten({"non_field_errors": ["Both."], "a": {"b": ["No."]}})) == [
        FieldError("", "invalid", "Both."),
        FieldError("a.b", "invalid", "No."),
    ]


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_schema_and_docs_are_open_and_ask_no_other_host(client, path):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 200
    assert not any(f'{attribute}="http' in page for attribute in ("src", "href"))
