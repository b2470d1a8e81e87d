"""The recorded site as its System Manager meets it: what he writes is kept, and it may hide things."""

from typing import Any
from urllib.parse import unquote

from apps.sync.demo.envelopes import Answer, not_found
from apps.sync.demo.site import Request, Site, User

STAMP = "2026-11-23 00:14:38.508842"
WRITING = frozenset({"POST", "PUT"})


class ManagedSite(Site):
    """The demo site with what connecting to it comes upon: a company, and one reference field of three."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, str] = {}
        self.tells_meta = True
        self.bodies: list[dict[str, Any]] = []  # of all writes
        self.row("Company", name="Corner Grocer")
        self.row("Custom Field", **field_row("Purchase Receipt"))

    def row(self, doctype: str, **values: Any) -> None:
        """Put a row there as it stands."""
        self.store.put(doctype, **{"creation": STAMP, "modified": STAMP} | values)

    def answer(self, request: Request) -> Answer:
        answered = super().answer(request)
        return Answer(answered.status, answered.body, answered.headers | self.headers)

    def _route(self, request: Request) -> Answer:
        path = unquote(request.path)
        if path.startswith("/api/v2/doctype/") and path.endswith("/meta") and not self.tells_meta:
            raise not_found()
        return super()._route(request)

    def _resource(self, method: str, rest: str, given: dict[str, Any], user: User) -> Answer:
        answered = super()._resource(method, rest, given, user)
        if method in WRITING:
            self.bodies.append(given)
        return answered


def field_row(doctype: str, **other: Any) -> dict[str, Any]:
    """A reference field as Larder makes it."""
    return {
        "name": f"{doctype}-custom_larder_ref",
        "dt": doctype,
        "fieldname": "custom_larder_ref",
        "label": "Larder reference",
        "fieldtype": "Data",
        "unique": 1,
        "no_copy": 1,
        "read_only": 0,
        "allow_on_submit": 1,
    } | other
