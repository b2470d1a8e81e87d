"""Routes about staff and about the app that calls."""

from apps.accounts.api.v1.views.app import CallingAppView
from apps.accounts.api.v1.views.me import Me
from apps.accounts.api.v1.views.sign_in import Refresh, SignIn, SignOut

__all__ = ["CallingAppView", "Me", "Refresh", "SignIn", "SignOut"]
