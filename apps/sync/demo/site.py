"""The demo site: which question leads where, and in what state the site is."""

import json
import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.desk.calls import WRITING
from apps.sync.demo.desk.courier import Courier
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.refusals import no_column
from apps.sync.demo.envelopes import (
    NOT_ALLOWED_PAGE,
    Answer,
    Manner,
    RefusalError,
    broken,
    closed,
    no_access,
    not_found,
    not_permitted,
    sign_in_first,
    told,
    too_many,
)
from apps.sync.demo.faults import Faults
from apps.sync.demo.files import PRIVATE, PUBLIC, Files
from apps.sync.demo.methods import METHODS, unknown
from apps.sync.demo.queries import Asked, counted, listed
from apps.sync.demo.schema import LINKS, TABLES, Kind
from apps.sync.demo.singles import SINGLES, check_known, settings
from apps.sync.demo.store import Store
from apps.sync.demo.throttle import RateLimit
from apps.sync.demo.users import GUEST, User, signed_in

__all__ = ["Request", "Site", "User"]

logger = logging.getLogger(__name__)
STEPS: Final = {"submit": 1, "cancel": 2}
MOST_ASKED: Final = 10_000  # a demo that runs for weeks is asked each minute
# columns of every table, which no DocType's meta lists
NO_DOCFIELDS: Final = frozenset(
    {"name", "owner", "creation", "modified", "modified_by", "docstatus", "idx"}
    | {"parent", "parenttype", "parentfield"}
)


@dataclass(frozen=True)
class Request:
    """What came in, the body still as bytes."""

    method: str
    path: str
    authorization: str = ""
    body: bytes = b""
    accept: str = ""
    known: str = ""  # If-None-Match

    @property
    def writes(self) -> bool:
        """Whether it makes or changes a document."""
        return self.method in {"POST", "PUT"} and self.path.startswith("/api/resource/")

    @property
    def manner(self) -> Manner:
        """How this request is to be refused."""
        is_page = self.accept.startswith("text/") or self.path.startswith((PUBLIC, PRIVATE))
        return Manner(v2=self.path.startswith("/api/v2/"), page=is_page)


