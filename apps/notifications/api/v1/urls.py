"""``/api/v1/staff/notifications…`` and ``/api/v1/staff/devices``."""

from django.urls import path

from apps.notifications.api.v1.views import (
    Devices,
    NoticeKinds,
    Notices,
    ReadNotices,
    UnreadNotices,
)

urlpatterns = [
    path("notifications", Notices.as_view(), name="staff-notifications"),
    path("notifications/read", ReadNotices.as_view(), name="staff-notifications-read"),
    path("notifications/unread", UnreadNotices.as_view(), name="staff-notifications-unread"),
    path("notifications/kinds", NoticeKinds.as_view(), name="staff-notifications-kinds"),
    path("devices", Devices.as_view(), name="staff-devices"),
]
