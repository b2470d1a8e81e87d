"""What stands before the door: a new password by e-mail."""

from django.urls import path

from apps.accounts.pages.resetting import AskForReset, SetNewPassword, reset_sent

urlpatterns = [
    path("reset/", AskForReset.as_view(), name="admin_password_reset"),
    path("reset/sent/", reset_sent, name="admin_reset_sent"),
    path("reset/<uidb64>/<token>/", SetNewPassword.as_view(), name="password_reset_confirm"),
]
