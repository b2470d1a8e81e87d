"""A grocer's catalogue and what suppliers write of it: made up, the same for the same seed, shared by bench and tests.

``catalogue`` makes the products, ``lines`` the labelled lines, ``disguises`` what is done to a name, ``judging``
counts how the matcher fares. The words of ``goods.txt``, ``shorts.txt`` and ``tongues.txt`` were written down for
themselves: they are not the matcher's tables, or it would be its own judge.
"""
