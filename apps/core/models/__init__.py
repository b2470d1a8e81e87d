"""Rows that every app needs and none owns."""

from apps.core.models.app_sign_in import AppSignIn
from apps.core.models.audit import AuditEntry
from apps.core.models.draft import Draft
from apps.core.models.listing import ChosenColumns, SavedView
from apps.core.models.option import OptionValue
from apps.core.models.outgoing import Outgoing, OutgoingMove

__all__ = [
    "AppSignIn",
    "AuditEntry",
    "ChosenColumns",
    "Draft",
    "OptionValue",
    "Outgoing",
    "OutgoingMove",
    "SavedView",
]
