"""Where a file waits while it comes in, and what is said when there is no room for it."""

import errno
import logging
import tempfile
from contextlib import suppress
from typing import Any, Final, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
log = logging.getLogger(__name__)


class UploadLostError(DomainError):
    """The server had no place for a file while it came in; nothing of it is kept."""

    code = "upload-lost"
    status = 507  # Insufficient Storage

    @classmethod
    def of(cls, why: OSError) -> "UploadLostError":
        named = {"folder": settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir(), "why": why.strerror or why}
        said = (
            _(
                "The file was not taken, and nothing of it is kept: the folder of uploads on their way,"
                " %(folder)s, is full. Ask whoever runs Larder to make room there, then send it again."
            )
            if why.errno in FULL
            else _(
                "The file was not taken, and nothing of it is kept: the folder of uploads on their way,"
                " %(folder)s, cannot be written to (%(why)s). Ask whoever runs Larder, then send it again."
            )
        )
        return cls(said % named)


class WaitingFiles(FileUploadHandler):
    """Files too large for memory wait in the temp folder; a failing disk is the trouble of one file.

    Whoever reads that file is refused. So each page says it as it says any refusal, at the file that it is
    about, and goes on with the others.
    """

    file: "UploadedFile[bytes]"
    is_lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_lost = False
        self.__dict__.pop("file", None)  # the one before is complete, and no longer ours to close
        try:
            self.file = _Waiting("waiting", self.content_type, 0, self.charset, self.content_type_extra)
            self.file.name = self.file_name
        except OSError as why:
            self._lose(why)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.is_lost:
            try:
                self.file.write(raw_data)
            except OSError as why:
                self._lose(why)
        self.file.size = start + len(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        if not self.is_lost:
            try:
                self.file.seek(0)  # and so writes what it still holds
            except OSError as why:
                self._lose(why)
        self.file.size = file_size  # of one that was lost as well: 0 would be an empty file
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def _lose(self, why: OSError) -> None:
        log.warning("an upload found no place: %s", why)
        if hasattr(self, "file"):
            self.file.close()
        self.file = UploadedFile(_Lost(UploadLostError.of(why)), name=self.file_name, size=0)  # type: ignore[arg-type]
        self.is_lost = True


class _Waiting(TemporaryUploadedFile):
    """Under a name of ours alone: what follows the last dot of theirs can be longer than a disk takes."""

    def close(self) -> None:
        with suppress(OSError):  # closing writes what was still held, where there may be no room for it
            super().close()


class _Lost:
    """In place of a file that is not there."""

    mode = "rb"
    closed = True

    def __init__(self, why: UploadLostError) -> None:
        self.why = why

    def read(self, *_args: Any) -> NoReturn:
        raise self.why

    seek = readline = read

    def close(self) -> None:
        """There is nothing to close."""
