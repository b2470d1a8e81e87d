"""The sync's verbs. Command, clock and screen all call ``run``."""

from apps.sync.services.running import Progress, Silent, run
from apps.sync.services.scheduling import due, interval_of, run_due

__all__ = ["Progress", "Silent", "due", "interval_of", "run", "run_due"]
