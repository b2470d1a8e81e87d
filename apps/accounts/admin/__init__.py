"""The admin's lists and profiles of accounts: staff."""

from django.contrib import admin
from django.contrib.auth.models import Group

from apps.accounts.admin.staff import UserAdmin

__all__ = ["UserAdmin"]

# Roles are edited in their own matrix; Django's page of groups would ask for Django's own permissions.
admin.site.unregister(Group)
