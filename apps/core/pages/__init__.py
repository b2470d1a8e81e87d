"""The staff pages of core: what staff may tune, and the audit trail.

They are loaded from here, not by ``apps.core.admin``: the theme loads our template tags, which need that
package, before the theme's own classes are there.
"""

from apps.core.admin import audit_trail
from apps.core.pages import settings, system

__all__ = ["audit_trail", "settings", "system"]
