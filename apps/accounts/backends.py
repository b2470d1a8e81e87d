"""How a member of staff signs in."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from apps.accounts.models import User


class StaffBackend(BaseBackend):
    """By e-mail address and password; whoever may not sign in takes as long to refuse as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            make_password(password)  # as slow as checking one: the answer's time tells nothing
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        """Whoever the session names, as long as he may still sign in."""
        return User.objects.get_queryset().able_to_sign_in().filter(pk=user_id).first()
