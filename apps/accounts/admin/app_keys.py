"""App keys: which apps call, what they may open, when they last did. pages/app_keys.py shows secrets."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts import services
from apps.accounts.app_key_forms import KeyFields, as_typed, last_day, offered_to
from apps.accounts.models import AppKey, AppSecret, StaffSignIn
from apps.accounts.scopes import all_scopes
from apps.accounts.states import AppKeyState
from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.base import ShopAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.profile import Facts, Notice, Shown, Table
from apps.core.options.own import ApiOptions
from apps.core.templatetags import larder as say

FACES: Final[Mapping[str, tuple[Tone, str]]] = {
    AppKeyState.ACTIVE: (Tone.WELL, ""),
    AppKeyState.ROTATING: (Tone.RUNNING, "autorenew"),
    AppKeyState.EXPIRING: (Tone.LOOK, "schedule"),
    AppKeyState.EXPIRED: (Tone.ACT, "event_busy"),
    AppKeyState.REVOKED: (Tone.QUIET, "block"),
}
IN_USE: Final = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))


class EditForm(KeyFields, DialogForm):
    """The key as it is, to be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = AppKey.objects.filter(pk=self.object_id).first()
        if key is not None:
            self.offer(offered_to(key))
            self.initial = as_typed(key)


class RevokeForm(DialogForm):
    """Why; it stands in the audit trail."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Optional, such as: a laptop was stolen."),
    )


@admin.register(AppKey)
class AppKeyAdmin(ShopAdmin):
    """Nothing is deleted: who was let in, and when, stays to be seen."""

    permission_category = "keys"
    key_actions: ClassVar[Mapping[str, str]] = {"revoke": "delete"}
    list_display = ("name", "status", "kind", "scopes_shown", "last_used", "last_day")
    list_extra = ("channel", "origins_shown", "made_by", "created_at")
    list_filter = (
        filters.choice("kind", _("Kind of app")),
        filters.yes_no("in_use", _("Lets in"), yes=IN_USE, words=(_("In use"), _("Ended"))),
    )
    on_phone = ("status", "kind", "last_used")
    search_fields = ("name", "secrets__prefix")
    search_help_text = _("Name, or the letters after ak_")
    ordering = ("name", "id")
    sortable_by = ("name", "last_used", "created_at")
    list_icon = "key"
    empty_title = _("No app has a key yet")
    empty_text = _("The customer app, the admin app and the website each need one to call the API.")
    actions_row = ("edit", "revoke")
    actions_detail = ("edit", "end_old", "revoke")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("App"), ("name", "kind", "channel", "made_by", "created_at")),
        Facts(_("Access"), ("scopes_shown", "origins_shown", "limit", "last_day")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppKey]:
        rows: QuerySet[AppKey] = super().get_queryset(request)
        return rows.with_last_use().prefetch_related("secrets")  # type: ignore[attr-defined,no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, self.key_actions["revoke"])

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        """Made on a page of its own, which alone shows the secret."""
        return redirect(reverse("admin:app_key_make"))

    # --- What is shown -------------------------------------------------------------------------------------
    @column(_("Status"), kind=Kind.CHIP)
    def status(self, key: AppKey) -> Chip:
        state = key.state(timezone.now())
        tone, icon = FACES[state]
        return Chip(AppKeyState(state).label, tone, icon)

    @column(_("Kind of app"))
    def kind(self, key: AppKey) -> str:
        return key.get_kind_display()

    @column(_("Scopes"))
    def scopes_shown(self, key: AppKey) -> str:
        titles = {scope.name: str(scope.title) for scope in all_scopes()}
        return ", ".join(titles.get(name, name) for name in key.scopes)

    @column(_("Allowed origins"))
    def origins_shown(self, key: AppKey) -> str:
        return ", ".join(key.origins)

    @column(_("Last used"), kind=Kind.MOMENT, order="last_used_at")
    def last_used(self, key: AppKey) -> Any:
        return getattr(key, "last_used_at", None)

    @column(_("Last day"), kind=Kind.DAY)
    def last_day(self, key: AppKey) -> Any:
        return last_day(key)

    @column(_("Requests per minute"), kind=Kind.COUNT)
    def limit(self, key: AppKey) -> int:
        return key.requests_per_minute or ApiOptions().requests_per_minute

    def profile_chips(self, record: AppKey) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: AppKey) -> Sequence[tuple[Words, Shown]]:
        signed_in = StaffSignIn.objects.going(timezone.now()).filter(app_key=record).count()
        return (
            (_("Last used"), say.moment(self.last_used(record))),
            (_("Requests per minute"), say.count(self.limit(record))),
            (_("Staff signed in"), say.count(signed_in)),
        )

    def notice(self, record: AppKey) -> Notice | None:
        if record.revoked_at is None:
            return None
        said = _now("Revoked by %(who)s.") % {"who": record.revoked_by}
        return Notice(self.status(record), " ".join(filter(None, [said, record.revoked_because])))

    def tables(self, record: AppKey, request: HttpRequest) -> Sequence[Table]:
        """Its secrets, the present one first: who still uses the old one is seen here."""
        heads: Sequence[tuple[Words, bool]] = (
            (_("Begins with"), False),
            (_("Counts"), False),
            (_("Last used"), False),
            (_("From"), False),
            (_("App version"), False),
        )
        secrets = sorted(record.secrets.all(), key=lambda secret: secret.made_at, reverse=True)
        return [Table(_("What it is proved with"), heads, [self._row(secret, record) for secret in secrets])]

    def _row(self, secret: AppSecret, key: AppKey) -> Sequence[Shown]:
        return (
            say.code(secret),
            _counts(secret, key),
            say.moment(secret.used_at),
            say.code(secret.used_from),
            say.code(secret.used_version),
        )

    # --- What can be done ----------------------------------------------------------------------------------
    @writes(
        permission="edit",
        title=_("Change the key"),
        sentence=_("What the app sends stays the same. A change counts from the next request."),
        button=_("Edit"),
        done_by=_("Save key"),
        icon="edit",
        form=EditForm,
        when=lambda key: key.revoked_at is None,
    )
    def edit(self, key: AppKey, *, actor: Actor, form: EditForm) -> str:
        services.edit_app_key(key.pk, actor=actor, at=timezone.now(), **form.values())
        _say_if_untold(form.request, key)
        return _now("Saved %(name)s.") % {"name": form.cleaned_data["name"]}

    @writes(
        permission="edit",
        title=_("End the old secret"),
        sentence=_("Apps that still send it are refused at once. See above when it was last used."),
        button=_("End old secret"),
        icon="timer_off",
        danger=True,
        when=lambda key: any(secret.is_leaving(timezone.now()) for secret in key.secrets.all()),
    )
    def end_old(self, key: AppKey, *, actor: Actor, form: DialogForm) -> str:
        services.end_old_secret(key.pk, actor=actor, at=timezone.now())
        _say_if_untold(form.request, key)
        return _now("The old secret of %(name)s counts no longer.") % {"name": key}

    @writes(
        permission="revoke",
        title=_("Revoke the key"),
        sentence=_("The app is refused at once, and whoever signed in through it is signed out. For good."),
        button=_("Revoke"),
        icon="block",
        form=RevokeForm,
        danger=True,
        when=lambda key: key.revoked_at is None,
    )
    def revoke(self, key: AppKey, *, actor: Actor, form: RevokeForm) -> str:
        services.revoke_app_key(key.pk, actor=actor, at=timezone.now(), reason=form.cleaned_data["reason"])
        _say_if_untold(form.request, key)
        return _now("%(name)s is revoked.") % {"name": key}


def _say_if_untold(request: HttpRequest, key: AppKey) -> None:
    """Until what clock time a change may count nowhere but here: what is promised *at once* was not kept."""
    until = services.old_state_until(key.pk)
    if until is None:
        return
    told = _now(
        "Redis did not answer, so not every process could be told. Until %(clock)s at the latest some may "
        "still go by what “%(name)s” was before; they are told as soon as Redis answers."
    )
    messages.warning(request, told % {"clock": f"{timezone.localtime(until):%H:%M:%S}", "name": key})


def _counts(secret: AppSecret, key: AppKey) -> Shown:
    """Until when a secret lets the app in."""
    now = timezone.now()
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return Chip(_("Ended"), Tone.QUIET, "block")
    if secret.ends_at is None:
        return Chip(_("In use"), Tone.WELL)
    if secret.is_leaving(now):
        return Chip(
            _now("Until %(day)s") % {"day": f"{timezone.localtime(secret.ends_at):%d %b %H:%M}"},
            Tone.RUNNING,
            "schedule",
        )
    return Chip(_("Ended"), Tone.QUIET, "block")
