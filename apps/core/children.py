"""A child process for bytes from outside: no database, no secret, and bounds on memory and time.

What a decoder does wrong then ends the child and not the web process (docs/adr/0701). The child is a module
whose ``main`` calls ``child_bounds.bind`` first, reads its standard input and answers on its standard output.
"""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


class ChildFailedError(Exception):
    """The child gave no answer; ``was_ended`` says whether it met a bound or fell over by itself."""

    def __init__(self, *, was_ended: bool) -> None:
        super().__init__()
        self.was_ended = was_ended


def answer(module: str, asked: str, content: bytes, *, seconds: int) -> bytes:
    """What a child of ``module`` answers, asked by one argument. Raises ChildFailedError."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, asked],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=seconds * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as why:
        raise ChildFailedError(was_ended=True) from why
    if done.returncode:
        log.warning(
            "%s ended by %s: %s", module, done.returncode, done.stderr.decode(errors="replace")[-1000:]
        )
        raise ChildFailedError(was_ended=done.returncode < 0)
    return done.stdout
