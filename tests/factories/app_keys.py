"""The least valid app key, and a client that sends it."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import AppKey, StaffSignIn, User
from apps.accounts.services import NewSecret
from apps.accounts.states import AppKind
from apps.core.actors import COMMAND


def make_key(kind: str = AppKind.ADMIN_APP, **fields: Any) -> NewSecret:
    """A key of an app, in use."""
    given = {"name": "Shop floor", "actor": COMMAND, "at": timezone.now(), **fields}
    return services.make_app_key(kind=kind, **given)


def make_sign_in(user: User, key: AppKey, *, at: datetime | None = None, **fields: Any) -> StaffSignIn:
    """A member of staff who is signed in through an app."""
    now = at or timezone.now()
    return StaffSignIn.objects.create(
        **{
            "user": user,
            "app_key": key,
            "version": user.permissions_version,
            "device": f"{user}'s phone",
            "started_at": now,
            "renewed_at": now,
            "expires_at": now + timedelta(days=30),
        }
        | fields
    )


def app_client(secret: str, *, token: str = "", **headers: str) -> Client:
    """An app: it sends its key, and the token of whoever is signed in."""
    sent = {"X-App-Key": secret, **headers}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    return Client(headers=sent)
