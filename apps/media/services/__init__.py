"""The verbs of the media library."""

from apps.media.services.arriving import replace, upload
from apps.media.services.copying import make_copies
from apps.media.services.describing import describe, retag, tags_in
from apps.media.services.leaving import delete
from apps.media.services.tidying import ask_again, tidy

__all__ = ["ask_again", "delete", "describe", "make_copies", "replace", "retag", "tags_in", "tidy", "upload"]
