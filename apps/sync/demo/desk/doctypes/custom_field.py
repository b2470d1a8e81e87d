"""Custom fields: a column more on a DocType, and how asking for one goes wrong (WRITING.md 2)."""

from collections import Counter
from typing import ClassVar, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.schema import Kind, standard
from apps.sync.demo.store import DocType

MAY_BE_UNIQUE: Final = frozenset({"Data", "Link", "Read Only", "Int", "Dynamic Link"})
KINDS: Final = {
    "Check": Kind.INT,
    "Int": Kind.INT,
    "Float": Kind.FLOAT,
    "Currency": Kind.FLOAT,
    "Percent": Kind.FLOAT,
    "Date": Kind.DATE,
    "Datetime": Kind.MOMENT,
}


class CustomField(Controller):
    labels: ClassVar = {"dt": "DocType"}
    defaults: ClassVar = {"fieldtype": "Data", "precision": ""}

    def before_insert(self, work: Work, document: Document) -> None:
        if not document["label"] and not document["fieldname"]:
            raise refusals.by_frappe("Label is mandatory")
        if not document["fieldname"]:
            document["fieldname"] = f"custom_{str(document['label']).strip().lower().replace(' ', '_')}"
        if not work.store.knows(str(document["dt"])):
            raise refusals.links_missing([f"DocType: {document['dt']}"])
        if document["fieldname"] in (*work.store.table(document["dt"]).columns, *standard(document["dt"])):
            raise refusals.by_frappe(
                f"A field with the name <strong>{document['fieldname']}</strong> "
                f"already exists in {document['dt']}"
            )

    def autoname(self, work: Work, document: Document) -> str:
        return f"{document['dt']}-{document['fieldname']}"

    def validate(self, work: Work, document: Document) -> None:
        if not document["unique"]:
            return
        table = _table(work, document)
        if document["fieldtype"] not in MAY_BE_UNIQUE:
            table.phantom = document["fieldname"]  # stays, though the request is refused: that is the trap
            kind, label = document["fieldtype"], document["label"]
            raise _not_unique(f"{document['dt']}: Fieldtype {kind} for {label} cannot be unique")
        if _has_twins(table, document["fieldname"]):
            raise _not_unique(
                f"{document['dt']}: Field '{document['label']}' cannot be set as Unique "
                "as it has non-unique values"
            )

    def on_update(self, work: Work, document: Document) -> None:
        """The table gets its column; the definition is read anew, and with it goes what was never there."""
        table = _table(work, document)
        before = table.phantom
        work.later(lambda: setattr(table, "phantom", before))
        table.phantom = ""
        if document.is_new:
            work.later(lambda: table.lose(document["fieldname"]))
            table.add(document["fieldname"], KINDS.get(document["fieldtype"], Kind.TEXT))

    def on_trash(self, work: Work, document: Document) -> None:
        table, kind = _table(work, document), KINDS.get(document["fieldtype"], Kind.TEXT)
        work.later(lambda: table.add(document["fieldname"], kind))
        table.lose(document["fieldname"])


def _table(work: Work, document: Document) -> DocType:
    return work.store.doctypes.setdefault(document["dt"], work.store.table(document["dt"]))


def _not_unique(shown: str) -> RefusalError:
    return refusals.by_frappe(shown, "NonUniqueError", module="frappe.core.doctype.doctype.doctype")


def _has_twins(table: DocType, column: str) -> bool:
    values = Counter(
        collated(row[column]) for row in table.rows.values() if row.get(column) not in (None, "")
    )
    return any(number > 1 for number in values.values())
