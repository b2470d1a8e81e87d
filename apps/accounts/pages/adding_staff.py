"""Add a member of staff: who, which roles, check, done. The password is asked last and kept nowhere."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, staff_page
from apps.core.admin.workflow import Cleaned, Step, WorkflowPage

IN_WORDS: dict[str, Promise] = {
    Role.SUPER_ADMIN: _("Everything, roles and their defaults included."),
    Role.ADMIN: _("Approves, publishes, runs syncs, manages staff, keys and settings."),
    Role.CLERK: _("Keys in, drafts and edits; what is new waits for an Admin. No settings."),
    Role.PACKER: _("Today's deliveries: the list to pack, and marking it packed."),
    Role.DRIVER: _("Only his own deliveries: the round, and marking it delivered."),
}


class WhoForm(forms.Form):
    """Name and address."""

    full_name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("Used to sign in."))

    def clean_email(self) -> str:
        """Say at once that the address is taken; the service decides it again at the end."""
        email = str(self.cleaned_data["email"]).strip()
        if User.objects.get_queryset().by_email(email).exists():
            raise forms.ValidationError(_("%(email)s signs in here already."), params={"email": email})
        return email


class RoleBoxes(forms.CheckboxSelectMultiple):
    """Each role with a sentence on what it is for."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        return option | {"note": IN_WORDS.get(str(value), "")}


class RolesForm(forms.Form):
    """At least one role: without one he could open nothing."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=RoleBoxes,
        error_messages={"required": _("Tick what the person works as: one role at least.")},
    )

    def __init__(self, *args: Any, offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(name, name) for name in offered]  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """The first password, to be told in person."""

    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it in person; it is changed after signing in."),
    )


@staff_page
class AddStaff(WorkflowPage):
    """A new colleague in three decisions."""

    title = _("Add a member of staff")
    permission_key = "users.create"
    route = "settings/staff/add/"
    url_name = "staff_add"
    kind = "accounts.add_staff"
    next_label = _("Add to staff")
    steps: ClassVar[tuple[Step, ...]] = (
        Step("who", _("Who"), WhoForm, _("Who is it?")),
        Step(
            "roles",
            _("Roles"),
            RolesForm,
            _("What is the work?"),
            template_name="accounts/add_staff_roles.html",
        ),
        Step(
            "check",
            _("Check"),
            CheckForm,
            _("Is this right?"),
            secret=frozenset({"password"}),
            template_name="accounts/add_staff_check.html",
        ),
    )

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    def form_arguments(self, step: Step) -> dict[str, Any]:
        """Only the roles that this person may give: none that would be refused at the end."""
        return {"offered": services.roles_to_give(self.actor)} if step.form is RolesForm else {}

    def summary(self, cleaned: Cleaned) -> str:
        who, roles = cleaned.get("who", {}), cleaned.get("roles", {})
        return " · ".join(filter(None, [who.get("full_name", ""), ", ".join(roles.get("roles", []))]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        who, roles = self.cleaned.get("who", {}), self.cleaned.get("roles", {})
        context["summary_rows"] = [
            (_("Name"), who.get("full_name")),
            (_("E-mail address"), who.get("email")),
            (_("Roles"), ", ".join(roles.get("roles", []))),
        ]
        return context

    def finish(self, cleaned: Cleaned, *, actor: Actor) -> str:
        user = services.create_staff(
            email=cleaned["who"]["email"],
            full_name=cleaned["who"]["full_name"],
            roles=cleaned["roles"]["roles"],
            password=cleaned["check"]["password"],
            actor=actor,
        )
        messages.success(self.request, _now("%(name)s can sign in now.") % {"name": user})
        return reverse("admin:accounts_user_change", args=[user.pk])
