"""The demo's pages for people: switches that break it and mend it, and its documents, to read and to edit.

They stand where ERPNext's own desk has its pages, and only a browser gets them; whoever asks for JSON never
meets them.
"""

from apps.sync.demo.pages.pages import Pages
from apps.sync.demo.pages.visit import Visit

__all__ = ["Pages", "Visit"]
