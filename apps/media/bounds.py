"""What is sent to the library's doors is cut off where it passes what is taken: a film fills no disk."""

from typing import Any, ClassVar

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.urls import reverse

from apps.core.pictures import MOST_BYTES


class BoundedUpload(FileUploadHandler):
    """First of the upload handlers: drops a file that is too large and goes on with the next one.

    The names of those dropped stand in ``request.too_large``; the view says so. Another app bounds the doors
    behind a page of its own by a subclass.
    """

    page: ClassVar[str] = "admin:media_library"
    most: ClassVar[int] = MOST_BYTES
    is_ours = False
    got = 0

    def handle_raw_input(self, input_data: Any, META: Any, *rest: Any, **named: Any) -> None:  # noqa: N803 - Django's
        self.is_ours = META.get("PATH_INFO", "").startswith(reverse(self.page))

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.got = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.got += len(raw_data)
        if self.is_ours and self.got > self.most:
            known = getattr(self.request, "too_large", [])
            self.request.too_large = [*known, self.file_name or ""]  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
