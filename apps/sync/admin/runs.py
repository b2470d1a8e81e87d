"""What the sync did."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.admin import chips, filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.history import Happening
from apps.core.admin.profile import Facts, Shown
from apps.core.templatetags import larder as say
from apps.sync.admin.listing import SyncListAdmin
from apps.sync.links import record_link
from apps.sync.models import Run
from apps.sync.states import RunState

chips.register(
    "sync.Run.state",
    {
        RunState.QUEUED: Chip(_("Queued"), Tone.RUNNING, "hourglass_top"),
        RunState.RUNNING: Chip(_("Running"), Tone.RUNNING),
        RunState.SUCCEEDED: Chip(_("Succeeded"), Tone.WELL),
        RunState.PARTIAL: Chip(_("Partial"), Tone.LOOK, "warning"),
        RunState.HELD: Chip(_("Waits for a decision"), Tone.LOOK, "gavel"),
        RunState.FAILED: Chip(_("Failed"), Tone.ACT, "error"),
        RunState.INTERRUPTED: Chip(_("Interrupted"), Tone.LOOK, "power_off"),
    },
)


@admin.register(Run)
class RunAdmin(SyncListAdmin):
    """Every run with its counts, newest first."""

    list_display = (
        "run",
        "state",
        "started_at",
        "duration",
        "read",
        "created",
        "updated",
        "unchanged",
        "quarantined",
    )
    list_extra = ("mode", "actor_label", "skipped", "problem")
    list_filter = (
        filters.distinct("entity", _("Entity")),
        filters.choice("state", _("State")),
        filters.choice("mode", _("Mode")),
        filters.yes_no(
            "one", _("Of"), yes=Q(erp_name__gt=""), words=(_("One document"), _("A whole entity"))
        ),
        filters.days("started_at", _("Started")),
    )
    on_phone = ("state", "started_at", "read")
    ordering = ("-id",)
    sortable_by = ()
    list_icon = "sync"
    empty_title = _("No sync has run yet")
    empty_text = _("The first brings in everything that ERPNext has: “Sync everything” on the overview.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(
            _("Run"),
            ("entity_name", "mode", "document", "started_at", "finished_at", "duration", "actor_label"),
        ),
        Facts(_("What it did"), ("read", "created", "updated", "unchanged", "quarantined", "skipped")),
        Facts(_("Problem"), ("problem", "problem_code")),
    )

    @column(_("Run"))
    def run(self, run: Run) -> str:
        return self.profile_title(run)

    @column(_("Entity"))
    def entity_name(self, run: Run) -> str:
        return say.entity_title(run.entity)

    @column(_("Took"), kind=Kind.DURATION)
    def duration(self, run: Run) -> Any:
        return run.duration

    @column(_("Only this document"))
    def document(self, run: Run) -> Any:
        if not run.erp_name:
            return ""
        link = record_link(run.doctype, run.erp_name)
        shown = format_html("{} <bdi>{}</bdi>", run.doctype, run.erp_name)
        return format_html('<a class="lr-link" href="{}">{}</a>', link, shown) if link else shown

    def profile_title(self, record: Run) -> str:
        title = f"{say.entity_title(record.entity)} #{record.pk}"
        return f"{title} · {record.erp_name}" if record.erp_name else title

    def profile_chips(self, record: Run) -> Sequence[Chip]:
        return [chips.chip_for(record, "state")]

    def key_figures(self, record: Run) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Read"), say.count(record.read)),
            (_("Written"), say.count(record.created + record.updated)),
            (_("Quarantined"), say.count(record.quarantined)),
        )

    def happenings(self, record: Run) -> list[Happening]:
        """A run has no acts on it; its own steps are what happened."""
        told = [Happening(str(_("Started")), record.started_at, who=record.actor_label, icon="play_arrow")]
        if record.page_at:
            told.append(Happening(str(_("Last page written")), record.page_at, icon="save"))
        if record.finished_at:
            is_well = record.state == RunState.SUCCEEDED
            word, tone = str(record.get_state_display()), "well" if is_well else "act"
            told.append(Happening(word, record.finished_at, note=record.problem, icon="flag", tone=tone))
        return told[::-1]
