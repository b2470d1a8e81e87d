"""Larder's face on the admin theme (LOOK: tokens)."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Larder",
    "SITE_HEADER": "Larder",
}
