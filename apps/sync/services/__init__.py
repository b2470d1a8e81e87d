"""The sync's verbs. Command, clock and screen all call ``run``."""

from apps.sync.services.asking import ask_for_run, asked_for, run_asked
from apps.sync.services.comparing import (
    ask_for_comparison,
    ask_for_comparisons,
    bury_dead_comparisons,
    compare_asked,
    comparisons_asked_for,
    read_differing_again,
)
from apps.sync.services.feed_clearing import clear_feed
from apps.sync.services.inspecting import (
    ask_for_check,
    ask_to_make,
    check_asked,
    last_check,
    overdue_check,
)
from apps.sync.services.picturing import fetch_pictures
from apps.sync.services.receiving import (
    GATHERING,
    Told,
    check_secret,
    gathered,
    is_first_told,
    is_signed,
    receive,
)
from apps.sync.services.retrying import retry_parked
from apps.sync.services.running import Progress, Rehearsal, Silent, bury_all_the_dead, rehearse, run
from apps.sync.services.scheduling import Due, due, interval_of, interval_option, run_due
from apps.sync.services.sending import Sent, send_waiting
from apps.sync.services.upkeep import Pruned, mirrored_site, prune, reset, retry_quarantine, run_approved
from apps.sync.services.verifying import verify

__all__ = [
    "GATHERING",
    "Due",
    "Progress",
    "Pruned",
    "Rehearsal",
    "Sent",
    "Silent",
    "Told",
    "ask_for_check",
    "ask_for_comparison",
    "ask_for_comparisons",
    "ask_for_run",
    "ask_to_make",
    "asked_for",
    "bury_all_the_dead",
    "bury_dead_comparisons",
    "check_asked",
    "check_secret",
    "clear_feed",
    "compare_asked",
    "comparisons_asked_for",
    "due",
    "fetch_pictures",
    "gathered",
    "interval_of",
    "interval_option",
    "is_first_told",
    "is_signed",
    "last_check",
    "mirrored_site",
    "overdue_check",
    "prune",
    "read_differing_again",
    "receive",
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
