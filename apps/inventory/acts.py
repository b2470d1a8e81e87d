"""How the acts on suppliers, their invoices and what was learned of them are called."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import Words, register

ACTS: Final[tuple[tuple[str, Words, Words], ...]] = (
    ("category.floor_set", _("Category's margin floor set"), pgettext_lazy("act", "Margin floor set")),
    ("supplier.described", _("Supplier's details changed"), pgettext_lazy("act", "Details changed")),
    (
        "supplier.columns_remembered",
        _("Columns of a supplier's files remembered"),
        pgettext_lazy("act", "Columns of his files remembered"),
    ),
    (
        "supplier.upload_number_set",
        _("Supplier's last upload number set"),
        pgettext_lazy("act", "Last upload number set"),
    ),
    ("learned.corrected", _("Learned match corrected"), pgettext_lazy("act", "Corrected")),
    ("learned.forgotten", _("Learned match forgotten"), pgettext_lazy("act", "Forgotten")),
    ("invoice.uploaded", _("Supplier invoice uploaded"), pgettext_lazy("act", "Uploaded")),
    ("invoice.file_replaced", _("Supplier invoice's file replaced"), pgettext_lazy("act", "File replaced")),
    ("invoice.columns_set", _("Supplier invoice's columns chosen"), pgettext_lazy("act", "Columns chosen")),
    (
        "invoice.matching_asked",
        _("Supplier invoice given to the matcher"),
        pgettext_lazy("act", "Given to the matcher"),
    ),
    ("invoice.matched", _("Supplier invoice matched"), pgettext_lazy("act", "Matched")),
    (
        "invoice.matching_failed",
        _("Supplier invoice could not be matched"),
        pgettext_lazy("act", "Could not be matched"),
    ),
    ("invoice.lines_decided", _("Supplier invoice's lines decided"), pgettext_lazy("act", "Lines decided")),
    ("invoice.line_edited", _("Supplier invoice's line corrected"), pgettext_lazy("act", "Line corrected")),
    ("invoice.handed_in", _("Supplier invoice handed in for approval"), pgettext_lazy("act", "Handed in")),
    ("invoice.confirmed", _("Supplier invoice confirmed"), pgettext_lazy("act", "Confirmed")),
    ("invoice.accepted", _("Supplier invoice accepted"), pgettext_lazy("act", "Accepted")),
    ("invoice.rejected", _("Supplier invoice rejected"), pgettext_lazy("act", "Rejected")),
    ("invoice.reopened", _("Supplier invoice reopened"), pgettext_lazy("act", "Reopened")),
    ("invoice.told", _("Supplier invoice sent to ERPNext"), pgettext_lazy("act", "Sent to ERPNext")),
    (
        "invoice.item_merged",
        _("Invoices' goods moved to the item that theirs was merged into"),
        pgettext_lazy("act", "Took over invoices' goods of the item merged into it"),
    ),
    ("invoice.undone", _("Supplier invoice undone"), pgettext_lazy("act", "Undone")),
    ("invoice.discarded", _("Supplier invoice discarded"), pgettext_lazy("act", "Discarded")),
    (
        "invoice.duplicate_refused",
        _("Supplier invoice refused: its number was used"),
        pgettext_lazy("act", "Refused: its number was used"),
    ),
    (
        "invoice.let_through_twice",
        _("Supplier invoice let through although its number was used"),
        pgettext_lazy("act", "Let through although its number was used"),
    ),
    (
        "invoice.line_taken_up",
        _("Parked line of a supplier invoice taken up"),
        pgettext_lazy("act", "Parked line taken up"),
    ),
    (
        "invoice.parked_let_go",
        _("Parked line of a supplier invoice let go"),
        pgettext_lazy("act", "Parked line let go"),
    ),
)
for key, title, here in ACTS:
    register(key, title, here=here)
