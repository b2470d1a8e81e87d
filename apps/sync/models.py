"""What the sync remembers of its own work: how far it has read, its runs, and what it could not read."""

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.mirror import NAME_LENGTH, STAMP_LENGTH
from apps.sync.querysets import QuarantineQuerySet, RunQuerySet
from apps.sync.states import UNDER_WAY, Mode, Reach, RunState


class MirroredSite(models.Model):
    """The one ERPNext site that this database mirrors (spec/00 rule 16)."""

    site = models.CharField(_("site"), max_length=300)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("mirrored site")
        verbose_name_plural = _("mirrored sites")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="sync_mirroredsite_only_one")
        ]

    def __str__(self) -> str:
        return self.site


class Connection(models.Model):
    """How ERPNext stands to us, since when: one row, written when that changes (services/connection.py)."""

    reach = models.CharField(_("reach"), max_length=12, choices=Reach.choices, default=Reach.WELL)
    since = models.DateTimeField(_("since"), default=timezone.now)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="sync_connection_only_one"),
            models.CheckConstraint(
                condition=models.Q(reach__in=Reach.values), name="sync_connection_known_reach"
            ),
        ]

    def __str__(self) -> str:
        return self.get_reach_display()


class FeedCleared(models.Model):
    """From when on the live feed tells: one row; nothing that happened before is lost by it."""

    at = models.DateTimeField(_("cleared"), default=timezone.now)
    by_label = models.CharField(_("cleared by"), max_length=200)

    class Meta:
        verbose_name = _("clearing of the feed")
        verbose_name_plural = _("clearings of the feed")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="sync_feedcleared_only_one")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class WebhookDelivery(models.Model):
    """A webhook that came: known by its digest, so that a repeat is harmless."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)  # of address and body, in hexadecimal
    doctype = models.CharField(_("document type"), max_length=NAME_LENGTH)
    event = models.CharField(_("event"), max_length=40)
    erp_name = models.CharField(_("name in ERPNext"), max_length=NAME_LENGTH)
    erp_modified = models.CharField(_("last saved in ERPNext"), max_length=STAMP_LENGTH, blank=True)
    entity = models.CharField(_("entity"), max_length=40, blank=True)  # empty: nothing that we sync
    first_at = models.DateTimeField(_("came"), default=timezone.now)
    last_at = models.DateTimeField(_("last came"), default=timezone.now)
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_at"], name="sync_webhook_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.doctype} {self.erp_name} {self.event}"


class Cursor(models.Model):
    """How far a source has been read: ERPNext's own stamp and name of the last record, never converted."""

    entity = models.CharField(_("entity"), max_length=40)
    doctype = models.CharField(_("document type"), max_length=NAME_LENGTH)
    modified = models.CharField(_("read up to"), max_length=STAMP_LENGTH, blank=True)
    name = models.CharField(_("read up to name"), max_length=NAME_LENGTH, blank=True)
    moved_at = models.DateTimeField(_("moved"), default=timezone.now)
    walk_modified = models.CharField(_("whole walk read up to"), max_length=STAMP_LENGTH, blank=True)
    walk_at = models.DateTimeField(_("whole walk begun"), null=True, blank=True)  # none is under way: null
    refused_at = models.DateTimeField(_("refused to us"), null=True, blank=True)

    class Meta:
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entity", "doctype"], name="sync_cursor_one_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.doctype}: {self.modified or '-'}"


