"""Staff, as the API tells of them."""

from apps.accounts.api.v1.serializers.me import MeOut

__all__ = ["MeOut"]
