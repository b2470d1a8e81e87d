"""Which field a refusal means, whatever language the site's user speaks."""

import re
from collections.abc import Sequence

from apps.sync.errors import ErpFieldError, ErpRefusedError

WORD = re.compile(r"\w+", re.ASCII)


def field_named_in(why: ErpRefusedError, fields: Sequence[str]) -> str:
    """The one of these fields that a refusal speaks of; empty when it cannot be told.

    The text is translated, the name of the field in it is not, and it stands last.
    """
    asked = frozenset(fields)
    named = [word for word in WORD.findall(why.said) if word in asked]
    return named[-1] if named else ""


def refused_field(why: ErpRefusedError) -> str:
    """The field for whose sake a list was refused; empty when it was for another reason, or untold."""
    return why.field if isinstance(why, ErpFieldError) else ""
