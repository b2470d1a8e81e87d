"""One request as pages see it: what is wanted, and whether by who sits here or by a page elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl, unquote

HERE: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
OURS: Final = frozenset({"same-origin", "none"})  # none: typed, or from a bookmark
STEPS: Final = 3  # at most: /app/<doctype>/<name>, and the name may hold anything


@dataclass(frozen=True)
class Visit:
    """What came in."""

    method: str
    path: str
    headers: Message
    body: bytes = b""

    @cached_property
    def steps(self) -> Sequence[str]:
        """The address in parts: /app/item/A%2FB is app, item and A/B."""
        raw = self.path.partition("?")[0].strip("/")
        return [unquote(step) for step in raw.split("/", STEPS - 1) if step]

    @property
    def asked(self) -> dict[str, str]:
        """What stands behind the address."""
        return dict(parse_qsl(self.path.partition("?")[2]))

    @property
    def form(self) -> dict[str, str]:
        """What a form sent."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def is_for_people(self) -> bool:
        """Whether a browser asks, and not a client of the API."""
        return "text/html" in self._said("Accept")

    @property
    def is_at_home(self) -> bool:
        """Whether it came by a name of this machine: a name elsewhere may be turned to lead here."""
        return bool(HERE.fullmatch(self._said("Host")))

    @property
    def is_steered(self) -> bool:
        """Whether another site's page sends it to change something here."""
        if self.method == "GET":
            return False
        origin, fetched = self._said("Origin"), self._said("Sec-Fetch-Site")
        return bool(origin and origin != f"http://{self._said('Host')}") or bool(
            fetched and fetched not in OURS
        )

    def _said(self, header: str) -> str:
        return str(self.headers.get(header, "")).lower()
