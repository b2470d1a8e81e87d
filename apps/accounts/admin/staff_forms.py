"""What the dialogs about staff ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from apps.accounts import services
from apps.accounts.forms import ProfileFields
from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.admin.actions import DialogForm


class ReasonForm(DialogForm):
    """Why; it stands in the audit trail."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Optional."),
    )


class PersonForm(DialogForm):
    """A dialog that starts from what the person is now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = User.objects.filter(pk=self.object_id).first()


class ProfileForm(ProfileFields, PersonForm):
    """Name, language, theme."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts_from(self.person)


class Names(forms.MultipleChoiceField):
    """Names that were written into the page, whatever they are."""

    def valid_value(self, value: str) -> bool:
        return True


class RolesForm(PersonForm):
    """Which roles, chosen from those that the person had when the dialog was opened."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "lk-checks"})
    )
    seen = Names(widget=forms.MultipleHiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = services.roles_to_give(Actor.of(self.request.user))
        self.fields["roles"].choices = [(name, name) for name in offered]
        self.fields["roles"].initial = self.fields["seen"].initial = self._now()

    def look_again(self) -> None:
        """Tick what the person has by now: what was typed was chosen from something else."""
        again = self.request.POST.copy()
        for name in ("roles", "seen"):
            again.setlist(name, self._now())
        self.data = again

    def _now(self) -> list[str]:
        return sorted(self.person.groups.values_list("name", flat=True)) if self.person else []


class PasswordForm(DialogForm):
    """A new password, told in person."""

    password = forms.CharField(
        label=_("New password"),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it in person. It ends the sessions that are open."),
    )
