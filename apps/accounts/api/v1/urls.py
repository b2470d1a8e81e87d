"""``/api/v1/staff/…``: about whoever is signed in."""

from django.urls import path

from apps.accounts.api.v1.views import Me

urlpatterns = [
    path("me", Me.as_view(), name="me"),
]
