"""The matcher: a supplier's line of text in, scored products with reasons out. No Django, no database.

    index = index_of(products)                   # once a catalogue; may be pickled
    matcher = Matcher(index)                     # once a file
    match = matcher.match(Line(name, part_number), Known(parts=…, names=…, barcodes=…, codes=…))

``words`` (data) → ``tables`` → ``reading`` and ``sizes`` (what a name says) → ``index`` (a catalogue)
→ ``asking`` (a line as a question to it) → ``scoring``, ``proofs``, ``explaining`` → ``matcher``. What goes
in and out stands in ``model``; the keys of ``Known`` are made by ``reading.part_key`` and ``name_key``, and
by ``barcodes.barcode_key``.

Only ``spelling`` imports rapidfuzz, and with it ``index`` and ``matcher``: modules that every command loads
name those by ``import_string``, where a file is really matched.
"""
