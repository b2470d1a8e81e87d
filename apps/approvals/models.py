"""What waits for somebody's decision, and what was decided."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.querysets import ITEM_WORDS, ItemQuerySet
from apps.approvals.states import ItemState, Risk


class Item(models.Model):
    """One thing to decide. Its state moves in ``approvals.services`` only."""

    kind = models.CharField(_("kind"), max_length=64)
    title = models.CharField(_("title"), max_length=200)
    subject_kind = models.CharField(_("kind of subject"), max_length=64)
    subject_id = models.CharField(_("subject's id"), max_length=140, blank=True)
    subject_label = models.CharField(_("subject"), max_length=200)
    before = models.JSONField(_("as it is"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("as proposed"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    edited = models.JSONField(_("as edited"), null=True, blank=True, encoder=DjangoJSONEncoder)
    risk = models.CharField(_("risk"), max_length=8, choices=Risk.choices, default=Risk.MEDIUM)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, null=True, blank=True)
    margin = models.DecimalField(
        _("margin"), max_digits=6, decimal_places=2, null=True, blank=True, help_text=_("In per cent.")
    )
    revision = models.PositiveIntegerField(_("revision"), default=1, help_text=_("Grows with every change."))
    maker_kind = models.CharField(_("kind of maker"), max_length=16)
    maker_id = models.CharField(_("maker's id"), max_length=64, blank=True)
    maker_label = models.CharField(_("made by"), max_length=200)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_items",
    )
    state = models.CharField(_("state"), max_length=8, choices=ItemState.choices, default=ItemState.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decider_kind = models.CharField(_("kind of decider"), max_length=16, blank=True)
    decider_id = models.CharField(_("decider's id"), max_length=64, blank=True)
    decider_label = models.CharField(_("decided by"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    objects: ClassVar[ItemQuerySet] = ItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("To Do item")
        verbose_name_plural = _("To Do")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="approvals_item_state_known"
            ),
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="approvals_item_risk_known"),
            models.CheckConstraint(
                condition=Q(state=ItemState.OPEN, decided_at__isnull=True, decider_kind="")
                | (~Q(state=ItemState.OPEN) & Q(decided_at__isnull=False) & ~Q(decider_kind="")),
                name="approvals_item_open_iff_undecided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.REJECTED) | ~Q(reason=""),
                name="approvals_item_rejected_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(edited__isnull=True) | Q(state=ItemState.ACCEPTED),
                name="approvals_item_edited_when_accepted",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"],
                condition=Q(state=ItemState.OPEN) & ~Q(subject_id=""),
                name="approvals_item_waits_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["kind", "id"], name="approvals_item_open", condition=Q(state=ItemState.OPEN)
            ),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="approvals_item_by_subject"),
            models.Index(fields=["maker_kind", "maker_id", "-id"], name="approvals_item_by_maker"),
            models.Index(fields=["-decided_at", "-id"], name="approvals_item_by_decision"),
            GinIndex(ITEM_WORDS, name="approvals_item_by_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:todo_item", kwargs={"item_id": self.pk})

    @property
    def proposed(self) -> dict[str, Any]:
        """What is to become of the subject: as edited by whoever accepts, otherwise as it was made."""
        values: dict[str, Any] = self.after if self.edited is None else self.edited
        return values

    @property
    def margin_share(self) -> Decimal | None:
        """The margin as a share of one, as every other share is held."""
        return None if self.margin is None else self.margin / 100

    @property
    def is_new(self) -> bool:
        """Whether there is nothing yet to compare with."""
        return not self.before
