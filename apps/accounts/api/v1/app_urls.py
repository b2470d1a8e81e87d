"""``/api/v1/app``: about the app that calls, whoever sits before it."""

from django.urls import path

from apps.accounts.api.v1.views import CallingAppView

urlpatterns = [
    path("app", CallingAppView.as_view(), name="app"),
]
