"""``/media/<file>``, served by the application itself: before sessions, languages and everything else.

A path is a name of ours or nothing: no folders, no listing, nothing private. The type is the one that the
name promises and the file's first bytes keep. No question to the database: the tag is the file's own.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from apps.core.pictures import Kind
from apps.media.naming import kind_of

Answer = Callable[[HttpRequest], HttpResponseBase]
BEGINS: Final = {
    Kind.JPEG: lambda head: head.startswith(b"\xff\xd8\xff"),
    Kind.PNG: lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    Kind.GIF: lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    Kind.WEBP: lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}
# An address stays when its picture is replaced: five minutes later everybody has asked for the new one.
HEADERS: Final = {
    "Cache-Control": "public, max-age=300, must-revalidate",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the shop's apps and site show it from elsewhere
    "Accept-Ranges": "bytes",
}


class MediaServing:
    """Answers what begins with ``MEDIA_URL``; not there at all where a store serves the files."""

    def __init__(self, get_response: Answer) -> None:
        self.prefix = str(settings.MEDIA_URL)
        if not settings.MEDIA_SERVED_HERE:
            raise MiddlewareNotUsed("an object store serves the media library")
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(self.prefix):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        return _served(request, request.path_info.removeprefix(self.prefix))


def _served(request: HttpRequest, name: str) -> HttpResponseBase:
    kind = kind_of(name)
    file = _opened(name) if kind else None
    if kind is None or file is None:
        return _nothing()
    if not BEGINS[kind](file.read(12)):
        file.close()
        return _nothing()
    file.seek(0)
    return _answer(request, file, kind, name)


def _opened(name: str) -> BinaryIO | None:
    try:
        return (Path(settings.MEDIA_ROOT) / name).open("rb")
    except (FileNotFoundError, IsADirectoryError):
        return None


def _nothing() -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8", headers=headers)


def _answer(request: HttpRequest, file: BinaryIO, kind: Kind, name: str) -> HttpResponseBase:
    facts = os.fstat(file.fileno())
    etag, modified = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"', int(facts.st_mtime)
    whole = HttpResponse(
        content_type=kind.media_type,
        headers={
            **HEADERS,
            "ETag": etag,
            "Last-Modified": http_date(modified),
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Length": str(facts.st_size),
        },
    )
    answer = get_conditional_response(request, etag, modified, whole)
    if answer is not None and answer.status_code != 200:
        file.close()
        return _unchanged(answer, whole)
    part = _asked_part(request, size=facts.st_size, etag=etag)
    if request.method == "HEAD":
        file.close()
        return whole
    return _streamed(whole, file) if part is None else _part(whole, file, part, size=facts.st_size)


def _unchanged(answer: HttpResponseBase, whole: HttpResponse) -> HttpResponseBase:
    """304 or 412: without a body, and with what a cache has to know."""
    for header in ("Cache-Control", "ETag", "Last-Modified", "X-Content-Type-Options"):
        answer.headers[header] = whole.headers[header]
    return answer


def _streamed(whole: HttpResponse, file: BinaryIO) -> FileResponse:
    """The server's own way to send a file, where it has one."""
    return FileResponse(file, headers=dict(whole.headers))


def _asked_part(request: HttpRequest, *, size: int, etag: str) -> range | None:
    """The one range of bytes that was asked for; anything else gets the whole, as it may."""
    unit, _equals, spelled = request.headers.get("Range", "").partition("=")
    first, dash, last = spelled.strip().partition("-")
    is_one = unit.strip() == "bytes" and dash and (first + last).isascii() and (first + last).isdecimal()
    is_backwards = first and last and int(last[:40]) < int(first[:40]) if is_one else False
    if not is_one or is_backwards or len(spelled) > 40 or request.headers.get("If-Range", etag) != etag:
        return None
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(int(last) + 1, size) if last else size)


def _part(whole: HttpResponse, file: BinaryIO, part: range, *, size: int) -> HttpResponse:
    with file:
        if not part:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(part.start)
        whole.content = file.read(len(part))
    whole.status_code = 206
    whole.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    whole.headers["Content-Length"] = str(len(part))
    return whole
