"""What a DocType asks of its documents, and what it does with them at each step of their lives."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work

# Texts that hold more than the 140 signs of a Data field, whatever DocType they are in.
LONG_TEXTS: Final = frozenset(
    {
        "description",
        "item_description",
        "remarks",
        "terms",
        "address_display",
        "dispatch_address",
        "shipping_address",
        "primary_address",
        "customer_details",
        "supplier_details",
        "other_charges_calculation",
        "item_tax_rate",
        "item_wise_tax_detail",
        "pricing_rules",
        "condition",
        "rule_description",
        "content",
        "data",
        "response",
        "headers",
        "error",
        "request_url",
        "url",
        "options",
        "webhook_json",
        "image",
        "in_words",
        "base_in_words",
        "note",
    }
)


class Controller:
    """A DocType. The base is what frappe does for every one; steps and their order are frappe's.

    ``labels`` are what messages call a field (else: its name, capitalised); ``links`` are checked, and
    followed when what they name is renamed or to be deleted; ``defaults`` fill what was not sent.
    """

    labels: ClassVar[Mapping[str, str]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    links: ClassVar[Mapping[str, str]] = {}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    defaults: ClassVar[Mapping[str, Any]] = {}
    named_by: ClassVar[str] = ""  # the field that is the name, where one is
    series: ClassVar[str] = ""  # such as ACC-SINV-.YYYY.-
    is_submittable: ClassVar[bool] = False
    may_be_disabled: ClassVar[bool] = False  # what cannot be deleted may be disabled, says the refusal
    free_after_submit: ClassVar[frozenset[str]] = frozenset()

    def label(self, field: str) -> str:
        """What people call a field."""
        return self.labels.get(field) or field.replace("_", " ").title()

    # --- the steps of a document's life, in frappe's order -----------------------------------------------
    def before_insert(self, work: Work, document: Document) -> None:
        """A new document before it has a name and before its links are checked."""

    def autoname(self, work: Work, document: Document) -> str | None:
        """The name of a new document; None leaves it to ``named_by``, ``series`` or chance."""
        return None

    def validate(self, work: Work, document: Document) -> None:
        """Before each save: fill in what follows from the rest, refuse what breaks a rule."""

    def after_insert(self, work: Work, document: Document) -> None:
        """A new document has been stored."""

    def on_update(self, work: Work, document: Document) -> None:
        """The document has been stored."""

    def on_submit(self, work: Work, document: Document) -> None:
        """The document has been stored as submitted: books and stock follow."""

    def on_update_after_submit(self, work: Work, document: Document) -> None:
        """A submitted document has been stored again."""

    def before_cancel(self, work: Work, document: Document) -> None:
        """A submitted document is about to be cancelled."""

    def on_cancel(self, work: Work, document: Document) -> None:
        """The document has been stored as cancelled: books and stock go back."""

    def on_trash(self, work: Work, document: Document) -> None:
        """The document is about to be deleted; what only lives with it may be taken away here."""

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        """The document has a new name; links to it have been rewritten."""


PLAIN: Final = Controller()


def controller_of(work: Work, doctype: str) -> Controller:
    """The controller of a DocType; most have no rules but frappe's."""
    return work.controllers.get(doctype, PLAIN)
