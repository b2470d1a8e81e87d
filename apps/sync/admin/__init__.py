"""What the sync did, what it could not read, and what it has yet to tell."""

from apps.sync.admin.outbox import OutboxAdmin
from apps.sync.admin.quarantine import QuarantineAdmin
from apps.sync.admin.runs import RunAdmin

__all__ = ["OutboxAdmin", "QuarantineAdmin", "RunAdmin"]
