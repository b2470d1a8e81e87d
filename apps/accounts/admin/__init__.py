"""The admin's lists and profiles of accounts: staff, app keys."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.admin.app_keys import AppKeyAdmin
from apps.accounts.admin.staff import UserAdmin

__all__ = ["AppKeyAdmin", "UserAdmin"]

# Roles are edited in their own matrix; Django's page of groups would ask for Django's own permissions.
admin.site.unregister(Group)
# A second factor is set up and ended by verbs; its own page would show the secret of everybody's phone.
admin.site.unregister(TOTPDevice)
