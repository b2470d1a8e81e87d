"""Files of ERPNext: which address is one, and its bytes, within bounds.

An image is a text that anybody who may edit an item types. Only a file of ERPNext's own is asked for, at its
own scheme, host and port: our token opens doors there, and this machine stands where others do not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from apps.core.pictures import MOST_BYTES
from apps.sync.erpnext.address import Address
from apps.sync.erpnext.client import Client
from apps.sync.erpnext.refusals import refusal_of
from apps.sync.errors import (
    ErpCredentialsError,
    ErpFileError,
    ErpFileRefusedError,
    ErpUnreachableError,
)

FOLDERS: Final = ("/files/", "/private/files/")
PORTS: Final = {"http": 80, "https": 443}
STILL_SECONDS: Final = 10.0  # without a byte
WHOLE_SECONDS: Final = 30.0  # for the whole body, however it trickles
PIECE: Final = 64 * 1024
AWAY: Final = frozenset({429, 502, 503, 504})
AS_IT_IS: Final = {"Accept": "image/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Known:
    """How ERPNext called the version that we have."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class File:
    """A file as it came, and how ERPNext calls this version of it."""

    name: str
    content: bytes
    etag: str
    last_modified: str


def fetch_file(erp: Client, image: str, *, known: Known) -> File | None:
    """The file that an image names; None where it is still the one that is known.

    Raises ErpFileRefusedError, ErpFileError, and an ErpError where it is not the file's fault.
    """
    path = path_of(image, erp.address)
    answer = erp.open(quote(path), headers=AS_IT_IS | known.headers, read_seconds=STILL_SECONDS)
    with answer:
        if answer.status_code == requests.codes.not_modified:
            return None
        _check(answer)
        content = b"".join(_pieces(answer, most=MOST_BYTES, until=monotonic() + WHOLE_SECONDS))
    etag, last_modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return File(path.rpartition("/")[2], content, _plain(etag), _plain(last_modified))


def path_of(image: str, address: Address) -> str:
    """The path that an image's address means, without any escapes. Raises ErpFileRefusedError."""
    try:
        parts = urlsplit(image)
        is_elsewhere = bool(parts.scheme or parts.netloc) and not _is_ours(image, address)
    except ValueError as why:  # a port or a host that is none
        raise ErpFileRefusedError(f"“{_short(image)}” is no address.") from why
    if is_elsewhere:
        raise ErpFileRefusedError(
            f"It is at {_short(parts.netloc or image)}, and Larder fetches from ERPNext alone: attach "
            "the file to the item there."
        )
    path = image
    if parts.scheme:
        path = unquote(parts.path.removeprefix(urlsplit(address.url).path.rstrip("/")))
    if not path.startswith(FOLDERS) or {"..", "."} & set(re.split(r"[/\\]", path)):
        raise ErpFileRefusedError(f"“{_short(image)}” is no file of ERPNext's: attach one to the item there.")
    return path


def _is_ours(image: str, address: Address) -> bool:
    """Whether scheme, host and port are ERPNext's; one with a user in it is not, whatever it shows."""
    theirs, ours = urlsplit(image), urlsplit(address.url)
    return "@" not in theirs.netloc and _place(theirs.scheme, theirs.hostname, theirs.port) == _place(
        ours.scheme, ours.hostname, ours.port
    )


def _place(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int | None]:
    return scheme, host or "", port or PORTS.get(scheme)


def _check(answer: requests.Response) -> None:
    """Raises the error that an answer without the file stands for."""
    status = answer.status_code
    if answer.is_redirect:  # not followed, wherever it leads: the token would go with it
        raise ErpFileError(
            f"ERPNext sends us on to {_short(answer.headers['Location'])}, where we do not go."
        )
    if status == requests.codes.not_found:
        raise ErpFileError("ERPNext has no such file: attach it to the item again.")
    if status == requests.codes.forbidden:
        raise ErpFileError("ERPNext does not let our user read this file: make it public, or give the right.")
    if status in AWAY or status == requests.codes.unauthorized:
        raise refusal_of(_without_body(answer))
    if status != requests.codes.ok:
        raise ErpFileError(f"ERPNext stumbled over the file (HTTP {status}).")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ErpFileError("ERPNext sends the file packed, which we did not ask for.")


def _without_body(answer: requests.Response) -> requests.Response:
    """The status says enough, and the body may have no end."""
    answer._content = b""  # noqa: SLF001 - where requests keeps what was read
    return answer


def _pieces(answer: requests.Response, *, most: int, until: float) -> Iterator[bytes]:
    """The body as it comes. Raises ErpFileError, ErpFileRefusedError for what is too large."""
    told = answer.headers.get("Content-Length", "")
    expected = int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None
    got = 0
    while True:
        if max(got, expected or 0) > most:
            raise ErpFileRefusedError(f"The file is larger than {most // 1024 // 1024} MB: save it smaller.")
        piece = _piece(answer)
        if not piece:
            break
        got += len(piece)
        yield piece
        if monotonic() > until:
            raise ErpFileError("ERPNext took too long to give the file.")
    if expected is not None and got < expected:
        raise ErpFileError("ERPNext's answer broke off half-way.")


def _piece(answer: requests.Response) -> bytes:
    """What there is, at once: a read of so many bytes would wait for all of them, byte by byte."""
    try:
        return bytes(answer.raw.read1(PIECE, decode_content=False) or b"")
    except ReadTimeoutError as why:
        raise ErpFileError("ERPNext took too long to give the file.") from why
    except (HTTPError, OSError) as why:
        raise ErpFileError("ERPNext's answer broke off half-way.") from why


def _plain(header: str) -> str:
    """A header that we may send back, or nothing."""
    return header if re.fullmatch(r"[\x20-\x7e]{1,200}", header) else ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def is_away(why: Exception) -> bool:
    """Whether the next file would only meet the same."""
    return isinstance(why, ErpUnreachableError | ErpCredentialsError)
