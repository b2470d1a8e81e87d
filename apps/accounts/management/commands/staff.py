"""``manage.py staff unlock ada@example.com``: what an Admin does on the screen, for when none can get in."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.management.base import CommandError
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import Tries, User
from apps.accounts.wording import signed_out_words
from apps.core.actors import COMMAND
from apps.core.commands import LarderCommand

EVERYBODY: Final = "everybody"


class Command(LarderCommand):
    """Each subcommand is one verb, written down in the audit trail like any other."""

    help = "Unlock staff, reset a second factor, end sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, help_text in (
            ("unlock", "Let somebody try to sign in again at once; “everybody” for all."),
            ("reset-2fa", "End the second factor of somebody who lost the phone; he sets up another."),
            ("end-sessions", "Sign somebody out of every browser and every app."),
        ):
            verb = verbs.add_parser(name, help=help_text)
            verb.add_argument("email", help="Whose account it is.")
            verb.add_argument("--reason", default="", help="Stands in the audit trail.")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: Mapping[str, Callable[[User, str], str]] = {
            "unlock": _unlock,
            "reset-2fa": _reset,
            "end-sessions": _end_sessions,
        }
        act = verbs[options["verb"]]
        people = self._people(options["email"], options["verb"])
        for person in people:
            self.stdout.write(act(person, options["reason"]))
        if not people:
            self.stdout.write("Nobody is locked.")

    def _people(self, email: str, verb: str) -> list[User]:
        if email == EVERYBODY and verb == "unlock":
            waiting = Tries.objects.locked(timezone.now()).filter(user__isnull=False)
            return list(User.objects.filter(pk__in=waiting.values("user")))
        person = User.objects.get_queryset().by_email(email.strip()).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {email}.")
        return [person]


def _unlock(person: User, reason: str) -> str:
    cleared = services.unlock(person.pk, actor=COMMAND, reason=reason)
    return f"{person.email} may try again." if cleared else f"{person.email} was not locked."


def _reset(person: User, reason: str) -> str:
    services.reset_second_factor(person.pk, actor=COMMAND, reason=reason)
    return f"{person.email} has no second factor and no session any more."


def _end_sessions(person: User, reason: str) -> str:
    ended = services.end_all_sessions(person.pk, actor=COMMAND, at=timezone.now(), reason=reason)
    return f"{person.email} is signed out everywhere. {signed_out_words(ended)}"
