"""How a member of staff signs in."""

from django.contrib.auth.backends import BaseBackend


class StaffBackend(BaseBackend):
    """By e-mail address and password."""
