"""Verbs about staff: the only code that changes people, roles and rights."""

from apps.accounts.services.seeding import seed_roles

__all__ = ["seed_roles"]
