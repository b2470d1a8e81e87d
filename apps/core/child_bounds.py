"""The bounds that a child process keeps itself within (``children.py``); imported by children only."""

import os
import resource
import sys


def bind(*, seconds: int, memory: int) -> None:
    """Keep this process, a child, within its bounds; people who wait for a page come first."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":  # elsewhere the bound is not kept, or refuses what is already mapped
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
