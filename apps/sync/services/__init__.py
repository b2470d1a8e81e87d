"""The sync's verbs. Command, clock and screen all call ``run``."""

from apps.sync.services.asking import ask_for_run, asked_for, run_asked
from apps.sync.services.retrying import retry_parked
from apps.sync.services.running import Progress, Rehearsal, Silent, bury_all_the_dead, rehearse, run
from apps.sync.services.scheduling import Due, due, interval_of, interval_option, run_due
from apps.sync.services.sending import Sent, send_waiting
from apps.sync.services.upkeep import Pruned, mirrored_site, prune, reset, retry_quarantine, run_approved
from apps.sync.services.verifying import verify

__all__ = [
    "Due",
    "Progress",
    "Pruned",
    "Rehearsal",
    "Sent",
    "Silent",
    "ask_for_run",
    "asked_for",
    "bury_all_the_dead",
    "due",
    "interval_of",
    "interval_option",
    "mirrored_site",
    "prune",
    "rehearse",
    "reset",
    "retry_parked",
    "retry_quarantine",
    "run",
    "run_approved",
    "run_asked",
    "run_due",
    "send_waiting",
    "verify",
]
