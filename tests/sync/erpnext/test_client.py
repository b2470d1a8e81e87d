"""The session with ERPNext: patient where that helps, clear where it does not."""

import time

import pytest

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.erpnext import Address, Client
from apps.sync.erpnext.address import configured_address, demo_address
from apps.sync.erpnext.lists import has_field
from apps.sync.errors import (
    ErpCredentialsError,
    ErpGarbledError,
    ErpPermissionError,
    ErpRefusedError,
    ErpUnreachableError,
)

WHO = "/api/method/frappe.auth.get_logged_user"


@pytest.mark.parametrize(
    "fault",
    [Fault.SERVER_ERROR, Fault.THROTTLED, Fault.MAINTENANCE, Fault.TRUNCATED, Fault.NOT_JSON, Fault.RESET],
)
def test_what_may_heal_is_tried_again(erp: DemoServer, address: Address, fault: Fault) -> None:
    erp.site.faults.plan(fault, times=2)
    with Client(address) as client:
        assert client.get(WHO) == "sync.admin@grocer.example"
        assert client.requests_sent == 3


@pytest.mark.parametrize(
    ("fault", "tries", "error", "said"),
    [
        (Fault.SERVER_ERROR, 5, ErpRefusedError, "QueryDeadlockError"),
        (Fault.THROTTLED, 5, ErpUnreachableError, "throttling us"),
        (Fault.MAINTENANCE, 5, ErpUnreachableError, "in maintenance"),
        (Fault.RESET, 5, ErpUnreachableError, "does not answer"),
        (Fault.TRUNCATED, 5, ErpGarbledError, "half"),
        (Fault.NOT_JSON, 5, ErpGarbledError, "not JSON"),
    ],
)
def test_what_does_not_heal_is_named_after_a_few_tries(
    erp: DemoServer, address: Address, fault: Fault, tries: int, error: type[Exception], said: str
) -> None:
    erp.site.faults.plan(fault, times=100)
    with Client(address) as client:
        with pytest.raises(error, match=said):
            client.get(WHO)
        assert client.requests_sent == tries


def test_an_answer_that_takes_too_long_is_a_failure(erp: DemoServer, address: Address) -> None:
    erp.site.faults.plan(Fault.SLOW, times=100, seconds=0.5)
    with Client(address, timeout=(1, 0.05)) as client, pytest.raises(ErpUnreachableError, match="too long"):
        client.get(WHO)


def test_a_throttled_client_stays_away_as_long_as_it_is_told(erp: DemoServer, address: Address) -> None:
    erp.site.faults.plan(Fault.THROTTLED, seconds=1)
    started = time.monotonic()
    with Client(address) as client:
        client.get(WHO)
    assert time.monotonic() - started >= 1


def test_told_to_stay_away_for_long_it_goes_at_once_and_does_not_ask_again(
    erp: DemoServer, address: Address
) -> None:
    erp.site.faults.plan(Fault.THROTTLED, seconds=600, times=100)
    with Client(address) as client:
        with pytest.raises(ErpUnreachableError, match="throttling us"):
            client.get(WHO)
        assert client.requests_sent == 1


@pytest.mark.parametrize(
    ("path", "params", "error", "status", "said"),
    [
        ("/api/resource/Item/NOPE", {}, ErpRefusedError, 404, "refused “Item”: Item NOPE not found"),
        (
            "/api/resource/Item",
            {"fields": '["nosuch"]'},
            ErpRefusedError,
            417,
            "not permitted in query: nosuch",
        ),
        ("/api/resource/Sales Invoice Item", {}, ErpPermissionError, 403, "read “Sales Invoice Item”"),
    ],
)
def test_a_refusal_is_final_and_says_what_erpnext_said(
    address: Address, path: str, params: dict[str, str], error: type[ErpRefusedError], status: int, said: str
) -> None:
    with Client(address) as client:
        with pytest.raises(error, match=said) as refused:
            client.get(path, params)
        assert refused.value.http_status == status
        assert client.requests_sent == 1


def test_a_wrong_secret_is_not_tried_twice(erp: DemoServer) -> None:
    with Client(Address(erp.url, DEMO_KEY, "wrong", "site")) as client:
        with pytest.raises(ErpCredentialsError):
            client.get(WHO)
        assert client.requests_sent == 1


def test_the_secret_is_never_shown(address: Address) -> None:
    assert DEMO_SECRET not in repr(address)


def test_what_the_machine_says_of_proxies_and_certificates_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "erp.inside.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our-own.pem")
    outside = Client(Address("https://erp.example", "k", "s", site="x")).session
    inside = Client(Address("https://erp.inside.example", "k", "s", site="x")).session
    assert (outside.proxies["https"], outside.verify) == ("http://proxy.example:3128", "/etc/our-own.pem")
    assert inside.proxies.get("https") is None


def test_no_cookie_is_kept(erp: DemoServer, address: Address) -> None:
    with Client(address) as client:
        client.get("/api/resource/Brand")
        assert not client.session.cookies


def test_a_netrc_of_the_machine_does_not_replace_our_token(
    address: Address, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:  # noqa: PTH123
        file.write("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", netrc)
    with Client(address) as client:
        assert client.get(WHO) == "sync.admin@grocer.example"


def test_whether_a_site_has_a_field_is_found_out_with_no_right_but_to_read(
    erp: DemoServer, address: Address
) -> None:
    erp.site.users[DEMO_KEY] = User("limited", DEMO_SECRET, frozenset({"Custom Field"}))
    with Client(address) as client:
        assert has_field(client, "Customer", "custom_nationality")
        assert not has_field(client, "Customer", "custom_shoe_size")


def test_without_a_url_the_demo_erpnext_beside_us_is_meant(settings: object) -> None:
    port = settings.DEPLOYMENT.port  # type: ignore[attr-defined]
    assert configured_address() == demo_address(port=port + 1)
