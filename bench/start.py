"""How long the embedded services take: the first time, again, after a kill, and when they run already."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from apps.core.embedded import Services, places, services
from apps.core.embedded.process import number_in

TITLE = "Starting PostgreSQL and Valkey"


def run() -> list[dict[str, str]]:
    """One row for each way of starting; the ratio is to the first start."""
    folder = Path(tempfile.mkdtemp(prefix="larder-bench-", dir=places.SHORT))
    folder.chmod(0o755)
    own = services(folder)
    try:
        taken = {
            "first start (makes the cluster)": _seconds(own.start),
            "nothing to do": _seconds(own.start),
            "after a stop": _after(own.stop, own),
            "after kill -9 of both": _after(lambda: _kill(own), own),
        }
    finally:
        own.stop()
        shutil.rmtree(folder)
    first = next(iter(taken.values()))
    return [
        {"start": name, "seconds": f"{seconds:.2f}", "ratio": f"{seconds / first:.2f}"}
        for name, seconds in taken.items()
    ]


def _after(prepare: Callable[[], None], own: Services) -> float:
    prepare()
    return _seconds(own.start)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _kill(own: Services) -> None:
    for service, pid_file in zip(own.own, ("postmaster.pid", "valkey.pid"), strict=True):
        number = number_in(service.data / pid_file)
        assert number
        os.kill(number, signal.SIGKILL)
