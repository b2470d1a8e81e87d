"""The verbs of the media library."""

from apps.media.services.arriving import Arrival, opened, renew_given, replace, take_given, upload
from apps.media.services.copying import make_copies
from apps.media.services.describing import describe, retag, tags_in
from apps.media.services.leaving import delete, release
from apps.media.services.tidying import ask_again, tidy

__all__ = [
    "Arrival",
    "ask_again",
    "delete",
    "describe",
    "make_copies",
    "opened",
    "release",
    "renew_given",
    "replace",
    "retag",
    "tags_in",
    "take_given",
    "tidy",
    "upload",
]
