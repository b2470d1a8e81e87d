"""The one error that leaves this package: the whole file is not taken."""

from apps.core.errors import InvalidInputError
from apps.inventory.intake.limits import UnfitError
from apps.inventory.intake.wording import REFUSALS, worded


class FileRefusedError(InvalidInputError):
    """The file is not taken; the sentence says what it is and what to do."""

    code = "file-refused"


def refusal(why: UnfitError) -> FileRefusedError:
    """The refusal in the reader's language."""
    return FileRefusedError(worded(REFUSALS[why.code], why.facts), code=f"file-{why.code}")
