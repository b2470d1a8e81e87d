"""Every job that the clock starts. Two beats are harmless: each job is safe to run twice."""

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, object]] = {
    "prune-audit": {
        "task": "apps.core.tasks.prune_audit",
        "schedule": crontab(hour=3, minute=50),
    },
    "prune-notices": {
        "task": "apps.notifications.tasks.prune_notices",
        "schedule": crontab(hour=3, minute=40),
    },
}
