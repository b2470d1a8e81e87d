"""Asking for a decision, and taking it. Nobody accepts what he made himself; the second of two is told."""

from apps.approvals.services.accepting import Outcome, accept, accept_several, edit_and_accept
from apps.approvals.services.asking import Proposal, ask, revise
from apps.approvals.services.assigning import assign
from apps.approvals.services.ending import close_for_subject, close_items, reject

__all__ = [
    "Outcome",
    "Proposal",
    "accept",
    "accept_several",
    "ask",
    "assign",
    "close_for_subject",
    "close_items",
    "edit_and_accept",
    "reject",
    "revise",
]
