"""The outbox: what ERPNext is told, how far that has come, and why."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import outgoing
from apps.core.actors import Actor
from apps.core.admin import chips, filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.audit_trail import pretty
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.history import ICONS, Happening
from apps.core.admin.mirrored import erp_link
from apps.core.admin.profile import Facts, Notice, Shown, Table
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.core.templatetags import larder as say
from apps.sync.admin.listing import SyncListAdmin
from apps.sync.admin.outbox_forms import DiscardForm, PayloadForm
from apps.sync.admin.outbox_tables import payload_of, subject_link, tables_of, title_of
from apps.sync.push import KINDS
from apps.sync.services.retrying import check_push, resend
from apps.sync.services.waiting import why_it_stands

STEPS_SHOWN = 40
FACES = {
    OutgoingState.PENDING: Chip(_("Pending"), Tone.QUIET, "schedule_send"),
    OutgoingState.SENDING: Chip(_("Sending"), Tone.RUNNING),
    OutgoingState.SENT: Chip(_("Sent"), Tone.WELL),
    OutgoingState.FAILED: Chip(_("Failed"), Tone.LOOK, "sync_problem"),
    OutgoingState.NEEDS_ATTENTION: Chip(_("Needs attention"), Tone.ACT, "error"),
    OutgoingState.DISCARDED: Chip(_("Discarded"), Tone.QUIET, "block"),
}
chips.register("core.Outgoing.state", {state.value: face for state, face in FACES.items()})
SENT_AGAIN = frozenset(
    {OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION, OutgoingState.SENT, OutgoingState.DISCARDED}
)
DISCARDED = frozenset({OutgoingState.PENDING, OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION})


class KindOfMessage(filters.ChoiceFilter):
    """A price, a pricing rule."""

    title = _("What kind")
    parameters = ("kind",)
    lookup = "kind"

    def offered(self) -> list[tuple[str, str]]:
        return [(kind.key, _now(kind.title)) for kind in KINDS.values()]


@admin.register(Outgoing)
class OutboxAdmin(SyncListAdmin):
    """Every message, newest first. Its state moves by verbs only."""

    list_display = (
        "what", "subject_label", "state", "tries", "next_try_at", "created_at", "actor_label",
    )  # fmt: skip
    list_extra = ("reference", "erp_name", "last_error", "sent_at")
    list_filter = (
        filters.choice("state", _("State")),
        KindOfMessage,
        filters.days("created_at", _("Written")),
    )
    on_phone = ("state", "subject_label", "created_at")
    search_fields = ("reference", "erp_name", "subject_label")
    search_help_text = _("Reference, name in ERPNext or subject")
    ordering = ("-id",)
    sortable_by = ()
    list_icon = "outbox"
    actions = ("send_again", "discard")
    actions_row = ("send_again", "discard")
    actions_detail = ("send_again", "edit_and_send", "discard")
    empty_title = _("The outbox is empty")
    empty_text = _(
        "What Larder has to tell ERPNext stands here, from the moment it is decided until it is there."
    )
    facts: ClassVar[Sequence[Facts]] = (
        Facts(
            _("Message"), ("kind_title", "subject", "reference", "erp_document", "actor_label", "created_at")
        ),
        Facts(_("What it says"), ("payload_shown",)),
        Facts(_("ERPNext's answer"), ("answer_shown",)),
    )

    @column(_("What"))
    def what(self, message: Outgoing) -> str:
        return title_of(message)

    @column(_("Tries"), kind=Kind.COUNT)
    def tries(self, message: Outgoing) -> int:
        return message.attempts

    @column(_("Kind"))
    def kind_title(self, message: Outgoing) -> str:
        return _now(KINDS[message.kind].title) if message.kind in KINDS else message.kind

    @column(_("About"))
    def subject(self, message: Outgoing) -> Shown:
        link = subject_link(message)
        if not link:
            return message.subject_label
        return format_html('<a class="lr-link" href="{}">{}</a>', link, message.subject_label)

    @column(_("In ERPNext"))
    def erp_document(self, message: Outgoing) -> Shown:
        kind = KINDS.get(message.kind)
        link = erp_link(kind.doctype, message.erp_name) if kind and message.erp_name else ""
        if not link:
            return message.erp_name
        return format_html(
            '<a class="lr-link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>',
            link,
            message.erp_name,
        )

    @column(_("Payload"))
    def payload_shown(self, message: Outgoing) -> Shown:
        return pretty(payload_of(message))

    @column(_("Answer"))
    def answer_shown(self, message: Outgoing) -> Shown | None:
        return pretty(message.answer) if message.answer else None

    # --- the profile ---------------------------------------------------------------------------------------
    def profile_title(self, record: Outgoing) -> str:
        return title_of(record)

    def profile_chips(self, record: Outgoing) -> Sequence[Chip]:
        return [chips.chip_for(record, "state")]

    def key_figures(self, record: Outgoing) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Tries"), say.count(record.attempts)),
            (_("Next try"), say.moment(record.next_try_at)),
            (_("Sent"), say.moment(record.sent_at)),
        )

    def notice(self, record: Outgoing) -> Notice | None:
        """Why it is not there yet."""
        why = why_it_stands(record)
        return Notice(chips.chip_for(record, "state"), why) if why else None

    def tables(self, record: Outgoing, request: HttpRequest) -> Sequence[Table]:
        return tables_of(record)

    def happenings(self, record: Outgoing) -> list[Happening]:
        """Its steps, the latest first."""
        return [
            Happening(
                str(step.get_now_display()),
                step.at,
                who=step.actor_label,
                note=step.reason,
                icon=ICONS.get(step.actor_kind, "radio_button_unchecked"),
                tone=FACES[OutgoingState(step.now)].tone.value,
            )
            for step in record.journal.order_by("-id")[:STEPS_SHOWN]
        ]

    # --- what can be done ----------------------------------------------------------------------------------
    @writes(
        permission="run",
        title=_("Send it again"),
        sentence=_("As it is. Larder looks first whether ERPNext has it already."),
        button=_("Send again"),
        icon="send",
        when=lambda message: message.state in SENT_AGAIN,
    )
    def send_again(self, message: Outgoing, *, actor: Actor, form: DialogForm) -> str:
        check_push(form.request.user, message)
        outgoing.retry(message.pk, actor=actor)
        return _now("%(what)s goes to ERPNext with the next round.") % {"what": title_of(message)}

    @writes(
        permission="edit",
        title=_("Edit what is sent"),
        sentence=_("What you write here replaces the payload; both versions stay in the audit trail."),
        button=_("Edit and send again"),
        icon="edit",
        form=PayloadForm,
        when=lambda message: message.state in SENT_AGAIN,
    )
    def edit_and_send(self, message: Outgoing, *, actor: Actor, form: PayloadForm) -> str:
        check_push(form.request.user, message)
        with form.complaints_at_the_payload():
            resend(
                message,
                form.cleaned_data["payload"],
                revision=form.cleaned_data["revision"],
                at=timezone.now(),
                actor=actor,
            )
        return _now("%(what)s goes to ERPNext with the next round.") % {"what": title_of(message)}

    @writes(
        permission="edit",
        title=_("Discard the message"),
        sentence=_("ERPNext is not told. If the same thing changes again, that is told."),
        button=_("Discard message"),
        icon="delete",
        form=DiscardForm,
        danger=True,
        when=lambda message: message.state in DISCARDED,
    )
    def discard(self, message: Outgoing, *, actor: Actor, form: DiscardForm) -> str:
        outgoing.discard(message.pk, actor=actor, reason=form.cleaned_data["reason"])
        return _now("%(what)s is discarded: ERPNext is not told.") % {"what": title_of(message)}
