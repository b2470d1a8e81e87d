"""The trace: who did what to what, when and why. Rows are only ever added (a trigger refuses the rest)."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.querysets import AUDIT_WORDS, AuditQuerySet


class AuditEntry(models.Model):
    """One act. Actor and subject are kept by kind, id and label, not by key: the trace outlives both."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    action = models.CharField(_("action"), max_length=64)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(_("who"), max_length=200)
    subject_kind = models.CharField(_("kind of subject"), max_length=64)
    subject_id = models.CharField(_("subject's id"), max_length=140, blank=True)
    subject_label = models.CharField(_("what"), max_length=200)
    before = models.JSONField(_("before"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects: ClassVar[AuditQuerySet] = AuditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering: ClassVar[list[str]] = ["-id"]
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="core_audit_by_subject"),
            models.Index(fields=["subject_kind", "-at", "-id"], name="core_audit_by_kind"),
            models.Index(fields=["actor_kind", "actor_id", "-at", "-id"], name="core_audit_by_who"),
            models.Index(fields=["actor_kind", "-at", "-id"], name="core_audit_by_actor_kind"),
            models.Index(fields=["action", "-at", "-id"], name="core_audit_by_act"),
            models.Index(fields=["-at", "-id"], name="core_audit_by_time"),
            GinIndex(AUDIT_WORDS, name="core_audit_by_all_words"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.action} {self.subject_label}"

    @property
    def changed_fields(self) -> list[str]:
        """The names of what differs, in the order they were told."""
        return list(dict.fromkeys([*self.before, *self.after]))
