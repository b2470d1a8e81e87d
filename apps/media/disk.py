"""The library's files on a disk of this machine, or one that all machines share."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from apps.media.naming import HALF_WRITTEN


class PictureDisk(FileSystemStorage):
    """Django's, but a file is written beside its place and moved there: whole, and kept by the disk."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # a picture that is replaced keeps its address

    def _save(self, name: str, content: "File[Any]") -> str:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        half = None
        try:
            with NamedTemporaryFile(dir=place.parent, prefix=HALF_WRITTEN, delete=False) as half:
                for chunk in content.chunks():
                    half.write(chunk)
                half.flush()
                os.fsync(half.fileno())
            Path(half.name).chmod(0o644)  # a web server under another user may serve it
            Path(half.name).replace(place)
        except OSError:
            if half is not None:
                Path(half.name).unlink(missing_ok=True)
            raise
        return name
