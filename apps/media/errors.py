"""What the media library refuses."""

from django.utils.translation import gettext as _

from apps.core.errors import DomainError


class InUseError(DomainError):
    """Something shows the picture: it cannot go."""

    code = "picture-in-use"


class ReplacedMeanwhileError(DomainError):
    """Somebody else was quicker; what he put there has not been seen by the one who asks."""

    code = "picture-replaced-meanwhile"


class StorageError(DomainError):
    """The file could not be written or read; nothing was changed."""

    code = "storage-failed"
    status = 503


class DuplicateError(DomainError):
    """The very same file is in the library already."""

    code = "picture-known"

    def __init__(self, *, name: str, link: str) -> None:
        super().__init__(_("The same file is in the library already, as “%(name)s”.") % {"name": name})
        self.link = link

    @property
    def location(self) -> str:
        return self.link
