"""Staff: who may sign in, as what. What can be done to them stands in staff_acts.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, cast

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin.sessions import sessions_of
from apps.accounts.admin.staff_acts import StaffActs
from apps.accounts.models import Right, User
from apps.accounts.querysets import UserQuerySet
from apps.accounts.services.guarding import beyond
from apps.accounts.services.second_factor import needs_second_factor
from apps.accounts.templatetags.people import avatar
from apps.core.admin import filters
from apps.core.admin.base import ShopAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.templatetags import larder as say


def _decided(source: Right.Source) -> Subquery:
    """How many keys were allowed, or denied, to the person alone; no join that a filter would multiply."""
    his = Right.objects.filter(user=OuterRef("pk"), source=source).order_by().values("user")
    return Subquery(his.annotate(number=Count("pk")).values("number"), output_field=IntegerField())


# What the verbs refuse to whoever would do it to himself: his profile has the ways that are his.
TO_OTHERS: Final = frozenset({"change_roles", "set_password", "unlock", "reset_second_factor", "deactivate"})


@admin.register(User)
class UserAdmin(StaffActs, ShopAdmin):
    """Nobody is deleted: who may no longer sign in stays, with what he did."""

    permission_category = "users"
    key_actions: ClassVar[Mapping[str, str]] = {"stop": "delete"}
    list_display = ("full_name", "status", "email", "roles", "own_rights", "last_login", "created_at")
    list_extra = ("second_factor", "language", "theme")
    list_filter = (
        filters.related("groups", _("Role")),
        filters.yes_no("active", _("Sign-in"), yes=Q(is_active=True), words=(_("May sign in"), _("Stopped"))),
        filters.yes_no(
            "second_factor", _("Second factor"), yes=Q(has_second_factor=True), words=(_("On"), _("Missing"))
        ),
        filters.yes_no(
            "own_rights",
            _("Own rights"),
            yes=Q(Exists(Right.objects.filter(user=OuterRef("pk"), role=None))),
            words=(_("Has own rights"), _("As the roles only")),
        ),
        filters.yes_no(
            "roleless",
            _("In a role"),
            yes=Q(Exists(User.groups.through.objects.filter(user=OuterRef("pk")))),
            words=(_("In a role"), _("In no role")),
        ),
        filters.days("last_login", _("Last sign-in")),
        filters.days("created_at", _("Added")),
    )
    on_phone = ("status", "email", "roles")
    search_fields = ("full_name", "email")
    search_help_text = _("Name or e-mail")
    ordering = ("full_name", "id")
    sortable_by = ("full_name", "email", "last_login", "created_at")
    list_icon = "badge"
    actions = ("deactivate", "reactivate")
    actions_row = ("deactivate", "reactivate")
    actions_detail = (
        "edit",
        "change_roles",
        "set_password",
        "unlock",
        "reset_second_factor",
        "end_sessions",
        "deactivate",
        "reactivate",
    )
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Person"), ("full_name", "email", "language", "theme")),
        Facts(_("Access"), ("status", "roles", "rights_held", "second_factor", "last_login", "created_at")),
    )

    @column(_("Last sign-in"), order="last_login", kind=Kind.MOMENT)
    def last_login(self, person: User) -> datetime | None:
        """In the shop's word for it, not in Django's."""
        return person.last_login

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = cast("UserQuerySet", super().get_queryset(request))
        staff = people.with_second_factor().prefetch_related("groups")
        return staff.annotate(  # type: ignore[no-any-return]
            allowed_alone=_decided(Right.Source.ALLOW), denied_alone=_decided(Right.Source.DENY)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_stop_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may remove staff may stop them from signing in: nobody is removed in earnest."""
        return self.holds(request, self.key_actions["stop"])

    def is_within_reach(self, request: HttpRequest, record: User) -> bool:
        """Only a Super Admin touches a Super Admin."""
        return isinstance(request.user, User) and not beyond(request.user.role_names, record.role_names)

    def offers(self, act: Any, request: HttpRequest, record: User) -> bool:
        """Nobody is offered to do to himself what only another may."""
        is_himself = record.pk == request.user.pk
        return super().offers(act, request, record) and not (
            is_himself and act.original_function_name in TO_OTHERS
        )

    def picture_of(self, record: User) -> SafeString:
        return avatar(record)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        """Made by the workflow, one decision at a time."""
        return redirect(reverse("admin:staff_add"))

    @column(_("Language"))
    def language(self, user: User) -> str:
        return str(dict(settings.LANGUAGES).get(user.language, user.language))

    @column(_("Theme"))
    def theme(self, user: User) -> str:
        return user.get_theme_display()

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, user: User) -> Chip:
        if user.is_active:
            return Chip(_now("May sign in"), Tone.WELL)
        return Chip(_now("Stopped"), Tone.QUIET, "block")

    @column(_("Second factor"), kind=Kind.CHIP)
    def second_factor(self, user: User) -> Chip:
        if user.has_second_factor:  # type: ignore[attr-defined]  # by get_queryset
            return Chip(_now("On"), Tone.WELL)
        is_needed = any(needs_second_factor(group.name) for group in user.groups.all())
        return Chip(_now("Missing"), Tone.ACT) if is_needed else Chip(_now("Off"), Tone.QUIET)

    @column(_("Roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @column(_("Own rights"))
    def own_rights(self, user: Any) -> str:
        """What was decided for this person alone: +2 allowed, −1 denied."""
        parts = [
            f"+{user.allowed_alone}" if user.allowed_alone else "",
            f"−{user.denied_alone}" if user.denied_alone else "",
        ]
        return " ".join(filter(None, parts))

    @column(_("Rights"), kind=Kind.COUNT)
    def rights_held(self, user: User) -> int:
        return len(user.keys)

    def profile_chips(self, record: User) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: User) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Roles"), self.roles(record) or "—"),
            (_("Last sign-in"), say.moment(record.last_login)),
            (_("Rights"), say.count(len(record.keys))),
        )

    def tables(self, record: User, request: HttpRequest) -> Sequence[Table]:
        return (sessions_of(record),)
