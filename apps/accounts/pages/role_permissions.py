"""Roles against keys: what each role gives. Who may change it does so in the cells, and reviews it first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts import services, wording
from apps.accounts.errors import StaleReviewError
from apps.accounts.models import RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.accounts.services.guarding import ensure_super_admin
from apps.accounts.services.reviewing import Grants, GrantsReview, grants_of
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin.error_pages import ask_for_givers
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page

EDIT: Final = "roles.edit"
PEOPLE_SHOWN: Final = 50


@dataclass(frozen=True)
class Cell:
    """What a role holds of a key, and what it is to hold once the pending change is saved."""

    role: Group
    key: str
    was: str  # empty: not at all
    reach: str
    may_edit: bool

    @property
    def state(self) -> str:
        """How the cell looks."""
        if not self.reach:
            return ""
        return "yes" if self.reach == Reach.ALL else "partly"

    @property
    def is_pending(self) -> bool:
        return self.reach != self.was

    @property
    def words(self) -> str:
        return wording.reach_words(self.reach)

    @property
    def choices(self) -> str:
        """Every reach that the cell goes through, for the script."""
        return " ".join(CATALOGUE.reaches_of(self.key))


@dataclass(frozen=True)
class Line:
    """One key across the roles."""

    key: str
    title: str
    cells: list[Cell]


def roles_in_order() -> list[Group]:
    """Roles in the order of what they may do; those of the shop's own making follow by name."""
    known = [role.value for role in Role]
    groups = Group.objects.annotate(people=Count("users"))
    return sorted(groups, key=lambda group: (_place(group.name, known), group.name.casefold()))


def _place(name: str, known: list[str]) -> int:
    return known.index(name) if name in known else len(known)


def may_edit_roles(person: object) -> bool:
    """Whether this person changes what roles give: a Super Admin who holds the key."""
    return isinstance(person, User) and may(person, EDIT) and Role.SUPER_ADMIN in person.role_names


def lines(
    roles: list[Group], pending: Mapping[tuple[int, str], str], *, may_edit: bool
) -> Iterator[tuple[str, list[Line]]]:
    """Every category with its keys, by one query for all grants."""
    held = {(role, key): reach for role, key, reach in RoleGrant.objects.values_list("role", "key", "reach")}
    pages = wording.menu_pages()
    for category, keys in wording.by_category().items():
        yield (
            wording.category_words(category),
            [
                Line(
                    key,
                    wording.action_words(key, pages),
                    [
                        Cell(
                            role,
                            key,
                            was := held.get((role.pk, key), ""),
                            pending.get((role.pk, key), was),
                            may_edit and role.name != Role.SUPER_ADMIN,
                        )
                        for role in roles
                    ],
                )
                for key in keys
            ],
        )


@staff_page
class RolePermissions(StaffPage):
    """The matrix of roles and keys."""

    title = _("Role permissions")
    permission_key = "roles.view"
    route = "settings/roles/"
    url_name = "role_permissions"
    template_name = "accounts/role_permissions.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles, may_edit = roles_in_order(), may_edit_roles(self.request.user)
        pending: Mapping[tuple[int, str], str] = kwargs.get("pending", {})
        return super().get_context_data(**kwargs) | {
            "lead": _("What each role gives to whoever joins it."),
            "roles": roles,
            "groups": list(lines(roles, pending, may_edit=may_edit)),
            "columns": len(roles) + 1,
            "matrix_label": self.title,
            "may_edit": may_edit,
            "people_shown": PEOPLE_SHOWN,
            "wording": wording.menu_pages(),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """The first post shows what will change, and for whom; the second, which saw just that, saves it."""
        require(request.user, EDIT)
        actor = Actor.of(request.user)
        ensure_super_admin(actor, key=EDIT)
        pending, aligned = _pending(request), _aligned(request)
        wanted = _wanted(pending, aligned)
        seen = request.POST.get("seen", "")
        if not seen or not wanted:
            return self._reviewed(pending, aligned, services.review_grants(wanted))
        try:
            saved = services.set_grants(
                wanted,
                actor=actor,
                apply_to_people=bool(aligned) or request.POST.get("apply") == "people",
                seen=seen,
                reason=request.POST.get("reason", "").strip()[:500],
            )
        except StaleReviewError as why:
            return self._reviewed(pending, aligned, services.review_grants(wanted), refusal=str(why))
        messages.success(
            request, _said(saved, applied=request.POST.get("apply") == "people" or bool(aligned))
        )
        return redirect(self.link())

    def _reviewed(
        self,
        pending: Mapping[tuple[int, str], str],
        aligned: int | None,
        review: GrantsReview,
        refusal: str = "",
    ) -> HttpResponse:
        changed = bool(review.changed_roles or (aligned and review.changed_people))
        page = self.get_context_data(
            pending=pending,
            aligned=aligned,
            review=review,
            is_nothing=not changed,
            refusal=refusal,
            chosen=self.request.POST.get("apply", ""),
            reason=self.request.POST.get("reason", ""),
        )
        return self.render_to_response(page, status=409 if refusal else 200)


def _pending(request: HttpRequest) -> dict[tuple[int, str], str]:
    """The cells that were changed and not saved yet: ``<role> <key> <reach>``, the reach empty for no."""
    found = {}
    for text in request.POST.getlist("set"):
        role, _space, rest = text.partition(" ")
        key, _space, reach = rest.partition(" ")
        is_known = key in CATALOGUE.keys and (not reach or reach in CATALOGUE.reaches_of(key))
        if not (role.isascii() and role.isdigit() and len(role) < 10 and is_known):
            raise BadRequest(f"“{text}” is no cell of the matrix")
        found[int(role), key] = reach
    return found


def _aligned(request: HttpRequest) -> int | None:
    """The role whose people are to be brought in line with it, whatever else changes."""
    text = request.POST.get("align", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _wanted(pending: Mapping[tuple[int, str], str], aligned: int | None) -> dict[int, Grants]:
    """What the touched roles give once the pending cells are saved."""
    touched = {role for role, _key in pending} | ({aligned} if aligned else set())
    wanted = grants_of(touched)
    for (role, key), reach in pending.items():
        if reach:
            wanted[role][key] = Reach(reach)
        else:
            wanted[role].pop(key, None)
    return dict(wanted)


def _said(saved: GrantsReview, *, applied: bool) -> str:
    names = _names(one.role.name for one in saved.roles)
    if not applied:
        return _now("Saved for whoever joins: %(roles)s. Who is in already keeps what he has.") % {
            "roles": names
        }
    changed = len(saved.changed_people)
    said = ngettext(
        "Saved, and applied to the people of: %(roles)s. %(count)d person may do more or less now.",
        "Saved, and applied to the people of: %(roles)s. %(count)d people may do more or less now.",
        changed,
    )
    return said % {"roles": names, "count": changed}


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)


@ask_for_givers
def who_can_give(key: str) -> list[str]:
    """The roles whose people manage staff and hold the right that is missing: who can give it."""
    managing = RoleGrant.objects.filter(role__name__in=services.MANAGERS).order_by("role__name")
    names = managing.filter(key="users.edit").values_list("role__name", flat=True)
    if key not in CATALOGUE.keys:
        return list(names)
    return list(names.filter(role__in=managing.filter(key=key, reach=Reach.ALL).values("role")))
