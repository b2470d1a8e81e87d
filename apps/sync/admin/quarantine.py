"""What the sync could not read."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.audit_trail import pretty
from apps.core.admin.columns import column
from apps.core.admin.profile import Facts
from apps.core.templatetags import larder as say
from apps.sync import services
from apps.sync.admin.listing import SyncListAdmin
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
            ("entity_name", "doctype", "erp_name", "erp_modified", "first_at", "last_at", "tries"),
        ),
        Facts(_("As it came"), ("as_it_came",)),
    )

    @column(_("Record"))
    def record(self, parked: Quarantine) -> str:
        return str(parked)

    @column(_("Entity"))
    def entity_name(self, parked: Quarantine) -> str:
        return say.entity_title(parked.entity)

    @column(_("Document"))
    def as_it_came(self, parked: Quarantine) -> Any:
        return pretty(parked.document)

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
