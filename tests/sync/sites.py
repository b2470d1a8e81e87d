"""The recorded site as its System Manager meets it: he makes custom fields and webhooks, and a rate limit."""

from typing import Any
from urllib.parse import unquote

from apps.sync.demo.envelopes import Answer, RefusalError, invalid, no_access, not_found
from apps.sync.demo.site import Request, Site, User
from apps.sync.demo.store import DocType, collated
from apps.sync.erpnext.facts import CUSTOM_FIELD
from apps.sync.services.connecting import HOOK

STAMP = "2026-11-23 00:14:38.508842"


class ManagedSite(Site):
    """Adds to the demo site what setting it up needs."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, str] = {}
        self.tells_meta = True
        self.bodies: list[dict[str, Any]] = []  # of all writes
        for name, columns in {"Custom Field": CUSTOM_FIELD, "Webhook": HOOK, "Company": ("name",)}.items():
            stamps = {"creation", "modified", *columns}
            self.store.doctypes[name] = DocType(name, tuple(sorted(stamps)))
        self.row("Company", name="Corner Grocer")
        if "custom_larder_ref" in self.store.doctypes["Purchase Receipt"].columns:
            self.row("Custom Field", **field_row("Purchase Receipt"))

    def row(self, doctype: str, **values: Any) -> None:
        """Put a row there as it stands."""
        table = self.store.doctypes[doctype]
        empty = dict.fromkeys(table.columns) | {"creation": STAMP, "modified": STAMP}
        table.rows[collated(values["name"])] = empty | values

    def answer(self, request: Request) -> Answer:
        answered = super().answer(request)
        return Answer(answered.status, answered.body, answered.headers | self.headers)

    def _route(self, request: Request) -> Answer:
        path = unquote(request.path)
        if path.startswith("/api/v2/doctype/") and path.endswith("/meta") and not self.tells_meta:
            raise not_found()
        return super()._route(request)

    def _resource(self, method: str, rest: str, given: dict[str, Any], user: User) -> Answer:
        doctype, _, name = rest.partition("/")
        if method not in {"POST", "PUT"} or doctype not in {"Custom Field", "Webhook"}:
            return super()._resource(method, rest, given, user)
        if doctype in user.may_not_read:
            raise no_access(user.name, doctype)
        self.bodies.append(given)
        stored = self._made(doctype, given) if method == "POST" else self._changed(doctype, name, given)
        return Answer(200, {"data": stored})

    def _made(self, doctype: str, given: dict[str, Any]) -> dict[str, Any]:
        name = given.get("name") or f"{given['dt']}-{given['fieldname']}"
        if collated(name) in self.store.doctypes[doctype].rows:
            if doctype == "Webhook":
                raise RefusalError(409, "DuplicateEntryError", shown=f"Webhook {name} already exists")
            raise invalid(f"A field with the name {given['fieldname']} already exists in {given['dt']}")
        if doctype == "Custom Field":
            self.store.doctypes[given["dt"]].grow([given["fieldname"]])
        kept = {key: value for key, value in given.items() if key in self.store.doctypes[doctype].columns}
        self.row(doctype, **kept | {"name": name})
        return kept | {"name": name, "doctype": doctype}

    def _changed(self, doctype: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
        row = self.store.doctypes[doctype].rows[collated(name)]
        row.update({key: value for key, value in given.items() if key in row})
        return row


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
