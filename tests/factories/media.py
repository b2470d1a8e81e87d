"""Pictures of the library, with files and without."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.actors import COMMAND, Actor
from apps.media import services
from apps.media.models import Asset
from apps.media.naming import new_token
from apps.media.services.rows import words_of
from apps.media.states import AssetState
from tests import pictures


@contextmanager
def empty_folder() -> Iterator[Path]:
    """The library's files as they are before the first one came, and after."""
    place = Path(settings.MEDIA_ROOT)
    shutil.rmtree(place, ignore_errors=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def upload(
    content: bytes | None = None, *, name: str = "milk.jpg", actor: Actor = COMMAND, **how: Any
) -> Asset:
    """A picture that really was uploaded."""
    return services.upload(BytesIO(content or pictures.jpeg()), name=name, actor=actor, **how)


def make_asset(name: str = "milk.jpg", **facts: Any) -> Asset:
    """A row alone, for lists: it has no file."""
    token = new_token()
    given = {
        "kind": "jpeg",
        "width": 1200,
        "height": 800,
        "size": 250_000,
        "state": AssetState.READY,
        **facts,
    }
    asset = Asset(token=token, original_name=name, upload_sha256=token * 2, uploaded_by="Ada Boss", **given)
    asset.known_by = words_of(asset)
    asset.save()
    return asset
