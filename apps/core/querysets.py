"""What can be asked of the trace, of the outbox and of sign-ins through apps."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Func, Q, TextField
from django.db.models.functions import Cast, Left

from apps.core.states import WAITING, OutgoingState

if TYPE_CHECKING:
    from apps.core.models import AuditEntry, Outgoing  # noqa: F401

# The index on the trace is built on this very expression: change both or neither.
# Of before and after only so much: PostgreSQL refuses more than a megabyte of words, and with them the act.
VALUES_READ: Final = 10_000
FEW: Final = 5_000  # found entries that are sooner gathered than met on the way back through time


def _values(column: str) -> "Func[Any]":
    return Left(Cast(column, TextField()), VALUES_READ)


AUDIT_WORDS = SearchVector(
    "action", "actor_label", "subject_label", "reason", _values("before"), _values("after"), config="simple"
)


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """The trace, latest first."""

    def about(self, *, kind: str, subject_id: str) -> Self:
        """What happened to one subject."""
        return self.filter(subject_kind=kind, subject_id=subject_id)

    def done_by(self, *, kind: str, actor_id: str) -> Self:
        """What one actor did."""
        return self.filter(actor_kind=kind, actor_id=actor_id)

    def between(self, start: datetime, end: datetime) -> Self:
        """From ``start`` up to, but without, ``end``."""
        return self.filter(at__gte=start, at__lt=end)

    def matching(self, text: str) -> Self:
        """Entries with every word of ``text``, or its beginning, in who, what, why, before and after.

        PostgreSQL cannot tell a rare beginning of a word from a frequent one. Asked for the latest, it would
        look for a rare word through all of time; so what is rare is gathered first, by the index.
        """
        words = [word for word in ("".join(filter(_searchable, part)) for part in text.split()) if word]
        if not words:
            return self.none()
        query = " & ".join(f"'{word}':*" for word in words)
        wanted = SearchQuery(query, search_type="raw", config="simple")
        found = self.model.objects.alias(words=AUDIT_WORDS).filter(words=wanted).order_by()
        few = list(found.values_list("pk", flat=True)[: FEW + 1])
        return (
            self.filter(pk__in=few) if len(few) <= FEW else self.alias(words=AUDIT_WORDS).filter(words=wanted)
        )


def _searchable(character: str) -> bool:
    """Whether a character may stand in a quoted lexeme."""
    return character.isalnum() or character in "@.-_:/+#"


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    """The outbox."""

    def waiting(self, at: datetime) -> Self:
        """What may be sent now, the oldest first."""
        due = Q(next_try_at=None) | Q(next_try_at__lte=at)
        return self.filter(due, state__in=WAITING).order_by("id")

    def sendable(self, at: datetime) -> Self:
        """What a person may have sent before it is due, the oldest first.

        Not what waits with no error: something else that was sent before it may still reach ERPNext.
        """
        settling = Q(last_error="", next_try_at__gt=at)
        return self.filter(state__in=WAITING).exclude(settling).order_by("id")

    def under_way(self) -> Self:
        """What a sender has taken up, be he alive or not."""
        return self.filter(state=OutgoingState.SENDING)

    def stuck(self, before: datetime) -> Self:
        """What a sender took up before ``before`` and never came back from."""
        return self.filter(state=OutgoingState.SENDING, taken_at__lt=before)

    def open(self) -> Self:
        """What has not reached its end yet."""
        return self.exclude(state__in=[OutgoingState.SENT, OutgoingState.DISCARDED])

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def about(self, *, kind: str, subject_id: str) -> Self:
        """What ERPNext was, or is to be, told of one subject."""
        return self.filter(subject_kind=kind, subject_id=subject_id)


class AppSignInQuerySet(models.QuerySet[Any]):
    """Sign-ins through apps, of whatever kind of person."""

    def going(self, at: datetime) -> Self:
        """Those that nobody has ended and that have not run out; whose rights changed, the owner knows."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)

    def dead_for(self, spell: timedelta, *, at: datetime) -> Self:
        """Those that ended or ran out so long ago."""
        return self.filter(Q(ended_at__lt=at - spell) | Q(expires_at__lt=at - spell))
