"""The demo site: who may ask, and which question leads where."""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.envelopes import (
    NOT_ALLOWED_PAGE,
    Answer,
    RefusalError,
    broken,
    invalid,
    no_access,
    not_found,
    not_permitted,
    sign_in_first,
    wrong_credentials,
)
from apps.sync.demo.faults import Faults
from apps.sync.demo.queries import Asked, counted, listed
from apps.sync.demo.store import Store

GUEST: Final = "Guest"
TIME_ZONE: Final = "Europe/London"
WRITING: Final = frozenset({"insert", "save", "set_value", "submit", "cancel", "delete", "rename_doc"})


@dataclass(frozen=True)
class User:
    """Someone with an API key."""

    name: str
    secret: str = field(repr=False)
    may_not_read: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Request:
    """What came in, the body still as bytes."""

    method: str
    path: str
    authorization: str = ""
    body: bytes = b""


class Site:
    """One ERPNext site in memory."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store.recorded()
        self.users = {DEMO_KEY: User("sync.admin@grocer.example", DEMO_SECRET)}
        self.faults = Faults()
        self.asked: list[str] = []  # the paths of all requests, for tests that count them

    def answer(self, request: Request) -> Answer:
        """What the site says to a request."""
        self.asked.append(f"{request.method} {unquote(request.path)}")
        try:
            with self.store.lock:
                return self._route(request)
        except RefusalError as refused:
            return Answer(refused.status, refused.body)

    def _route(self, request: Request) -> Answer:
        user = self._user(request.authorization)
        parts = urlsplit(request.path)
        area, _, rest = parts.path.removeprefix("/api/").partition("/")
        given = dict(parse_qsl(parts.query)) | _body(request)
        if area == "method":
            return Answer(200, {"message": self._called(unquote(rest), given, user, request.method)})
        if area == "resource" and rest:
            return self._resource(request.method, unquote(rest), given, user)
        raise not_found()

    def _user(self, authorization: str) -> User:
        """Whoever the header names. Raises RefusalError when it names nobody; without one, a guest."""
        if not authorization:
            return User(GUEST, "")
        scheme, _, pair = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(pair).decode()
            except (binascii.Error, UnicodeDecodeError) as why:
                raise wrong_credentials() from why
        key, _, secret = pair.partition(":")
        user = self.users.get(key)
        if user is None or not hmac.compare_digest(user.secret.encode(), secret.encode()):
            raise wrong_credentials()
        return user

    # --- documents ---------------------------------------------------------------------------------------
    def _resource(self, method: str, rest: str, given: dict[str, Any], user: User) -> Answer:
        doctype, _, name = rest.partition("/")
        if not self.store.knows(doctype):
            raise not_found(f"DocType {doctype} not found")
        if name:
            return Answer(200, {"data": self._document(method, doctype, name, user)})
        if method == "DELETE":
            return Answer(405, NOT_ALLOWED_PAGE)
        if method != "GET":
            raise not_permitted()
        return Answer(200, {"data": self._list(doctype, given, user)})

    def _document(self, method: str, doctype: str, name: str, user: User) -> dict[str, Any]:
        document = self.store.document(doctype, name)
        if document is None:  # told even to those who may not read it
            raise not_found("" if method in {"DELETE", "PATCH"} else f"{doctype} {name} not found")
        self._readable(doctype, user)
        if method != "GET":
            raise not_permitted()
        return document

    def _list(self, doctype: str, given: dict[str, Any], user: User) -> list[dict[str, Any]]:
        asked = Asked.of(doctype, given)
        self._readable(asked.parent or doctype, user)
        return listed(self.store, asked)

    def _readable(self, doctype: str, user: User) -> None:
        if user.name == GUEST or doctype in user.may_not_read:
            raise no_access(user.name, doctype)

    # --- methods -----------------------------------------------------------------------------------------
    def _called(self, method: str, given: dict[str, Any], user: User, verb: str) -> Any:
        if method == "ping":
            return "pong"
        found = METHODS.get(method)
        if found is None:
            raise self._unknown(method)
        if user.name == GUEST:
            raise sign_in_first(method)
        return found(self, given, user)

    def _unknown(self, method: str) -> RefusalError:
        if method.startswith("frappe.client.") and method.rpartition(".")[2] in WRITING:
            return not_permitted()
        app = method.partition(".")[0]
        if app == "frappe":
            return invalid(f"Failed to get method for command {method}")
        return invalid(f"Failed to get method for command {method} with App {app} is not installed")

    def _get_list(self, given: dict[str, Any], user: User) -> list[dict[str, Any]]:
        doctype = str(given.get("doctype", ""))
        if not self.store.knows(doctype):
            raise not_found(f"DocType {doctype} not found")
        return self._list(doctype, given, user)

    def _get_count(self, given: dict[str, Any], _: User) -> int:
        """Rows by filter; it checks no permissions (API.md, trap 11)."""
        doctype = str(given.get("doctype", ""))
        if not self.store.knows(doctype):
            raise not_found(f"DocType {doctype} not found")
        return counted(self.store, Asked.of(doctype, given))


METHODS: Final[dict[str, Callable[[Site, dict[str, Any], User], Any]]] = {
    "frappe.auth.get_logged_user": lambda _, __, user: user.name,
    "frappe.client.get_time_zone": lambda _, __, ___: {"time_zone": TIME_ZONE},
    "frappe.client.get_list": Site._get_list,  # noqa: SLF001 - the table of its own methods
    "frappe.client.get_count": Site._get_count,  # noqa: SLF001
}


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as why:
        raise broken("JSONDecodeError", f"json.decoder.JSONDecodeError: {why}") from why
    return body if isinstance(body, dict) else {}
