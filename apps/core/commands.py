"""The base of our commands: a refusal ends with its sentence and exit code 1, not with a traceback."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError


class LarderCommand(BaseCommand):
    """A command that translates refusals."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except DomainError as why:
            lines = [str(why), *(f"{error.field}: {error.message}" for error in why.errors)]
            raise CommandError("\n  ".join(lines)) from why
