"""What was told and pushed, as staff look it up."""

from apps.notifications.admin import messages

__all__ = ["messages"]
