"""What all verbs of the library need: the row under its lock, and its words to search in."""

from django.utils.translation import gettext as _

from apps.core.errors import NotFoundError
from apps.media.errors import GivenByErpnextError
from apps.media.models import Asset

TRACED = ("original_name", "kind", "width", "height", "size", "version", "alt", "tags")


def locked(asset_id: int) -> Asset:
    """The picture, nobody else's to change until the transaction ends. Raises NotFoundError."""
    asset = Asset.objects.select_for_update().filter(pk=asset_id).first()
    if asset is None:
        raise NotFoundError(_("The picture is gone: somebody has deleted it."))
    return asset


def check_is_ours(asset: Asset) -> None:
    """Raises GivenByErpnextError: the next look at ERPNext would only undo what was done here."""
    if asset.is_given:
        raise GivenByErpnextError(
            _("ERPNext gives this picture. Change or remove it at the item there, and Larder follows.")
        )


def words_of(asset: Asset) -> str:
    """Everything that people know the picture by."""
    return " ".join([asset.original_name, *asset.alt.values(), *asset.tags])
