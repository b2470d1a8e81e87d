"""A document's life, for every DocType: inserted, saved, submitted, cancelled, deleted, renamed.

The steps and their order are frappe's, so what a controller does at each of them happens when it would there.
"""

from collections.abc import Mapping
from typing import Any, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import checking, filling, linking, naming, refusals
from apps.sync.demo.desk.controllers import Controller, controller_of
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import invalid, not_found
from apps.sync.demo.store import Row
from apps.sync.demo.users import Right

Given = Mapping[str, Any]
STEPS: Final = {(DRAFT, DRAFT), (DRAFT, SUBMITTED), (SUBMITTED, SUBMITTED), (SUBMITTED, CANCELLED)}


class Life:
    """What can happen to documents, one request at a time; no step is seen by others before all are done."""

    def __init__(self, work: Work) -> None:
        self.work = work

    # --- inserted ------------------------------------------------------------------------------------------
    def insert(self, doctype: str, given: Given, *, as_system: bool = False) -> Document:
        """Store a new document; with ``docstatus`` 1 it is submitted in the same breath.

        ``as_system``: what ERPNext makes by itself asks for nobody's rights. Raises RefusalError.
        """
        controller = controller_of(self.work, doctype)
        if not as_system:
            self.work.require(Right.CREATE, doctype)
        document = filling.new(self.work, doctype, given)
        controller.before_insert(self.work, document)
        checking.links(self.work, document)
        document["name"] = naming.name_of(self.work, controller, document)
        wanted = int(given.get("docstatus") or DRAFT)
        if wanted and not as_system:
            self.work.require(Right.SUBMIT, doctype)
        if (DRAFT, wanted) not in STEPS:
            raise refusals.no_such_step(DRAFT, wanted)
        document["docstatus"] = wanted
        self._store(controller, document)
        controller.after_insert(self.work, document)
        controller.on_update(self.work, document)
        self.work.tell(document, "after_insert", "on_update")  # and no on_change, which is for what was there
        if document.docstatus == SUBMITTED:
            controller.on_submit(self.work, document)
            self.work.tell(document, "on_submit")
        return document

    # --- saved, submitted, cancelled -----------------------------------------------------------------------
    def change(self, doctype: str, name: str, given: Given, *, as_system: bool = False) -> Document:
        """Change a stored document; a new ``docstatus`` submits or cancels it. Raises RefusalError."""
        stored = self.work.load(doctype, name)
        if stored is None:
            raise not_found(f"{doctype} {name} not found")
        if given.get("name") and collated(given["name"]) != collated(name):
            raise not_found(f"{doctype} {given['name']} not found")
        wanted = int(given.get("docstatus", stored.docstatus))
        if not as_system:
            self._require(stored, wanted)
        self._check_step(stored, wanted, given)
        document = filling.changed(self.work, stored, given)
        document["docstatus"] = wanted
        if wanted == CANCELLED:
            return self._cancel(document)
        if stored.docstatus == SUBMITTED:
            return self._save_submitted(document)
        return self._save(document)

    def _require(self, stored: Document, wanted: int) -> None:
        self.work.require(Right.WRITE, stored.doctype)
        if stored.docstatus < wanted <= CANCELLED:
            self.work.require(Right.SUBMIT, stored.doctype)

    def _check_step(self, stored: Document, wanted: int, given: Given) -> None:
        if stored.docstatus == CANCELLED:
            raise refusals.cancelled()
        if (stored.docstatus, wanted) not in STEPS:
            raise refusals.no_such_step(stored.docstatus, wanted)
        sent = given.get("modified")
        if sent and str(sent) != stored["modified"]:
            raise refusals.stale(stored["modified"], self.work.stamp())

    def _save(self, document: Document) -> Document:
        controller = controller_of(self.work, document.doctype)
        checking.links(self.work, document)
        self._store(controller, document)
        controller.on_update(self.work, document)
        self.work.tell(document, "on_update")
        if document.docstatus == SUBMITTED:
            controller.on_submit(self.work, document)
            self.work.tell(document, "on_submit")
        self.work.tell(document, "on_change")
        return document

    def _save_submitted(self, document: Document) -> Document:
        controller = controller_of(self.work, document.doctype)
        checking.links(self.work, document)
        checking.after_submit(self.work, document)
        checking.unique(self.work, document)
        filling.seal(document)
        self.work.write(document)
        controller.on_update_after_submit(self.work, document)
        self.work.tell(document, "on_change")
        return document

    def _cancel(self, document: Document) -> Document:
        controller = controller_of(self.work, document.doctype)
        controller.before_cancel(self.work, document)
        keeper = linking.named_by(self.work, document.doctype, document.name, submitted_only=True)
        if keeper and keeper[0] not in FOLLOWING:
            raise refusals.linked(document.doctype, document.name, keeper)
        filling.seal(document)
        self.work.write(document)
        controller.on_cancel(self.work, document)
        self.work.tell(document, "on_cancel", "on_change")
        return document

    def _store(self, controller: Controller, document: Document) -> None:
        phantom = self.work.store.table(document.doctype).phantom
        if phantom:
            raise refusals.no_column(phantom, "INSERT INTO" if document.is_new else "SET")
        controller.validate(self.work, document)
        checking.mandatory(self.work, document)
        checking.choices(self.work, document)
        checking.lengths(self.work, document)
        checking.unique(self.work, document)
        filling.seal(document)
        self.work.write(document)

    # --- deleted -------------------------------------------------------------------------------------------
    def delete(self, doctype: str, name: str) -> None:
        """Delete a document that no other one names; its number may be used again. Raises RefusalError."""
        document = self.work.load(doctype, name)
        if document is None:
            raise not_found()
        if not self.work.user.may(Right.DELETE, doctype):
            raise refusals.may_not_delete(self.work.user.name, doctype, document.name)
        if document.docstatus == SUBMITTED:
            raise refusals.is_submitted(doctype, document.name)
        controller = controller_of(self.work, doctype)
        controller.on_trash(self.work, document)
        keeper = linking.named_by(self.work, doctype, document.name)
        if keeper:
            raise refusals.linked(doctype, document.name, keeper, may_be_disabled=controller.may_be_disabled)
        self.work.tell(document, "on_trash")
        self.remove(document)
        self.trace(document)
        naming.give_back(self.work, doctype, document.name)

    def remove(self, document: Document) -> None:
        """Take a document away with its rows, and say nothing of it, as SQL does."""
        for _, table, row in document.each_row():
            self.work.take(table, row["name"])
        self.work.take(document.doctype, document.name)

    def trace(self, document: Document) -> None:
        """What frappe keeps of a deletion."""
        self.insert(
            "Deleted Document",
            {"deleted_doctype": document.doctype, "deleted_name": document.name, "restored": 0},
            as_system=True,
        )

    # --- renamed -------------------------------------------------------------------------------------------
    def rename(self, doctype: str, old: str, new: str, *, merge: bool = False) -> str:
        """Give a document another name, or merge it into the one that has it. Raises RefusalError."""
        document = self.work.load(doctype, old)
        if document is None:
            raise not_found(f"{doctype} {old} not found")
        self.work.require(Right.WRITE, doctype)
        if controller_of(self.work, doctype).is_submittable:
            raise invalid(f"{doctype} not allowed to be renamed")
        new = naming.checked(doctype, new)
        other = self.work.row(doctype, new)
        if merge and other is None:
            raise invalid(f"{doctype} {new} does not exist, select a new target to merge")
        if not merge and other is not None and other["name"] != document.name:
            raise invalid(f"Another {doctype} with name {new} exists, select another name")
        self._move(document, new, merges=merge)
        linking.rewrite(self.work, doctype, old=document.name, new=new)
        controller_of(self.work, doctype).after_rename(self.work, document.name, new, merges=merge)
        self._remark(document, new, merges=merge)
        return new

    def _move(self, document: Document, new: str, *, merges: bool) -> None:
        """The row goes to its new name, or away; nobody is told by webhook (API.md 9)."""
        self.remove(document)
        if merges:
            self.trace(document)
            return
        named: Row = {"name": new, "modified": self.work.stamp(), "modified_by": self.work.user.name}
        controller = controller_of(self.work, document.doctype)
        if controller.named_by:
            named[controller.named_by] = new
        self.work.put(document.doctype, new, **document.head | named)
        for _, table, row in document.each_row():
            self.work.put(table, row["name"], **row | {"parent": new})

    def _remark(self, document: Document, new: str, *, merges: bool) -> None:
        verb = "merged" if merges else "renamed"
        content = f"{verb} from <strong>{document.name}</strong> to <strong>{new}</strong>"
        remark = {"comment_type": "Edit", "content": content}
        remark |= {"reference_doctype": document.doctype, "reference_name": new}
        self.insert("Comment", remark, as_system=True)


# What a submitted document has written itself, and what goes when it is cancelled.
FOLLOWING: Final = frozenset(
    {"Serial and Batch Bundle", "Stock Ledger Entry", "Loyalty Point Entry", "Bin", "Batch", "Item Price"}
)
