"""A grocer's catalogue and what suppliers write of it: made up, the same for one seed; for bench and tests.

``catalogue`` makes products, ``lines`` labelled lines of any products, ``disguises`` is what is done to a
name, ``judging`` counts how the matcher fares. The words of ``goods.txt``, ``shorts.txt`` and ``tongues.txt``
are none of the matcher's tables, which would make it its own judge: they were written down for themselves.
"""
