"""``/api/v1/staff/…``: staff sign in, and hear about themselves."""

from django.urls import path

from apps.accounts.api.v1.views import Me, Refresh, SignIn, SignOut

urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("auth/sign-in", SignIn.as_view(), name="staff-sign-in"),
    path("auth/refresh", Refresh.as_view(), name="staff-refresh"),
    path("auth/sign-out", SignOut.as_view(), name="staff-sign-out"),
]
