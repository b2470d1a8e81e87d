"""Browsers of signed-in people, for tests of the staff's screens."""

from django.test import Client

from apps.accounts.models import User


def signed_in(user: User) -> Client:
    """The browser of someone who has signed in, with whatever his role asks for: no page is held back."""
    client = Client()
    client.force_login(user)
    return client
