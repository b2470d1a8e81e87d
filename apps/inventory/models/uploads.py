"""Suppliers' invoices as they were uploaded, and what was learned of them.

What came of one stands in ``models.local``. The rows move in ``inventory.services`` only.
"""

from decimal import Decimal
from hashlib import sha256
from typing import ClassVar, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.inventory.models.receipts import Supplier
from apps.inventory.querysets import LineQuerySet, UploadQuerySet
from apps.inventory.states import COUNTING, OPEN, Certainty, Decision, Found, LearnedBy, UploadState

NUMBERED: Final = (UploadState.PENDING, UploadState.CONFIRMED, UploadState.REJECTED, UploadState.UNDONE)


class InvoiceUpload(models.Model):
    """One file of a supplier's invoice, from its arrival to what was made of it."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="uploads", verbose_name=_("supplier"))
    number = models.CharField(_("invoice number"), max_length=64)
    number_key = models.CharField(_("invoice number, to compare"), max_length=64)
    # Set while nobody else may use the number (docs/adr/0240): not on what an admin let through.
    claim = models.CharField(_("invoice number, claimed"), max_length=64, null=True, blank=True)  # noqa: DJ001
    duplicate_reason = models.TextField(_("why it is let through twice"), blank=True)
    dated = models.DateField(_("invoice date"))

    file_key = models.CharField(_("stored file"), max_length=64, unique=True)
    file_name = models.CharField(_("file"), max_length=200)
    file_size = models.PositiveIntegerField(_("size"))
    file_sha256 = models.CharField(_("fingerprint of the file"), max_length=64)
    dialect = models.JSONField(_("how the file is read"), default=dict, blank=True)
    headers = models.JSONField(_("headers of the file"), default=list, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)  # field → place from 0
    notices = models.JSONField(_("what was found in the file"), default=list, blank=True)

    state = models.CharField(_("state"), max_length=9, choices=UploadState.choices, default=UploadState.DRAFT)
    sequence = models.PositiveIntegerField(_("number in the supplier's sequence"), null=True, blank=True)
    prefix = models.CharField(_("batch prefix"), max_length=8, blank=True)
    line_count = models.PositiveIntegerField(_("lines"), default=0)
    matched_count = models.PositiveIntegerField(_("lines matched"), default=0)
    match_asked_at = models.DateTimeField(_("matching asked for"), null=True, blank=True)
    # How often it was begun since a portion was done; a kill counts, too, for it is written before the work.
    match_tries = models.PositiveSmallIntegerField(_("times matching was tried"), default=0)
    match_failure = models.TextField(_("why matching was given up"), blank=True)
    reason = models.TextField(_("reason of the last step"), blank=True)

    maker_kind = models.CharField(_("kind of maker"), max_length=16)
    maker_id = models.CharField(_("maker's id"), max_length=64, blank=True)
    maker_label = models.CharField(_("uploaded by"), max_length=200)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    moved_at = models.DateTimeField(_("last step"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects: ClassVar[UploadQuerySet] = UploadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("supplier invoice")
        verbose_name_plural = _("supplier invoices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=UploadState.values), name="inventory_upload_state_known"
            ),
            models.UniqueConstraint(fields=["supplier", "claim"], name="inventory_upload_number_once"),
            models.UniqueConstraint(fields=["supplier", "sequence"], name="inventory_upload_sequence_once"),
            models.CheckConstraint(
                condition=Q(state__in=NUMBERED, sequence__gt=0) | (~Q(state__in=NUMBERED) & Q(sequence=None)),
                name="inventory_upload_numbered_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(claim=None) | Q(state__in=COUNTING), name="inventory_upload_claim_while_it_counts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[UploadState.CONFIRMED, UploadState.UNDONE], confirmed_at__isnull=False)
                | (~Q(state__in=[UploadState.CONFIRMED, UploadState.UNDONE]) & Q(confirmed_at=None)),
                name="inventory_upload_confirmed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(matched_count__lte=models.F("line_count")),
                name="inventory_upload_matched_of_lines",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["supplier", "number_key"], name="inventory_upload_by_number"),
            models.Index(fields=["file_sha256"], name="inventory_upload_by_file"),
            models.Index(fields=["state", "-id"], name="inventory_upload_by_state"),
            models.Index(
                fields=["match_asked_at"],
                condition=Q(match_asked_at__isnull=False),
                name="inventory_upload_to_match",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.number}"

    def get_absolute_url(self) -> str:
        """Where it stands."""
        return reverse("admin:inventory_invoice", kwargs={"upload_id": self.pk})

    @property
    def is_matching(self) -> bool:
        """Whether its lines wait for the matcher, or are with it."""
        return self.match_asked_at is not None

    @property
    def is_given_up(self) -> bool:
        """Whether the matcher failed on its lines, and they are still to be decided."""
        return bool(self.match_failure) and self.state in OPEN

    @property
    def batch_stem(self) -> str:
        """What its batch numbers begin with: ``Acme-009``; empty before it is confirmed."""
        return f"{self.prefix}-{self.sequence:03d}" if self.sequence else ""


class UploadMove(models.Model):
    """One step of an upload: from where to where, by whom and why."""

    upload = models.ForeignKey(InvoiceUpload, models.CASCADE, related_name="journal")
    at = models.DateTimeField(_("when"), default=timezone.now)
    was = models.CharField(_("from"), max_length=9, choices=UploadState.choices, blank=True)
    now = models.CharField(_("to"), max_length=9, choices=UploadState.choices)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(_("who"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("step of an invoice")
        verbose_name_plural = _("steps of invoices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.was or '—'} → {self.now}"


class UploadLine(models.Model):
    """A row of the file: what it says, the product that it means, and what it comes to in stock units."""

    upload = models.ForeignKey(InvoiceUpload, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("place in the file, from 0"))
    row = models.PositiveIntegerField(_("row of the sheet"))
    cells = models.JSONField(_("cells as they stand"), default=list, blank=True)

    name = models.CharField(_("name"), max_length=300)
    part_number = models.CharField(_("supplier's part number"), max_length=140, blank=True)
    barcode = models.CharField(_("barcode"), max_length=140, blank=True)
    quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("quantity"), max_digits=15, decimal_places=3
    )
    unit = models.CharField(_("unit"), max_length=140, blank=True)
    pack_stated = models.DecimalField(
        _("pieces in a pack, in the file"), max_digits=21, decimal_places=9, null=True, blank=True
    )
    pack_text = models.CharField(_("pack in the file"), max_length=80, blank=True)
    buy_price: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("buy price"),
        max_digits=18,
        decimal_places=6,
        help_text=_("of what the quantity counts, without VAT"),
    )
    sell_price = models.DecimalField(
        _("sell price"),
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("of a stock unit, with VAT"),
    )
    vat_rate = models.DecimalField(_("VAT, %"), max_digits=6, decimal_places=3, null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    decision = models.CharField(
        _("decision"), max_length=9, choices=Decision.choices, default=Decision.UNDECIDED
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="upload_lines",
        verbose_name=_("product"),
    )
    is_by_hand = models.BooleanField(_("decided by a person"), default=False)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    found_by = models.CharField(
        _("found by"), max_length=12, choices=Found.choices, default=Found.NOTHING, blank=True
    )
    certainty = models.PositiveSmallIntegerField(
        _("certainty"), choices=Certainty.choices, default=Certainty.UNMATCHED
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    candidates = models.JSONField(_("candidates"), default=list, blank=True, encoder=DjangoJSONEncoder)
    is_matched = models.BooleanField(_("looked at by the matcher"), default=False)

    pack_factor: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("stock units in one"), max_digits=21, decimal_places=9, default=Decimal(1)
    )
    stock_quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("quantity in stock units"), max_digits=15, decimal_places=3
    )
    unit_cost: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("cost per stock unit"), max_digits=18, decimal_places=6
    )
    last_cost = models.DecimalField(
        _("last cost per stock unit"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    is_parked = models.BooleanField(
        _("parked"), default=False, help_text=_("a new item that ERPNext did not have when it was confirmed")
    )
    is_taken_up = models.BooleanField(
        _("taken up later"), default=False, help_text=_("it was parked, and its product has come since")
    )

    objects: ClassVar[LineQuerySet] = LineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("line of a supplier invoice")
        verbose_name_plural = _("lines of supplier invoices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["upload", "position"], name="inventory_line_place_once"),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="inventory_line_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.PRODUCT, product__isnull=False)
                | (~Q(decision=Decision.PRODUCT) & Q(product=None)),
                name="inventory_line_product_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(found_by__in=Found.values, certainty__in=Certainty.values),
                name="inventory_line_match_known",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, pack_factor__gt=0, buy_price__gte=0),
                name="inventory_line_amounts_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(is_parked=False) | Q(decision=Decision.NEW_ITEM),
                name="inventory_line_parked_is_new",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["upload", "certainty", "position"], name="inventory_line_by_certainty"),
            models.Index(
                fields=["upload", "position"],
                condition=Q(is_matched=False),
                name="inventory_line_to_match",
            ),
            models.Index(
                fields=["upload", "position"],
                condition=Q(decision=Decision.UNDECIDED),
                name="inventory_line_undecided",
            ),
            models.Index(fields=["id"], condition=Q(is_parked=True), name="inventory_line_parked_only"),
        ]

    def __str__(self) -> str:
        return f"{self.row}. {self.name}"

    @property
    def stamp(self) -> str:
        """What a person saw of it: who changes it says so, and is told when it is another by then."""
        seen = (
            self.decision, self.product_id, self.decided_by, self.pack_factor, self.quantity,
            self.buy_price, self.sell_price, self.expires_on,
        )  # fmt: skip
        said = "|".join(f"{one.normalize():f}" if isinstance(one, Decimal) else str(one) for one in seen)
        return sha256(said.encode()).hexdigest()[:12]


class LearnedMatch(models.Model):
    """Which product a supplier means by a part number or a name, as people confirmed it."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="learned", verbose_name=_("supplier"))
    by = models.CharField(_("known by"), max_length=4, choices=LearnedBy.choices)
    key = models.CharField(_("part number or name"), max_length=300)
    product = models.ForeignKey(Product, models.CASCADE, related_name="learned", verbose_name=_("product"))
    pack_factor = models.DecimalField(
        _("stock units in one"), max_digits=21, decimal_places=9, default=Decimal(1)
    )
    times = models.PositiveIntegerField(_("times confirmed"), default=1)
    last_at = models.DateTimeField(_("last confirmed"), default=timezone.now)
    last_by = models.CharField(_("last confirmed by"), max_length=200)
    upload = models.ForeignKey(
        InvoiceUpload,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="taught",
        verbose_name=_("invoice that taught it last"),
    )

    class Meta:
        verbose_name = _("learned match")
        verbose_name_plural = _("learned matches")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["supplier_id", "key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["supplier", "by", "key"], name="inventory_learned_once"),
            models.CheckConstraint(
                condition=Q(by__in=LearnedBy.values, pack_factor__gt=0) & ~Q(key=""),
                name="inventory_learned_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.product}"


class Lesson(models.Model):
    """One time that a number or a name was given a meaning: when an invoice is undone, the one before counts
    again (docs/adr/0808). ``LearnedMatch`` says what its latest one does."""

    match = models.ForeignKey(LearnedMatch, models.CASCADE, related_name="lessons")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    pack_factor = models.DecimalField(_("stock units in one"), max_digits=21, decimal_places=9)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.CharField(_("by"), max_length=200)
    upload = models.ForeignKey(  # none: a person corrected it
        InvoiceUpload, models.SET_NULL, null=True, blank=True, related_name="lessons"
    )

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["match", "-id"], name="inventory_lesson_latest")
        ]

    def __str__(self) -> str:
        return f"{self.match_id} → {self.product_id}"
