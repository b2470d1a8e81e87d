"""A worker in a process of its own, to be killed: ``python -m tests.sync.worker``.

Each line that it is sent names a mode, a page size and entities; it runs them and says ``done``.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

import django

django.setup()

from apps.core.actors import SYSTEM  # noqa: E402 - models need Django to be set up
from apps.core.errors import AlreadyRunningError  # noqa: E402
from apps.sync import services  # noqa: E402
from apps.sync.engine.declarations import Entity  # noqa: E402
from apps.sync.engine.job import Plan  # noqa: E402
from apps.sync.entities import in_order  # noqa: E402
from apps.sync.erpnext import client  # noqa: E402
from apps.sync.services import running  # noqa: E402
from apps.sync.states import Mode  # noqa: E402


def paged(entity: Entity, size: int) -> Entity:
    """The entity, read in pages of this size, so that a death has something to fall between."""
    return replace(entity, sources=tuple(replace(source, page_size=size) for source in entity.sources))


def work(mode: str, size: str, names: Sequence[str]) -> None:
    running.in_order = lambda asked: [paged(entity, int(size)) for entity in in_order(asked)]
    try:
        services.run(names, mode=Mode(mode), actor=SYSTEM, plan=Plan(is_forced=True))
    except AlreadyRunningError:
        """The other worker is at it."""


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    client.FIRST_WAIT = 0.005  # the waits are the same, only shorter
    say("ready")
    for line in sys.stdin:
        mode, size, *names = line.split()
        work(mode, size, names)
        say("done")


if __name__ == "__main__":
    main()