class Run(models.Model):
    """One run of one entity, with what it did; the counts are written with each page."""

    entity = models.CharField(_("entity"), max_length=40)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    # of a run over one document that somebody had read again; else empty
    doctype = models.CharField(_("document type"), max_length=NAME_LENGTH, blank=True)
    erp_name = models.CharField(_("name in ERPNext"), max_length=NAME_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    actor_kind = models.CharField(_("kind of actor"), max_length=20)
    actor_id = models.CharField(_("id of the actor"), max_length=64, blank=True)
    actor_label = models.CharField(_("started by"), max_length=200)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    page_at = models.DateTimeField(_("last page"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    quarantined = models.PositiveIntegerField(_("quarantined"), default=0)
    skipped = models.PositiveIntegerField(_("of another company"), default=0)
    renamed = models.PositiveIntegerField(_("renamed"), default=0)
    removed = models.PositiveIntegerField(_("gone from ERPNext"), default=0)
    held = models.PositiveIntegerField(_("held back"), default=0)
    expected = models.PositiveIntegerField(_("to read"), default=0)
    requests = models.PositiveIntegerField(_("requests"), default=0)
    problem_code = models.CharField(_("problem code"), max_length=60, blank=True)
    problem = models.TextField(_("problem"), blank=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=RunState.values), name="sync_run_known_state"
            ),
            models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="sync_run_known_mode"),
            models.CheckConstraint(
                condition=models.Q(state__in=UNDER_WAY, finished_at=None)
                | (~models.Q(state__in=UNDER_WAY) & models.Q(finished_at__isnull=False)),
                name="sync_run_finished_when_over",
            ),
            models.UniqueConstraint(
                fields=["entity"], condition=models.Q(state=RunState.QUEUED), name="sync_run_one_queued"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity", "-id"], name="sync_run_latest"),
            models.Index(fields=["-id"], condition=models.Q(state__in=UNDER_WAY), name="sync_run_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} #{self.pk}"

    @property
    def duration(self) -> timedelta | None:
        """How long it took, once it is over."""
        return self.finished_at - self.started_at if self.finished_at else None


class Quarantine(models.Model):
    """A record of ERPNext that could not be read, as it came, with the field and the reason."""

    entity = models.CharField(_("entity"), max_length=40)
    doctype = models.CharField(_("document type"), max_length=NAME_LENGTH)
    erp_name = models.CharField(_("name in ERPNext"), max_length=NAME_LENGTH)
    erp_modified = models.CharField(_("last saved in ERPNext"), max_length=STAMP_LENGTH, blank=True)
    field = models.CharField(_("field"), max_length=200, blank=True)
    reason = models.TextField(_("reason"))
    document = models.JSONField(_("the record as it came"))
    first_at = models.DateTimeField(_("first seen"), default=timezone.now)
    last_at = models.DateTimeField(_("last tried"), default=timezone.now)
    tries = models.PositiveIntegerField(_("tries"), default=1)

    objects: ClassVar[QuarantineQuerySet] = QuarantineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("quarantined record")
        verbose_name_plural = _("quarantine")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["entity", "doctype", "erp_name"], name="sync_quarantine_one_a_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.doctype} {self.erp_name}"


class Mark(models.Model):
    """Something of ERPNext's that is to be looked at again, wherever the cursor stands.

    A name that somebody wants read, or (``field`` ``customer``) every document with this value in that field.
    """

    entity = models.CharField(_("entity"), max_length=40)
    doctype = models.CharField(_("document type"), max_length=NAME_LENGTH)
    field = models.CharField(_("field"), max_length=NAME_LENGTH, default="name")
    value = models.CharField(_("value"), max_length=NAME_LENGTH)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("marked"), default=timezone.now)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entity", "doctype", "field", "value"], name="sync_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.doctype} {self.field} {self.value}"


class Change(models.Model):
    """What one run found changed in one record, field by field; ``differences`` is column → [was, is]."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="changes", verbose_name=_("run"))
    table = models.CharField(_("table"), max_length=80)
    row = models.BigIntegerField(_("row"))
    erp_name = models.CharField(_("name in ERPNext"), max_length=NAME_LENGTH)
    at = models.DateTimeField(_("at"))
    differences = models.JSONField(_("differences"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["table", "row", "-id"], name="sync_change_of_record"),
            models.Index(fields=["at"], name="sync_change_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.erp_name}"


class Parity(models.Model):
    """How equal an entity was to ERPNext when somebody compared, with what differed."""

    entity = models.CharField(_("entity"), max_length=40)
    at = models.DateTimeField(_("compared"), default=timezone.now)
    is_deep = models.BooleanField(_("every field"), default=False)
    there = models.PositiveIntegerField(_("records in ERPNext"), default=0)
    here = models.PositiveIntegerField(_("records here"), default=0)
    differing = models.PositiveIntegerField(_("differ"), default=0)
    differences = models.JSONField(_("what differs"), default=list)  # the first of them, for people
    problem = models.TextField(_("problem"), blank=True)
    asked_by = models.CharField(_("asked by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("parity")
        verbose_name_plural = _("parities")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["entity", "-id"], name="sync_parity_latest")
        ]

    def __str__(self) -> str:
        return f"{self.entity}: {self.score_words}"

    @property
    def score_words(self) -> str:
        """The score, rounded down: 100 % is said of nothing less."""
        return f"{int(self.score * 100) / 100:.2f} %"

    @property
    def score(self) -> Decimal:
        """Of a hundred records, how many are equal; 100 only when none differs."""
        of = max(self.there, self.here)
        return Decimal(100 * (of - min(self.differing, of))) / of if of else Decimal(100)

    @property
    def known_score(self) -> Decimal | None:
        """The score; none where they could not be compared."""
        return None if self.problem else self.score


class Comparing(models.Model):
    """A comparison that is asked for, or under way: one row an entity, gone with its result.

    Under way is what has begun as long as its lock is held: a killed worker lets go of that.
    """

    entity = models.CharField(_("entity"), max_length=40, unique=True)
    is_deep = models.BooleanField(_("every field"), default=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)  # null: no worker has taken it up
    actor_kind = models.CharField(_("kind of actor"), max_length=20)
    actor_id = models.CharField(_("id of the actor"), max_length=64, blank=True)
    actor_label = models.CharField(_("asked by"), max_length=200)

    class Meta:
        verbose_name = _("comparison under way")
        verbose_name_plural = _("comparisons under way")

    def __str__(self) -> str:
        return self.entity


class ConnectionCheck(models.Model):
    """The last look at what a sync needs of ERPNext: one row, which fills as the look goes on.

    Under way is what has begun as long as its lock is held: a killed worker lets go of that.
    """

    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)  # null: no worker has taken it up
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=20)
    actor_id = models.CharField(_("id of the actor"), max_length=64, blank=True)
    actor_label = models.CharField(_("asked by"), max_length=200)
    webhook_url = models.CharField(_("address of the webhook"), max_length=500, blank=True)
    wanted = models.JSONField(_("to be made first"), default=list)  # what of it, as it was shown
    made = models.JSONField(_("made"), default=list)  # what, is_done, said
    findings = models.JSONField(_("findings"), default=list)  # what, level, said, advice
    lacking = models.JSONField(_("lacking"), default=list)  # what, doctype
    by_hand = models.JSONField(_("only by hand"), default=list)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("check of the connection")
        verbose_name_plural = _("checks of the connection")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="sync_connectioncheck_only_one")
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
