"""The task queue: four queues, so that a long sync never holds up a notice to a customer."""

from celery import Celery

from config.schedule import SCHEDULE
from config.start import choose_settings

choose_settings()
app = Celery("larder")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
