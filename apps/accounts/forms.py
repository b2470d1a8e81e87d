"""Sign-in and one's own password, as the back office asks for them."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from apps.accounts import services
from apps.accounts.models import User
from apps.core.actors import Actor


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """E-mail address and password. One sentence for every refusal: it tells nobody who has an account here.

    A code of a second factor will be a further field here, checked in ``confirm_login_allowed``.
    """

    error_messages: ClassVar[dict[str, Any]] = {
        "invalid_login": _("This e-mail address and password do not go together, or may not sign in."),
        "inactive": _("This e-mail address and password do not go together, or may not sign in."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["username"]
        address.label = _("E-mail address")
        address.widget.input_type = "email"
        address.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip()


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """A new password for oneself, by the present one."""

    user: User

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
