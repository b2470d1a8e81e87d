"""One role by itself: who is in it, what it is called, and the making and removing of the shop's own."""

from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import preview, services, wording
from apps.accounts.models import User
from apps.accounts.pages.role_permissions import RolePermissions, may_edit_roles, roles_in_order
from apps.accounts.permissions import Reach
from apps.accounts.services.reviewing import Grants, grants_of
from apps.accounts.services.roles import LONGEST
from apps.core.actors import Actor, Person
from apps.core.admin.history import history_of
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import DomainError, InvalidInputError

EDIT: Final = "roles.edit"
PEOPLE_SHOWN: Final = 100


def trail() -> list[Crumb]:
    return [Crumb(_("Settings")), Crumb(RolePermissions.title, RolePermissions.link())]


class NewRoleForm(forms.Form):
    """What it is called, and where it starts from."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST)
    copy_of = forms.TypedChoiceField(
        label=_("Start with what this role gives"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(role.pk), role.name) for role in roles_in_order()]
        self.fields["copy_of"].choices = [("", _("Nothing")), *offered]  # type: ignore[attr-defined]
        self.fields["copy_of"].help_text = _("A copy: what changes there later does not change here.")


@staff_page
class AddRole(StaffPage):
    """A role of the shop's own."""

    title = _("Add a role")
    permission_key = EDIT
    route = "settings/roles/add/"
    url_name = "role_add"
    template_name = "accounts/role_add.html"

    def breadcrumbs(self) -> list[Crumb]:
        return trail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = {"copy_of": self.request.GET.get("copy_of", "")}
        lead = _("For work that none of the five roles fits. What it gives is set in the matrix afterwards.")
        return {"form": NewRoleForm(initial=asked), "lead": lead} | super().get_context_data(**kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewRoleForm(request.POST)
        if form.is_valid():
            try:
                made = services.add_role(actor=_actor(request), **form.cleaned_data)
            except InvalidInputError as why:
                for error in why.errors:
                    form.add_error(error.field, error.message)
            else:
                messages.success(request, _now("The role “%(role)s” is there.") % {"role": made})
                return redirect(RolePage.link(role_id=made.pk))
        return self.render_to_response(self.get_context_data(form=form), status=422)


@staff_page
class RolePage(StaffPage):
    """Who is in a role, and what can be done with it."""

    permission_key = "roles.view"
    route = "settings/roles/<int:role_id>/"
    url_name = "role"
    template_name = "accounts/role.html"

    @cached_property
    def role(self) -> Group:
        """The role of the address. Raises Http404."""
        found = Group.objects.filter(pk=self.kwargs["role_id"]).first()
        if found is None:
            raise Http404("There is no such role.")
        return found

    @property
    def title(self) -> str:  # type: ignore[override]  # a page's title may be told anew for each request
        return self.role.name

    def breadcrumbs(self) -> list[Crumb]:
        return trail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        grants = grants_of([self.role.pk])
        review = services.review_grants(grants)
        behind = {one.person.pk for one in review.changed_people}
        people = User.objects.filter(groups=self.role).order_by("-is_active", "full_name", "pk")
        return super().get_context_data(**kwargs) | {
            "role": self.role,
            "people": [(person, person.pk in behind) for person in people[:PEOPLE_SHOWN]],
            "members": review.members,
            "unseen": max(0, review.members - PEOPLE_SHOWN),
            "behind": len(behind),
            "keys": len(grants[self.role.pk]),
            "gives": _in_words(grants[self.role.pk]),
            "is_built_in": services.is_built_in(self.role),
            "may_edit": may_edit_roles(self.request.user),
            "may_preview": preview.may_preview(self.request.user),
            "happened": history_of(self.role),
            "longest": LONGEST,
        }

    def post(self, request: HttpRequest, role_id: int) -> HttpResponse:
        require(request.user, EDIT)
        acts = {"rename": self._rename, "remove": self._remove}
        act = acts.get(request.POST.get("do", ""))
        if act is None:
            raise BadRequest("nothing that a role's page does")
        try:
            return act(request)
        except DomainError as why:
            given = {"refusal": str(why), "typed": request.POST.get("name", "")}
            return self.render_to_response(self.get_context_data(**given), status=why.status)

    def _rename(self, request: HttpRequest) -> HttpResponse:
        before = self.role.name
        named = services.rename_role(
            self.role.pk, name=request.POST.get("name", ""), actor=_actor(request), reason=_reason(request)
        )
        messages.success(request, _now("“%(old)s” is called “%(new)s” now.") % {"old": before, "new": named})
        return redirect(self.link(role_id=named.pk))

    def _remove(self, request: HttpRequest) -> HttpResponse:
        services.remove_role(self.role.pk, actor=_actor(request), reason=_reason(request))
        messages.success(request, _now("The role “%(role)s” is gone.") % {"role": self.role})
        return redirect(RolePermissions.link())


def _in_words(grants: Grants) -> list[tuple[str, str]]:
    """(category, what may be done there) of everything that a role gives."""
    pages, found = wording.menu_pages(), list[tuple[str, str]]()
    for category, keys in wording.by_category().items():
        held = [_far(key, grants[key], pages) for key in keys if key in grants]
        if held:
            title = _now("Menu") if category == wording.MENU else wording.category_words(category)
            found.append((title, ", ".join(held)))
    return found


def _far(key: str, reach: Reach, pages: Mapping[str, str]) -> str:
    words = wording.action_words(key, pages)
    return words if reach == Reach.ALL else f"{words} ({wording.reach_words(reach)})"


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(cast("Person", request.user))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]
