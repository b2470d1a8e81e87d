"""Where the media library's files stand: on this machine's disk, or in the object store that a URL names."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from config.environment import MisconfiguredError

EXAMPLE: Final = "s3://KEY:SECRET@bucket?region=eu-west-2&public=https://pictures.example.com"
KNOWN: Final = frozenset({"endpoint", "region", "public"})


@dataclass(frozen=True)
class Shelf:
    """The storage, and from which origin browsers get its pictures; none: from Larder itself."""

    storage: dict[str, Any]
    origin: str = ""


def shelf_at(url: str | None) -> Shelf:
    """The disk, or the store of ``s3://key:secret@bucket/prefix?endpoint=…&region=…&public=…``.

    Raises MisconfiguredError.
    """
    if not url:
        return Shelf({"BACKEND": "apps.media.disk.PictureDisk"})
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    public = urlsplit(asked.get("public", ""))
    if unknown := set(asked) - KNOWN:
        raise MisconfiguredError(f"MEDIA_STORAGE_URL does not know “{min(unknown)}”; as in {EXAMPLE}")
    if not parts.hostname or public.scheme not in {"https", "http"} or not public.netloc:
        raise MisconfiguredError(
            f"MEDIA_STORAGE_URL needs a bucket, and public=https://… where all read it; as in {EXAMPLE}"
        )
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "endpoint_url": asked.get("endpoint"),
        "region_name": asked.get("region"),
        "custom_domain": f"{public.netloc}{public.path}".rstrip("/"),
        "url_protocol": f"{public.scheme}:",
    }
    return Shelf(
        {"BACKEND": "apps.media.object_store.PictureStore", "OPTIONS": options},
        origin=f"{public.scheme}://{public.netloc}",
    )
