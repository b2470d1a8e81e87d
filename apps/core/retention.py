"""How the trace is kept short enough: through its one gate, and told in the trace itself."""

from datetime import datetime
from typing import Final

from apps.core import audit
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.core.options.own import AuditOptions

AT_ONCE: Final = 10_000


def prune_audit(*, at: datetime, actor: Actor) -> int:
    """Remove entries that are older than staff want to keep, a transaction at a time. Says how many."""
    oldest = at - AuditOptions().kept_for
    removed = 0
    while AuditEntry.objects.filter(at__lt=oldest).exists():
        with audit.opened_gate(actor=actor, reason=f"entries from before {oldest:%d %b %Y} are removed"):
            batch = AuditEntry.objects.filter(at__lt=oldest).order_by("at").values("pk")[:AT_ONCE]
            removed += AuditEntry.objects.filter(pk__in=batch).delete()[0]
    return removed
