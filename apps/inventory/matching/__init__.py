"""The matcher: a supplier's line of text in, scored products with reasons out. No Django, no database.

``words`` (data) → ``reading`` and ``sizes`` (what a name says) → ``index`` (a catalogue, read once) →
``scoring`` → ``matcher`` (a line against an index). Only ``spelling`` imports rapidfuzz, and only ``matcher``
imports that: who is loaded by every command names ``apps.inventory.matching.matcher`` by ``import_string``
where a file is really matched.
"""
