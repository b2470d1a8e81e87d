"""Messages to customers: what was told to whom, and how far each push has come."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import figures
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin import chips, filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, column
from apps.core.admin.profile import Facts, Table
from apps.core.templatetags import larder as say
from apps.notifications import message_kinds, services
from apps.notifications.models import Delivery, Message
from apps.notifications.querysets import MessageQuerySet
from apps.notifications.quiet import quiet_until
from apps.notifications.states import DeliveryState

HIDDEN = "•••"
FACES = {
    DeliveryState.WAITING: Chip(_("Waiting"), Tone.RUNNING, "schedule_send"),
    DeliveryState.SENT: Chip(_("Sent"), Tone.WELL),
    DeliveryState.FAILED: Chip(_("Failed"), Tone.ACT),
    DeliveryState.DROPPED: Chip(_("Dropped"), Tone.QUIET, "block"),
}
RECIPIENTS = {"staff": _("Staff"), "customer": _("Customer")}
INBOX_ONLY = Chip(_("Inbox only"), Tone.QUIET, "inbox")
# Of several pushes the one that a person should see first.
WORST_FIRST = (DeliveryState.FAILED, DeliveryState.WAITING, DeliveryState.DROPPED, DeliveryState.SENT)
chips.register("notifications.Delivery.state", {state.value: face for state, face in FACES.items()})


class KindOfMessage(filters.ChoiceFilter):
    """An order on its way, an offer."""

    title = _("Kind")
    parameters = ("kind",)
    lookup = "kind"

    def offered(self) -> list[tuple[str, str]]:
        return [(kind.key, str(kind.title)) for kind in message_kinds.kinds()]


class StateOfPush(filters.ChoiceFilter):
    """Any of its pushes is in this state; or there was no phone to push to."""

    title = _("Push")
    parameters = ("state",)
    lookup = "state"

    def offered(self) -> list[tuple[str, str]]:
        return [*((state.value, str(state.label)) for state in DeliveryState), ("none", _now("Inbox only"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        chosen = [option.value for option in self.options if option.is_set]
        if not chosen:
            return queryset
        rows = Message.objects.all()
        states = [DeliveryState(value) for value in chosen if value != "none"]
        found = rows.pushed(*states) if states else rows.none()
        return queryset.filter(pk__in=(found | rows.pushed() if "none" in chosen else found).values("pk"))


class Language(filters.ChoiceFilter):
    """In which it was told."""

    title = _("Language")
    parameters = ("language",)
    lookup = "language"

    def offered(self) -> list[tuple[str, str]]:
        return list(message_kinds.languages().items())


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Newest first. Whom it went to, and what it said, is for those who may see customers."""

    permission_category = "settings"
    list_display = ("what", "whom", "told", "push", "language", "created_at", "read_at")
    list_filter = (StateOfPush, KindOfMessage, Language, filters.days("created_at", _("Told")))
    on_phone = ("push", "whom", "created_at")
    search_fields = ("recipient_id",)
    search_help_text = _("The recipient's id, whole")
    ordering = ("-id",)
    sortable_by = ()
    list_icon = "forward_to_inbox"
    actions = ("try_again",)
    actions_row = ("try_again",)
    actions_detail = ("try_again",)
    empty_title = _("Nothing has been told to anybody yet")
    empty_text = _(
        "What Larder tells customers stands here, with how each push to a phone fared. Message texts has a"
        " button that sends you a test."
    )
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Message"), ("what", "told", "text", "language", "link")),
        Facts(_("Recipient"), ("whom", "created_at", "read_at")),
    )

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Message]":
        rows = cast("MessageQuerySet", super().get_queryset(request))
        sees = models.Value(may(request.user, "customers.view"), output_field=models.BooleanField())
        return rows.with_pushes().with_names().annotate(sees=sees)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """To who may not see customers a search would tell, by what it finds, what is hidden."""
        if search_term.strip() and not may(request.user, "customers.view"):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    @column(_("Kind"))
    def what(self, message: Message) -> str:
        kind = message_kinds.kind_if_known(message.kind)
        return str(kind.title) if kind else message.kind

    @column(_("To"))
    def whom(self, message: Message) -> str:
        """By name where it is staff; by kind and id where only an app above knows the name."""
        kind = RECIPIENTS.get(message.recipient_kind, message.recipient_kind)
        return _seen(message, getattr(message, "staff_name", None) or f"{kind} {message.recipient_id}")

    @column(_("Title"))
    def told(self, message: Message) -> str:
        return _seen(message, message.title)

    @column(_("Text"))
    def text(self, message: Message) -> str:
        return _seen(message, message.body)

    @column(_("Push"), kind=Kind.CHIP)
    def push(self, message: Message) -> Chip:
        here = (state for state in WORST_FIRST if getattr(message, f"has_{state.value}"))
        return FACES.get(next(here, None), INBOX_ONLY)  # type: ignore[arg-type]

    def profile_title(self, record: Message) -> str:
        return self.what(record)

    def profile_chips(self, record: Message) -> Sequence[Chip]:
        return [self.push(record)]

    def tables(self, record: Message, request: HttpRequest) -> Sequence[Table]:
        rows = [_row(delivery) for delivery in record.deliveries.select_related("message").order_by("pk")]
        words = (_("Phone"), _("State"), _("Tries"), _("When"), _("Why"))
        heads = tuple((word, word == words[2]) for word in words)
        nothing = _("No phone of the recipient's was registered: it stands in his inbox only.")
        return (Table(_("Pushes"), heads, rows, nothing),)

    @writes(
        permission="edit",
        title=_("Push it again"),
        sentence=_("To each phone that it has failed to reach."),
        button=_("Try again"),
        icon="send",
        when=lambda message: message.has_failed,
    )
    def try_again(self, message: Message, *, actor: Actor, form: DialogForm) -> str:
        count = services.try_again([message.pk], actor=actor)
        said = ngettext("%(count)d push goes out again.", "%(count)d pushes go out again.", count)
        return said % {"count": count}


def _seen(message: Message, text: str) -> str:
    return text if getattr(message, "sees", False) else HIDDEN


def _row(delivery: Delivery) -> list[Any]:
    at = delivery.ended_at or delivery.due_at
    return [
        delivery.get_platform_display(),
        chips.chip_for(delivery, "state"),
        say.count(delivery.attempts),
        say.moment(at),
        format_html('<span class="ll-value"><bdi>{}</bdi></span>', delivery.why or _waits_for(delivery)),
    ]


def _waits_for(delivery: Delivery) -> str:
    """Why a push has not left yet, where its own row does not say so."""
    ends = None if delivery.message.is_urgent else quiet_until(timezone.now())
    if delivery.state != DeliveryState.WAITING or ends is None:
        return figures.NONE
    when = figures.moment_text(ends, now=timezone.now())
    return _now("Quiet hours, until %(when)s.") % {"when": when}
