"""The outbox: what ERPNext is to be told, written in the transaction of the change itself."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import OutgoingQuerySet
from apps.core.states import WAITING, OutgoingState


class Outgoing(models.Model):
    """One document for ERPNext. Its state moves in ``core.outgoing`` only."""

    kind = models.CharField(_("kind"), max_length=40)
    subject_kind = models.CharField(_("kind of subject"), max_length=64)
    subject_id = models.CharField(_("subject's id"), max_length=140)
    subject_label = models.CharField(_("subject"), max_length=200)
    reference = models.CharField(
        _("reference"),
        max_length=140,
        unique=True,
        help_text=_("Larder's own name for the document; ERPNext holds it and refuses a second one."),
    )
    state = models.CharField(
        _("state"), max_length=16, choices=OutgoingState.choices, default=OutgoingState.PENDING
    )
    revision = models.PositiveIntegerField(
        _("revision"), default=1, help_text=_("Grows with every change that ERPNext is to be told.")
    )
    payload = models.JSONField(_("payload"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    answer = models.JSONField(_("ERPNext's answer"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    erp_name = models.CharField(_("name in ERPNext"), max_length=140, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    taken_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    settles_at = models.DateTimeField(
        _("settled"),
        null=True,
        blank=True,
        help_text=_("Until then what was sent without an answer may still reach ERPNext."),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(_("who"), max_length=200)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects: ClassVar[OutgoingQuerySet] = OutgoingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outbox")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values), name="core_outgoing_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=OutgoingState.SENT, sent_at__isnull=False)
                | (~Q(state=OutgoingState.SENT) & Q(sent_at__isnull=True)),
                name="core_outgoing_sent_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=OutgoingState.SENDING, taken_at__isnull=False)
                | (~Q(state=OutgoingState.SENDING) & Q(taken_at__isnull=True)),
                name="core_outgoing_sending_iff_taken",
            ),
            models.CheckConstraint(  # what is pending has one while it is held back
                condition=Q(state=OutgoingState.FAILED, next_try_at__isnull=False)
                | Q(state=OutgoingState.PENDING)
                | (~Q(state__in=WAITING) & Q(next_try_at__isnull=True)),
                name="core_outgoing_next_try_while_waiting",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"],
                name="core_outgoing_waiting",
                condition=Q(state__in=[OutgoingState.PENDING, OutgoingState.FAILED, OutgoingState.SENDING]),
            ),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="core_outgoing_by_subject"),
            models.Index(fields=["kind", "state", "-id"], name="core_outgoing_by_kind"),
        ]

    def __str__(self) -> str:
        return self.reference


class OutgoingMove(models.Model):
    """One step of a message: from where to where, by whom and why."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="journal")
    at = models.DateTimeField(_("when"), default=timezone.now)
    was = models.CharField(_("from"), max_length=16, choices=OutgoingState.choices, blank=True)
    now = models.CharField(_("to"), max_length=16, choices=OutgoingState.choices)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(_("who"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("step of a message")
        verbose_name_plural = _("steps of messages")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.was or '—'} → {self.now}"
