"""What the media library refuses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.errors import DomainError

if TYPE_CHECKING:
    from apps.media.models import Asset
    from apps.media.usage import Use


class InUseError(DomainError):
    """Something shows the picture: it cannot go; ``uses`` says what, with the way there."""

    code = "picture-in-use"

    def __init__(self, sentence: str, *, uses: "Sequence[Use]" = ()) -> None:
        super().__init__(sentence)
        self.uses = tuple(uses)


class ReplacedMeanwhileError(DomainError):
    """Somebody else was quicker; what he put there has not been seen by the one who asks."""

    code = "picture-replaced-meanwhile"


class GivenByErpnextError(DomainError):
    """ERPNext gives the picture: it is changed and removed there, and follows here."""

    code = "picture-from-erpnext"


class StorageError(DomainError):
    """The file could not be written or read; nothing was changed."""

    code = "storage-failed"
    status = 503


class DuplicateError(DomainError):
    """The very same file is in the library already."""

    code = "picture-known"

    def __init__(self, twin: "Asset") -> None:
        named = {"name": twin.original_name}
        super().__init__(_("The same file is in the library already, as “%(name)s”.") % named)
        self.twin = twin

    @property
    def location(self) -> str:
        return self.twin.get_absolute_url()
