"""``/api/v1/sync/…``."""

from django.urls import path

from apps.sync.api.v1.views import SyncEntities, SyncFeed, SyncRun, SyncRuns, SyncStatus
from apps.sync.api.v1.webhooks import ErpWebhook

urlpatterns = [
    path("entities", SyncEntities.as_view(), name="sync-entities"),
    path("status", SyncStatus.as_view(), name="sync-status"),
    path("runs", SyncRuns.as_view(), name="sync-runs"),
    path("runs/<int:pk>", SyncRun.as_view(), name="sync-run"),
    path("feed", SyncFeed.as_view(), name="sync-feed"),
    path("webhooks/erpnext", ErpWebhook.as_view(), name="sync-webhook"),
]
