"""Staff and apps, as the API tells of them."""

from apps.accounts.api.v1.serializers.app import AppOut
from apps.accounts.api.v1.serializers.me import MeOut
from apps.accounts.api.v1.serializers.sign_in import RefreshIn, SignInIn, TokensOut

__all__ = ["AppOut", "MeOut", "RefreshIn", "SignInIn", "TokensOut"]
