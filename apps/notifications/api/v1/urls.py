"""``/api/v1/staff/notifications…``."""

from django.urls import path

from apps.notifications.api.v1.views import Notices, ReadNotices

urlpatterns = [
    path("notifications", Notices.as_view(), name="staff-notifications"),
    path("notifications/read", ReadNotices.as_view(), name="staff-notifications-read"),
]
