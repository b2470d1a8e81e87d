"""The sync's verbs. Command, clock and screen all call ``run``."""

from apps.sync.services.running import Progress, Silent, run

__all__ = ["Progress", "Silent", "run"]
