"""What the dialogs about staff ask."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.accounts import services
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


class ProfileForm(PersonForm):
    """Name, language, theme."""

    full_name = forms.CharField(label=_("Name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("full_name", "language", "theme"):
            self.fields[name].initial = getattr(self.person, name, None)


class RolesForm(PersonForm):
    """Which roles."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "lk-checks"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = services.roles_to_give(Actor.of(self.request.user))
        self.fields["roles"].choices = [(name, name) for name in offered]
        self.fields["roles"].initial = (
            [group.name for group in self.person.groups.all()] if self.person else []
        )


class PasswordForm(DialogForm):
    """A new password, told in person."""

    password = forms.CharField(
        label=_("New password"),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it in person. It ends the sessions that are open."),
    )
