"""The files of the demo site: those of goods are drawn when they are asked for, others are put there."""

from hashlib import sha256
from http import HTTPStatus
from typing import Final

from apps.sync.demo.collation import worded
from apps.sync.demo.drawing import drawn
from apps.sync.demo.envelopes import Answer, RefusalError, error_page
from apps.sync.demo.store import Store
from apps.sync.demo.users import GUEST, User

PUBLIC: Final = "/files/"
PRIVATE: Final = "/private/files/"
# what has a picture, what it is called, and what its colour is chosen by
PICTURED: Final = (
    ("Item", "item_name", "item_group"),
    ("Item Group", "item_group_name", "parent_item_group"),
)
KINDS: Final = {"jpg": ("JPEG", "image/jpeg"), "png": ("PNG", "image/png")}


class Files:
    """What stands under /files/ and /private/files/ (API.md 15)."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.put: dict[str, tuple[bytes, str]] = {}  # content and type, by address

    def answer(self, path: str, user: User, *, known: str = "") -> Answer:
        """A file; ``known`` is how the one who asks calls the version that he has. Raises RefusalError."""
        if path.startswith(PRIVATE) and user.name == GUEST:
            raise RefusalError(403, "PermissionError", shown="You don't have permission to access this file")
        content, kind = self.put.get(path) or self._drawn(path)
        if not content:
            return Answer(404, error_page(404, "The requested URL was not found on the server."))
        etag = f'"{sha256(content).hexdigest()[:16]}"'
        if known == etag:
            return Answer(HTTPStatus.NOT_MODIFIED, b"", {"ETag": etag})
        return Answer(200, content, {"ETag": etag, "Content-Type": kind})

    def _drawn(self, path: str) -> tuple[bytes, str]:
        """The picture of the good or the group that has it; nothing where none has."""
        form, kind = KINDS.get(path.rpartition(".")[2], ("", ""))
        for doctype, named, shelf in PICTURED if form else ():
            rows = self.store.table(doctype).rows.index("image").equal([worded(path)])
            if row := next((row for row in rows if row["image"] == path), None):
                return drawn(str(row[named]), str(row[shelf]), form=form), kind
        return b"", ""
