"""The staff pages of notifications: one's own feed, and the words of messages to customers."""

from apps.notifications.pages import feed, texts

__all__ = ["feed", "texts"]
