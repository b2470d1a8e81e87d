"""``manage.py create_staff ada@example.com "Ada Marsh" --role Clerk``."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any, Final

from apps.accounts.permissions import Role
from apps.accounts.services import create_staff
from apps.core.actors import COMMAND
from apps.core.commands import LarderCommand

VARIABLE: Final = "LARDER_PASSWORD"


class Command(LarderCommand):
    """Makes a member of staff; the password is asked for or taken from LARDER_PASSWORD, no argument."""

    help = "Make a member of staff with one or several roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name")
        known = ", ".join(Role)
        said = f"One of {known}, or a role of the shop's own; may be said again."
        parser.add_argument("--role", action="append", dest="roles", default=[], help=said)

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(VARIABLE) or getpass.getpass("Password: ")
        user = create_staff(
            email=options["email"],
            full_name=options["full_name"],
            password=password,
            roles=options["roles"],
            actor=COMMAND,
        )
        roles = ", ".join(options["roles"]) or "no role: nothing is open to him yet"
        self.stdout.write(f"{user.full_name} may sign in as {user.email} ({roles}).")
