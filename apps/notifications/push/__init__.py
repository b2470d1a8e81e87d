"""How a push leaves the house: one adapter, named by ``PUSH_ADAPTER`` (docs/adr/0210)."""
