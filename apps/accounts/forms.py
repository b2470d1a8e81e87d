"""Sign-in and one's own password, as the back office asks for them."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.accounts import services
from apps.accounts.errors import LockedOutError, UnfitPasswordError
from apps.accounts.models import User
from apps.core.actors import Actor


class SignInForm(forms.Form):
    """E-mail address and password; whether they go together is for services.prove to say."""

    username = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )

    def refuse(self, why: str) -> None:
        """Say why, and stand where it goes on: the address is there already, the password is typed anew."""
        self.add_error(None, why)
        del self.fields["username"].widget.attrs["autofocus"]
        self.fields["password"].widget.attrs["autofocus"] = True


CODE_ATTRIBUTES: Final = {"autocapitalize": "none", "spellcheck": "false", "autofocus": True}


class CodeForm(forms.Form):
    """What the phone shows."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        required=False,  # an empty one is asked for by the verb, which counts no try for it
        help_text=_("Six digits from your authenticator app."),
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", **CODE_ATTRIBUTES}
        ),
    )


class RecoveryCodeForm(forms.Form):
    """One of those kept for the day the phone is lost: letters, so with another keyboard."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=60,
        required=False,
        help_text=_("Each of the ten opens one sign-in. Dashes and capitals do not matter."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **CODE_ATTRIBUTES}),
    )


class ConfirmForm(forms.Form):
    """That the phone has the secret."""

    code = forms.CharField(
        label=_("The code that it shows now"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", **CODE_ATTRIBUTES}
        ),
    )


class PasswordAgainForm(forms.Form):
    """That whoever sits there knows the password."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class ProveAgainForm(forms.Form):
    """That whoever sits there is still the one who signed in."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("From your phone, or a recovery code."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class ResetForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password by a link, which is asked again when it is used."""

    def __init__(self, *args: Any, token: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = token
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})

    def save(self, commit: bool = True) -> User:
        return services.reset_password(self.user.pk, token=self.token, new=self.cleaned_data["new_password1"])


def _seen() -> forms.CharField:
    return forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class ProfileFields(forms.Form):
    """How a person is called here and how his screens look, with what the form showed when it was opened."""

    full_name = forms.CharField(label=_("Name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices, widget=UnfoldAdminSelectWidget)
    seen_full_name = _seen()
    seen_language = _seen()
    seen_theme = _seen()

    def starts_from(self, person: User | None) -> None:
        for name in services.PROFILE:
            self.fields[name].initial = self.fields[f"seen_{name}"].initial = getattr(person, name, None)

    @property
    def given(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in services.PROFILE}

    @property
    def seen(self) -> dict[str, str]:
        """What came back of it: nothing from a page of an earlier release."""
        came = [name for name in services.PROFILE if f"seen_{name}" in self.data]
        return {name: self.cleaned_data[f"seen_{name}"] for name in came}

    def look_again(self, person: User) -> None:
        """What was typed stays; it is a choice against what the person is by now, which stands beside it."""
        sent = {name: self.data.get(name) for name in self.data}
        self.data = sent | {f"seen_{name}": getattr(person, name) for name in services.PROFILE}


class OwnProfileForm(ProfileFields):
    """One's own."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts_from(person)


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """A new password for oneself, by the present one."""

    user: User

    def clean_old_password(self) -> str:
        """Guesses at it count like those at the door."""
        given: str = self.cleaned_data["old_password"]
        try:
            services.prove_password(self.user, given, at=timezone.now())
        except (UnfitPasswordError, LockedOutError) as why:
            raise ValidationError(str(why), code=why.code) from why
        return given

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and cleaned["new_password1"] == cleaned["old_password"]:
            self.add_error("new_password1", ValidationError(_("That is the one you have."), code="same"))
        return cleaned

    def save(self, commit: bool = True) -> User:
        """The service's change; this form's user carries the new hash so that his own session goes on."""
        changed = services.change_password(
            self.user.pk,
            old=self.cleaned_data["old_password"],
            new=self.cleaned_data["new_password1"],
            actor=Actor.of(self.user),
        )
        self.user.password = changed.password
        return self.user
