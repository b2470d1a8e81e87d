"""Every job that the clock starts. Two beats are harmless: each job is safe to run twice."""

from datetime import timedelta

from celery.schedules import crontab

MINUTE = timedelta(minutes=1)
# A tick that waited for a busy worker until the next one came has nothing left to do: it goes, or hours of
# them would have to be worked off.
TICK = {"schedule": MINUTE, "options": {"expires": MINUTE.total_seconds()}}

SCHEDULE: dict[str, dict[str, object]] = {
    "queue-due-entities": {
        "task": "apps.sync.tasks.queue_due_entities",
        **TICK,
    },
    "send-the-outbox": {
        "task": "apps.sync.tasks.send_outgoing",
        **TICK,
    },
    "fetch-pictures": {
        "task": "apps.sync.tasks.fetch_pictures",
        **TICK,
    },
    "let-pictures-go": {
        "task": "apps.catalog.tasks.let_pictures_go",
        "schedule": crontab(hour=4, minute=20),
    },
    "send-pushes": {
        "task": "apps.notifications.tasks.send_pushes",
        **TICK,
    },
    "count-stock-outlook": {
        "task": "apps.inventory.tasks.count_outlook",
        **TICK,
    },
    "count-changed-demand": {
        "task": "apps.orders.tasks.count_changed_demand",
        **TICK,
    },
    "count-demand": {
        "task": "apps.orders.tasks.count_demand",
        "schedule": crontab(minute=20),
    },
    "close-gone-items": {
        "task": "apps.approvals.tasks.close_gone_items",
        "schedule": 5 * MINUTE,
        "options": {"expires": 5 * MINUTE.total_seconds()},
    },
    "verify-the-copy": {
        "task": "apps.sync.tasks.verify",
        "schedule": crontab(hour=5, minute=30),
    },
    "match-waiting-invoices": {
        "task": "apps.inventory.tasks.match_waiting",
        **TICK,
    },
    "offer-parked-lines": {
        "task": "apps.inventory.tasks.offer_parked",
        "schedule": crontab(hour=4, minute=40),
    },
    "link-coming-batches": {
        "task": "apps.inventory.tasks.link_coming",
        "schedule": crontab(hour=4, minute=45),
    },
    "tidy-invoice-files": {
        "task": "apps.inventory.tasks.tidy_files",
        "schedule": crontab(hour=4, minute=45),
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
    "prune-sign-ins": {
        "task": "apps.accounts.tasks.prune_sign_ins",
        "schedule": crontab(hour=4, minute=10),
    },
    "write-app-key-uses": {
        "task": "apps.accounts.tasks.write_app_key_uses",
        **TICK,
    },
    "tell-expiring-app-keys": {
        "task": "apps.accounts.tasks.tell_expiring_app_keys",
        "schedule": crontab(hour=7, minute=30),
    },
    "prune-app-sign-ins": {
        "task": "apps.accounts.tasks.prune_app_sign_ins",
        "schedule": crontab(hour=4, minute=5),
    },
    "make-late-sizes": {
        "task": "apps.media.tasks.ask_again",
        "schedule": crontab(minute="*/10"),
    },
    "tidy-media": {
        "task": "apps.media.tasks.tidy",
        "schedule": crontab(hour=4, minute=10),
    },
    "prune-notices": {
        "task": "apps.notifications.tasks.prune_notices",
        "schedule": crontab(hour=3, minute=40),
    },
}
