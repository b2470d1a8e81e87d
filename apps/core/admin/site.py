"""The staff's site: unfold's, with Larder's own search and errors."""

from unfold.sites import UnfoldAdminSite


class LarderSite(UnfoldAdminSite):
    """Larder's admin."""

    index_title = "Dashboard"
