"""The base of our commands: a refusal ends with its sentence and exit code 1, not with a traceback."""

import os
import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError

NOBODY_READS: Final = 141  # what a shell says of a program that a closed pipe ended


class LarderCommand(BaseCommand):
    """A command that translates refusals, and ends quietly when nobody reads on (``… status | head -1``)."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except DomainError as why:
            lines = [str(why), *(f"{error.field}: {error.message}" for error in why.errors)]
            raise CommandError("\n  ".join(lines)) from why
        except BrokenPipeError:
            if _is_read_on():
                raise  # it was another pipe
            # Python writes what is left once more at its end, and would complain of that, too
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(NOBODY_READS)


def _is_read_on() -> bool:
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return False
    return True
