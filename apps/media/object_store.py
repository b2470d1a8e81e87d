"""The library's files in an S3-compatible store, where ``MEDIA_STORAGE_URL`` names one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

COMMON: Final[dict[str, Any]] = {
    "file_overwrite": True,  # a picture that is replaced keeps its address
    "querystring_auth": False,
    "default_acl": None,  # the bucket's own policy lets everybody read
    "object_parameters": {"CacheControl": "public, max-age=300, must-revalidate"},
}
# Paths instead of host names, and no checksums but those asked for: what every S3-compatible store speaks.
CLIENT: Final = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class PictureStore(S3Storage):  # type: ignore[misc]  # django-storages carries no types
    """django-storages', whose failures speak like a disk's: the library knows one kind of trouble."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**COMMON, client_config=CLIENT, **options)

    def _save(self, name: str, content: Any) -> str:
        with _as_of_a_disk():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_of_a_disk():
            super().delete(name)

    def listdir(self, name: str) -> Any:
        with _as_of_a_disk():
            return super().listdir(name)

    def size(self, name: str) -> int:
        with _as_of_a_disk():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> Any:
        with _as_of_a_disk():
            return super().get_modified_time(name)


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    try:
        yield
    except ClientError as why:
        if why.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(str(why)) from why
        raise OSError(str(why)) from why
    except (BotoCoreError, Boto3Error) as why:
        raise OSError(str(why)) from why
