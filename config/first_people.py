"""Who can sign in to a Larder that nobody has used yet."""

import secrets
from typing import Final

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.accounts.services import create_staff
from apps.core.actors import COMMAND
from apps.core.options import save
from config.sign_ins import SignIn

DEMO_PASSWORD: Final = "basket-of-plums"  # noqa: S105 - printed at start; demo data only
DEMO_PEOPLE: Final = {
    "owner@larder.example": ("Ada Marsh", Role.SUPER_ADMIN),
    "admin@larder.example": ("Ben Okafor", Role.ADMIN),
    "clerk@larder.example": ("Carla Nunes", Role.CLERK),
    "packer@larder.example": ("Deniz Aydın", Role.PACKER),
    "driver@larder.example": ("Emre Kaya", Role.DRIVER),
}
NO_PHONE_NEEDED: Final = {
    "security.second_factor_super_admin": False,
    "security.second_factor_admin": False,
}
OWNER: Final = "owner@localhost.localdomain"


def demo_staff() -> list[SignIn]:
    """One of each role in an empty demo, who need no second factor; later, those who are still there."""
    if not User.objects.exists():
        save(NO_PHONE_NEEDED, actor=COMMAND, reason="A first look needs no phone.")
        for email, (name, role) in DEMO_PEOPLE.items():
            create_staff(email=email, full_name=name, password=DEMO_PASSWORD, roles=[role], actor=COMMAND)
    there = set(User.objects.filter(email__in=DEMO_PEOPLE, is_active=True).values_list("email", flat=True))
    return [
        SignIn(email, DEMO_PASSWORD, role) for email, (_name, role) in DEMO_PEOPLE.items() if email in there
    ]


def first_owner() -> list[SignIn]:
    """A super admin with a password of his own for an empty Larder that has a real ERPNext."""
    if User.objects.exists():
        return []
    password = secrets.token_urlsafe(12)
    create_staff(email=OWNER, full_name="Owner", password=password, roles=[Role.SUPER_ADMIN], actor=COMMAND)
    return [SignIn(OWNER, password, Role.SUPER_ADMIN)]
