"""What can be found out about a site: who we are there, its clock and zone, and what of it we may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.sync.erpnext.client import Client
from apps.sync.erpnext.lists import Doc, Query, first_of, has_field, names_of
from apps.sync.errors import ErpFieldError, ErpLeftOutError, ErpPermissionError, ErpRefusedError

NOT_FOUND: Final = 404
REFERENCE: Final = "custom_larder_ref"
CUSTOM_FIELD: Final = (
    "name",
    "dt",
    "fieldname",
    "label",
    "fieldtype",
    "unique",
    "no_copy",
    "read_only",
    "allow_on_submit",
)


class Access(StrEnum):
    """What a site says to a list of a DocType."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    ABSENT = "absent"  # no such DocType


@dataclass(frozen=True)
class Sight:
    """What we see of a DocType: whether it can be listed, and which fields are missing or hidden from us."""

    access: Access
    missing: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()  # left out unsaid: above our user's permission level


def sight_of(erp: Client, doctype: str, fields: Sequence[str], *, parent: str = "") -> Sight:
    """Whether these fields can be listed; by listing them, which is what a run does. Raises an ErpError."""
    wanted = dict.fromkeys(("name", *fields))
    missing: set[str] = set()
    while True:
        try:
            first_of(erp, Query(doctype, tuple(wanted)), parent=parent)
        except ErpFieldError as why:
            refused = {why.field} if why.field else _missing(erp, doctype, tuple(wanted), why, parent)
            missing |= refused
            wanted = {name: None for name in wanted if name not in refused}
        except ErpLeftOutError as why:
            return Sight(Access.ALLOWED, frozenset(missing), why.fields)
        except ErpPermissionError:
            return Sight(Access.FORBIDDEN)
        except ErpRefusedError as why:
            if why.http_status != NOT_FOUND:
                raise
            return Sight(Access.ABSENT)
        else:
            return Sight(Access.ALLOWED, frozenset(missing))


def _missing(erp: Client, doctype: str, asked: Sequence[str], why: ErpFieldError, parent: str) -> set[str]:
    """Which fields a refusal means that names none: by the site's own list of fields, else by trying each."""
    known = fields_of(erp, doctype)
    lacking = {name for name in asked[1:] if known is not None and name not in known}
    found = {name for name in lacking or asked[1:] if not has_field(erp, doctype, name, parent=parent)}
    if not found:
        raise why
    return found


def fields_of(erp: Client, doctype: str) -> frozenset[str] | None:
    """The fields of a DocType, custom ones included; None where the site does not tell us."""
    try:
        meta = erp.get(f"/api/v2/doctype/{quote(doctype)}/meta")
    except ErpRefusedError:
        return None
    rows = meta.get("fields") if isinstance(meta, dict) else None
    return frozenset(str(row["fieldname"]) for row in rows) if isinstance(rows, list) else None


def custom_fields(erp: Client, doctypes: Sequence[str]) -> list[Doc] | None:
    """The custom fields of these DocTypes; None where we may not see them (System Managers may)."""
    query = Query("Custom Field", CUSTOM_FIELD)
    try:
        pages = names_of(erp, query, fields=CUSTOM_FIELD, filters=(("dt", "in", list(doctypes)),))
        return [row for rows in pages for row in rows]
    except ErpRefusedError:
        return None


def listed(erp: Client, query: Query) -> int:
    """How many documents can be listed; less than a count says where User Permissions narrow our sight."""
    return sum(len(rows) for rows in names_of(erp, query, fields=("name",)))


def time_zone(erp: Client) -> str:
    """The zone of the site's System Settings, in which it writes its stamps; empty when it does not tell."""
    said = _told(erp, "frappe.client.get_time_zone")
    return str(said.get("time_zone") or "") if isinstance(said, dict) else ""


def version(erp: Client) -> str:
    """Which versions the site runs; empty when it does not tell."""
    said = _told(erp, "frappe.utils.change_log.get_versions")
    if not isinstance(said, dict):
        return ""
    return ", ".join(
        f"{app} {said[app].get('version', '?')}"
        for app in ("erpnext", "frappe")
        if isinstance(said.get(app), dict)
    )


def _told(erp: Client, method: str) -> Any:
    try:
        return erp.get(f"/api/method/{method}")
    except ErpRefusedError:
        return None


def clock_difference(erp: Client) -> timedelta:
    """How far the site's clock is ahead of ours, to a second or so; asks once."""
    before = timezone.now()
    erp.get("/api/method/ping")
    middle = before + (timezone.now() - before) / 2
    said = (erp.answered_at or middle).replace(microsecond=0)
    ahead = said - middle
    return ahead + timedelta(seconds=0.5)  # a Date header is cut to its second


def same_zone(one: str, other: str, *, year: int) -> bool:
    """Whether two zones show the same time all year, whatever they are called."""
    try:
        zones = ZoneInfo(one), ZoneInfo(other)
    except (KeyError, ValueError, OSError):
        return one == other
    days = [datetime(year, month, day, 12, tzinfo=UTC) for month in range(1, 13) for day in (1, 15)]
    return all(day.astimezone(zones[0]).utcoffset() == day.astimezone(zones[1]).utcoffset() for day in days)
