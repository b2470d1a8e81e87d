"""Webhooks as they are set up; ``desk/courier.py`` delivers them."""

from typing import ClassVar, Final
from urllib.parse import urlsplit

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.conditions import TemplateError, parsed
from apps.sync.demo.desk.controllers import Controller, controller_of
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work

HIDDEN: Final = "**********"
OF_SUBMITTED: Final = ("on_submit", "on_cancel", "on_update_after_submit")
STRUCTURED: Final = ("Form URL-Encoded", "JSON")


class Webhook(Controller):
    """Unknown fields among the data are taken: they will be told as null (WRITING.md 8)."""

    labels: ClassVar = {
        "webhook_doctype": "DocType",
        "webhook_docevent": "Doc Event",
        "request_url": "Request URL",
    }
    required = ("webhook_doctype", "webhook_docevent", "request_url", "timeout")
    defaults: ClassVar = {
        "enabled": 1,
        "timeout": 5,
        "request_method": "POST",
        "request_structure": "",
        # frappe works these two out when it is asked for them
        "meets_condition": "Yes",
        "preview_request_body": "Select a document to preview request data",
    }
    choices: ClassVar = {
        "webhook_docevent": (
            "after_insert", "on_update", "on_submit", "on_cancel", "on_trash", "on_update_after_submit",
            "on_change",
        ),
        "request_method": ("POST", "PUT", "DELETE"),
        "request_structure": ("", *STRUCTURED),
    }  # fmt: skip

    def before_insert(self, work: Work, document: Document) -> None:
        doctype = document["webhook_doctype"]
        if doctype and not work.store.knows(doctype):
            raise refusals.links_missing([f"DocType: {doctype}"])

    def autoname(self, work: Work, document: Document) -> str:
        raise refusals.no_name()

    def validate(self, work: Work, document: Document) -> None:
        doctype = controller_of(work, document["webhook_doctype"])
        if document["webhook_docevent"] in OF_SUBMITTED and not doctype.is_submittable:
            raise refusals.by_frappe("DocType must be Submittable for the selected Doc Event")
        _check_condition(document)
        if not urlsplit(document["request_url"] or "").netloc:
            raise refusals.by_frappe("Check Request URL")
        _settle_body(document)
        _keep_secret(work, document)

    def on_trash(self, work: Work, document: Document) -> None:
        _set_secret(work, document.name, "")

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        if not merges:
            _set_secret(work, new, work.store.secrets.get(old, ""))
        _set_secret(work, old, "")


def _check_condition(document: Document) -> None:
    if not document["condition"]:
        return
    try:
        parsed(document["condition"])
    except TemplateError as why:
        raise refusals.by_frappe(f"Invalid Condition: {why}") from why


def _settle_body(document: Document) -> None:
    """Fields or a template, never both; no field twice."""
    structure, rows = document["request_structure"], document.tables.get("webhook_data", [])
    if structure == "Form URL-Encoded":
        document["webhook_json"] = None
    if structure == "JSON":
        document.tables["webhook_data"] = rows = []
    if len({row["fieldname"] for row in rows}) != len(rows):
        raise refusals.by_frappe("Same Field is entered more than once")


def _keep_secret(work: Work, document: Document) -> None:
    """The secret goes where nobody reads it; what is sent back as it was read changes nothing."""
    sent = str(document["webhook_secret"] or "")
    if sent.strip("*") or not sent:
        _set_secret(work, document.name, sent)
    has_one = bool(work.store.secrets.get(document.name))
    if document["enable_security"] and not has_one:
        raise refusals.by_frappe("Invalid Webhook Secret")
    document["webhook_secret"] = HIDDEN if has_one else None


def _set_secret(work: Work, name: str, secret: str) -> None:
    before = work.store.secrets.get(name, "")
    work.later(lambda: work.store.secrets.__setitem__(name, before))
    work.store.secrets[name] = secret