class Site:
    """One ERPNext site in memory.

    ``tracebacks``, ``maintenance``, ``accepts_key``, ``latency`` (seconds a call) and ``rate_limit`` may be
    set at any time.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store.recorded()
        self.users = {DEMO_KEY: User("sync.admin@grocer.example", DEMO_SECRET)}
        self.faults = Faults()
        self.asked: deque[str] = deque(maxlen=MOST_ASKED)  # paths of requests, for tests that count them
        self.files = Files(self.store)
        self.courier = Courier(self.store)
        self.desk = Desk(self.store, told=self.courier.tell)
        self.tracebacks = True
        self.maintenance = False
        self.accepts_key = True  # False: as when every secret has been renewed
        self.latency = 0.0
        self.rate_limit: RateLimit | None = None

    def answer(self, request: Request) -> Answer:
        """What the site says to a request."""
        self.asked.append(f"{request.method} {unquote(request.path)}")
        began, limit = time.monotonic(), self.rate_limit
        if limit and limit.is_used_up():
            return self._refused(too_many(), request, limit.headers(refused=True))
        if self.latency:
            time.sleep(self.latency)
        self.store.arrive()
        try:
            answer = self._answered(request)
        except RefusalError as refused:
            answer = self._refused(refused, request, {})
        except Exception as why:  # as frappe does; what the demo itself is to blame for must be seen
            logger.exception("The demo ERPNext stumbled over %s %s.", request.method, request.path)
            name = type(why).__name__
            answer = self._refused(broken(name, f"{name}: {why}"), request, {})
        if limit:
            limit.use(time.monotonic() - began)
            return Answer(answer.status, answer.body, answer.headers | limit.headers(refused=False))
        return answer

    def _refused(self, refused: RefusalError, request: Request, headers: dict[str, str]) -> Answer:
        manner = request.manner
        answer = told(refused, Manner(v2=manner.v2, page=manner.page, tracebacks=self.tracebacks))
        return Answer(answer.status, answer.body, headers)

    def _answered(self, request: Request) -> Answer:
        if self.maintenance:
            raise closed()
        with self.store.lock:
            return self._route(request)

    def _route(self, request: Request) -> Answer:
        user = signed_in(self.users if self.accepts_key else {}, request.authorization)
        parts = urlsplit(request.path)
        if parts.path.startswith((PUBLIC, PRIVATE)):
            return self.files.answer(unquote(parts.path), user, known=request.known)
        inside = parts.path.removeprefix("/api/")
        given = dict(parse_qsl(parts.query)) | _body(request)
        if inside.startswith("v2/"):
            return self._second(request.method, inside.removeprefix("v2/"), given, user)
        area, _, rest = inside.partition("/")
        if area == "method":
            return Answer(200, self._called(request.method, unquote(rest), given, user))
        if area == "resource" and rest:
            return self._resource(request.method, unquote(rest), given, user)
        raise not_found()

    def _second(self, method: str, inside: str, given: dict[str, Any], user: User) -> Answer:
        """The second version of the API: other addresses, always ``data``."""
        area, _, rest = inside.partition("/")
        rest = unquote(rest).rstrip("/")
        if area == "method":
            said = self._called(method, rest, given, user)
            return Answer(200, {"data": said.get("message")})
        if area == "document" and rest:
            return self._resource("PUT" if method == "PATCH" else method, rest, given, user)
        doctype, _, what = rest.rpartition("/")
        if area == "doctype" and what in {"count", "meta"}:
            check_known(self.store, doctype)
            self._readable(doctype, user)
            if what == "count":
                return Answer(200, {"data": counted(self.store, Asked.of(doctype, given))})
            return Answer(200, {"data": self._meta(doctype)})
        raise not_found()

    # --- documents ---------------------------------------------------------------------------------------
    def _resource(self, method: str, rest: str, given: dict[str, Any], user: User) -> Answer:
        doctype, _, name = rest.partition("/")
        check_known(self.store, doctype)
        if name:
            return self._one(method, doctype, name, given, user)
        if method == "GET":
            return Answer(200, {"data": self.list(doctype, given, user)})
        if method == "POST":
            return self.desk.insert(user, doctype, given)
        return Answer(405, NOT_ALLOWED_PAGE)

    def _one(self, method: str, doctype: str, name: str, given: dict[str, Any], user: User) -> Answer:
        match method:
            case "GET":
                return Answer(200, {"data": self.document(doctype, name, user)})
            case "PUT":
                return self.desk.change(user, doctype, name, given)
            case "DELETE":
                return self.desk.delete(user, doctype, name)
            case "POST" if given.get("run_method") in STEPS:
                return self.desk.change(user, doctype, name, {"docstatus": STEPS[given["run_method"]]})
        raise not_found()

    def document(self, doctype: str, name: str, user: User, *, nulls: bool = False) -> dict[str, Any]:
        """One document, if this user may read it. Raises RefusalError."""
        if doctype in SINGLES:
            self._readable(doctype, user)
            return settings(doctype, self.store.settings.get(doctype, {}))
        document = self.store.document(doctype, name, nulls=nulls)
        if document is None:  # told even to those who may not read it
            raise not_found(f"{doctype} {name} not found")
        self._readable(doctype, user)
        return document

    def list(self, doctype: str, given: dict[str, Any], user: User) -> list[Any]:
        """A list, if this user may read it. Raises RefusalError."""
        asked = Asked.of(doctype, given)
        self._readable(asked.parent or doctype, user)
        phantom = self.store.table(doctype).phantom
        if phantom and "*" in (asked.fields or ()):
            raise no_column(phantom, "SELECT")
        rows = listed(self.store, asked)
        return rows if asked.as_dict else [list(row.values()) for row in rows]

    def _readable(self, doctype: str, user: User) -> None:
        if not user.may_read(doctype):
            raise no_access(user.name, doctype)

    def _meta(self, doctype: str) -> dict[str, Any]:
        """The fields of a DocType, as far as the store knows them."""
        table = self.store.table(doctype)
        custom = {
            row["fieldname"]
            for row in self.store.table("Custom Field").rows.values()
            if row["dt"] == doctype and not row["is_system_generated"]
        }
        columns = [
            {
                "fieldname": name,
                "fieldtype": FIELDTYPES[table.kinds.get(name, Kind.TEXT)],
                "options": LINKS.get(name),
                "parent": doctype,
                "is_custom_field": int(name in custom),
            }
            for name in table.columns
            if name not in NO_DOCFIELDS
        ]
        tables = [
            {"fieldname": name, "fieldtype": "Table", "options": inner, "parent": doctype}
            for name, inner in TABLES.get(doctype, {}).items()
        ]
        return {
            "name": doctype,
            "doctype": "DocType",
            "istable": int(table.is_table),
            "fields": columns + tables,
        }

    # --- methods -----------------------------------------------------------------------------------------
    def _called(self, verb: str, method: str, given: dict[str, Any], user: User) -> dict[str, Any]:
        if method == "ping":
            return {"message": "pong"}
        reads, writes = METHODS.get(method), WRITING.get(method)
        if writes and verb != "POST":
            raise not_permitted()
        if (reads or writes) and user.name == GUEST:
            raise sign_in_first(method)
        if writes:
            return writes(self.desk, given, user)
        if reads:
            return {"message": reads(self, given, user)}
        raise unknown(method)


FIELDTYPES = {
    Kind.INT: "Int",
    Kind.FLOAT: "Float",
    Kind.DATE: "Date",
    Kind.MOMENT: "Datetime",
    Kind.TEXT: "Data",
}


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)  # not orjson, which words its refusals differently
    except ValueError as why:
        raise broken("JSONDecodeError", f"json.decoder.JSONDecodeError: {why}") from why
    if b"\\ud" in request.body.lower():
        json.dumps(body, ensure_ascii=False).encode()  # half a character no database takes
    return body if isinstance(body, dict) else {}
