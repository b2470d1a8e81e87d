"""What staff can be told. Each upper app registers its kinds in its ``notices.py``."""

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.notifications.states import Severity


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice: what the feed can be narrowed to, and how it looks there."""

    key: str
    title: str | Promise
    icon: str = "notifications"
    severity: Severity = Severity.INFO
    must_be_told: bool = False  # somebody waits for it: nobody can mute it

    @property
    def can_be_muted(self) -> bool:
        """Whether one may have the bell keep quiet about it: never about what needs acting on."""
        return not self.must_be_told and self.severity != Severity.ACT


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Let notices of this kind into the feed. Raises ValueError when another has its key."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"there is another kind of notice called “{kind.key}”")


def kind_of(key: str) -> NoticeKind:
    """The kind of a key. Raises LookupError for one that nobody registered."""
    return _kinds[key]


def kinds() -> list[NoticeKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.key)


def forget(key: str) -> None:
    """Take a kind away again (a test does; the running house never does)."""
    _kinds.pop(key, None)
