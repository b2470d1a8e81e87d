"""Every job that the clock starts. Two beats are harmless: each job is safe to run twice."""

from datetime import timedelta

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, object]] = {
    "queue-due-entities": {
        "task": "apps.sync.tasks.queue_due_entities",
        "schedule": timedelta(minutes=1),
    },
    "send-the-outbox": {
        "task": "apps.sync.tasks.send_outgoing",
        "schedule": timedelta(minutes=1),
    },
    "verify-the-copy": {
        "task": "apps.sync.tasks.verify",
        "schedule": crontab(hour=5, minute=30),
    },
    "prune-sync": {
        "task": "apps.sync.tasks.prune",
        "schedule": crontab(hour=3, minute=45),
    },
    "prune-audit": {
        "task": "apps.core.tasks.prune_audit",
        "schedule": crontab(hour=3, minute=50),
    },
    "prune-sessions": {
        "task": "apps.accounts.tasks.prune_sessions",
        "schedule": crontab(hour=4, minute=0),
    },
    "prune-notices": {
        "task": "apps.notifications.tasks.prune_notices",
        "schedule": crontab(hour=3, minute=40),
    },
}
