"""The steps of a supplier's invoice, what is decided of its lines, and where what came of it stands."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2  # ERPNext's docstatus


class UploadState(models.TextChoices):
    DRAFT = "draft", _("Draft")  # the file is kept; its columns or its matches are not settled yet
    MATCHED = "matched", _("To be confirmed")
    PENDING = "pending", _("Waiting for approval")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
    UNDONE = "undone", _("Undone")
    DISCARDED = "discarded", _("Discarded")


UPLOAD_MOVES: Final[dict[UploadState, frozenset[UploadState]]] = {
    UploadState.DRAFT: frozenset({UploadState.MATCHED, UploadState.DISCARDED}),
    # back to draft: other columns were chosen, or it is matched anew
    UploadState.MATCHED: frozenset(
        {UploadState.DRAFT, UploadState.PENDING, UploadState.CONFIRMED, UploadState.DISCARDED}
    ),
    UploadState.PENDING: frozenset({UploadState.CONFIRMED, UploadState.REJECTED}),
    UploadState.CONFIRMED: frozenset({UploadState.UNDONE}),
    UploadState.REJECTED: frozenset({UploadState.MATCHED, UploadState.DISCARDED}),  # mended by its maker
    UploadState.UNDONE: frozenset(),
    UploadState.DISCARDED: frozenset(),
}
OPEN: Final = (UploadState.DRAFT, UploadState.MATCHED)  # its lines may still be decided and changed
COUNTING: Final = (*OPEN, UploadState.PENDING, UploadState.CONFIRMED)  # its invoice number is taken


class Decision(models.TextChoices):
    """What a line is to become."""

    UNDECIDED = "undecided", _("Undecided")
    PRODUCT = "product", _("A product")
    NEW_ITEM = "new_item", _("New item")
    IGNORE = "ignore", _("Ignored")


class Found(models.TextChoices):
    """By what a line's product was found."""

    NOTHING = "", _("Nothing")
    LEARNED_PART = "learned_part", _("Part number, learned")
    LEARNED_NAME = "learned_name", _("Name, learned")
    BARCODE = "barcode", _("Barcode")
    CODE = "code", _("Item code")
    PART = "part", _("Supplier's part number in ERPNext")
    NAME = "name", _("Likeness of names")
    HAND = "hand", _("By hand")


class Certainty(models.IntegerChoices):
    """How sure the match is; the order in which a person looks at the lines."""

    UNMATCHED = 0, _("Unmatched")
    SUGGESTED = 1, _("Suggested")
    CERTAIN = 2, _("Certain")


class LearnedBy(models.TextChoices):
    """What of a supplier's line is remembered."""

    PART = "part", _("Part number")
    NAME = "name", _("Name")


class LocalState(models.TextChoices):
    """Of a batch or a price that an invoice made, which ERPNext may not have yet."""

    PENDING = "pending", _("Pending approval")
    ACTIVE = "active", _("Awaiting ERPNext")
    JOINED = "joined", _("In ERPNext")
    VOID = "void", _("Void")


AWAITING: Final = (LocalState.PENDING, LocalState.ACTIVE)  # ERPNext does not have it yet


class Standing(models.TextChoices):
    """How far a batch that an invoice made has come; its receipt in ERPNext says more than its own state."""

    PENDING = "pending", _("Pending approval")
    AWAITED = "awaited", _("Awaiting ERPNext")
    NUMBERED = "numbered", _("Numbered in ERPNext")  # nothing has come, and no receipt says that it will
    DRAFTED = "drafted", _("Draft receipt")  # whoever submits it in ERPNext has it come
    LEFT_OUT = "left_out", _("Not on its receipt")
    CANCELLED = "cancelled", _("Receipt cancelled")
    DELETED = "deleted", _("Receipt deleted")
    ARRIVED = "arrived", _("In ERPNext")
    VOID = "void", _("Void")


class BatchState(models.TextChoices):
    """Of a batch that ERPNext has: what can be done with it on a day."""

    PENDING = "pending", _("Pending")  # it has a number, and nothing of it has come
    ACTIVE = "active", _("Active")
    DEPLETED = "depleted", _("Depleted")
    EXPIRED = "expired", _("Expired")
    VOID = "void", _("Void")  # disabled in ERPNext, or gone from there


class BatchOrigin(models.TextChoices):
    """Who thought of the batch first."""

    ERPNEXT = "erpnext", _("ERPNext")
    LARDER = "larder", _("Larder")


class PriceKind(models.TextChoices):
    BUYING = "buying", _("Buying")
    SELLING = "selling", _("Selling")


class StockState(models.TextChoices):
    """The worst that is true of it, in this order."""

    OUT = "out", _("Out of stock")
    LOW = "low", _("Low")
    EXPIRING = "expiring", _("Expiring")
    OK = "ok", _("Enough")
