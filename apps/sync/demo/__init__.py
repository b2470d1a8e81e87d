"""The demo ERPNext: a small server that answers like a real one, from recordings of a real one.

It stands in for the shop's ERPNext until ``ERPNEXT_URL`` names one, and for every test of the sync.
"""

from typing import Final

# Public on purpose: the demo listens on this machine only and holds nobody's data.
DEMO_KEY: Final = "larderdemokey00"
DEMO_SECRET: Final = "larderdemosecret"  # noqa: S105
DEMO_SITE: Final = "the demo ERPNext"
