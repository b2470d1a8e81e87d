"""Routes about staff."""

from apps.accounts.api.v1.views.me import Me

__all__ = ["Me"]
