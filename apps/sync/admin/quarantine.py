"""What the sync could not read."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.audit_trail import pretty
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import column
from apps.core.admin.history import Happening, history_of
from apps.core.admin.mirrored import erp_link
from apps.core.admin.profile import Facts, Notice
from apps.core.templatetags import larder as say
from apps.sync import services
from apps.sync.admin.listing import SyncListAdmin
from apps.sync.links import may_read, record_link
from apps.sync.models import Quarantine
from apps.sync.services import gate
from apps.sync.states import Direction


@admin.register(Quarantine)
class QuarantineAdmin(SyncListAdmin):
    """What ERPNext sent and Larder could not read, as it came."""

    list_display = ("record", "reason", "field", "tries", "last_at")
    list_extra = ("entity", "first_at", "erp_modified")
    list_filter = (filters.distinct("entity", _("Entity")), filters.days("last_at", _("Last tried")))
    on_phone = ("last_at", "reason")
    search_fields = ("^erp_name", "reason")
    search_help_text = _("Name in ERPNext or reason")
    ordering = ("-last_at", "-id")
    sortable_by = ("last_at",)
    list_icon = "error"
    actions = ("try_again",)
    actions_row = ("try_again",)
    actions_detail = ("try_again",)
    empty_title = _("Nothing is quarantined")
    empty_text = _("Every record that ERPNext sent could be read.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("What is wrong"), ("field", "reason")),
        Facts(
            _("Record"),
            ("entity_name", "doctype", "in_erpnext", "here", "erp_modified", "first_at", "last_at", "tries"),
        ),
    )
    raw = Facts(_("As it came"), ("as_it_came",))

    def facts_for(self, record: Quarantine, request: HttpRequest) -> Sequence[Facts]:
        """The document itself only for whoever may see such records: it can hold a customer's whole card."""
        return [*self.facts, self.raw] if may_read(request.user, record.doctype) else self.facts

    @column(_("Record"))
    def record(self, parked: Quarantine) -> str:
        return str(parked)

    @column(_("Entity"))
    def entity_name(self, parked: Quarantine) -> str:
        return say.entity_title(parked.entity)

    @column(_("In ERPNext"))
    def in_erpnext(self, parked: Quarantine) -> Any:
        return format_html(
            '<a class="lr-link" href="{}" rel="noopener noreferrer" target="_blank"><bdi>{}</bdi></a>',
            erp_link(parked.doctype, parked.erp_name),
            parked.erp_name,
        )

    @column(_("Here, as last read"))
    def here(self, parked: Quarantine) -> Any:
        link = record_link(parked.doctype, parked.erp_name)
        if not link:
            return ""
        return format_html('<a class="lr-link" href="{}"><bdi>{}</bdi></a>', link, parked.erp_name)

    @column(_("Document"))
    def as_it_came(self, parked: Quarantine) -> Any:
        return pretty(parked.document)

    def notice(self, record: Quarantine) -> Notice:
        """What to do about it."""
        face = Chip(str(_("In quarantine")), Tone.LOOK, "report")
        text = _now(
            "All others are read. Mend it in ERPNext: the next run reads it by itself, “Try again” now."
        )
        return Notice(face, text)

    def happenings(self, record: Quarantine) -> list[Happening]:
        """Who had it tried again, and when it came first."""
        first = Happening(_now("Could not be read"), record.first_at, icon="report", tone="look")
        return [*history_of(record), first]

    @writes(
        permission="run",
        title=_("Try to read it again"),
        sentence=_("Once it has been mended in ERPNext. Its entity is read, and this record first of all."),
        button=_("Try again"),
        icon="refresh",
    )
    def try_again(self, parked: Quarantine, *, actor: Actor, form: DialogForm) -> str:
        gate.check_trigger(form.request.user, parked.entity, Direction.PULL)
        if services.retry_parked(parked.pk, actor=actor):
            return _now("%(record)s is being tried again.") % {"record": parked}
        return _now("Its entity is being read already; %(record)s is tried right after.") % {"record": parked}
