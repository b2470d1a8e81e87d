"""Every job that the clock starts. Two beats are harmless: each job is safe to run twice."""

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, object]] = {
    "prune-notices": {
        "task": "apps.notifications.tasks.prune_notices",
        "schedule": crontab(hour=3, minute=40),
    },
}
