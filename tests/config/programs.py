"""``python -m config.run`` as a person starts it, in a folder and on ports of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from apps.core.embedded.process import command_of, number_in
from config.environment import BASE_DIR

READY = "Ctrl-C stops everything."


def free_port() -> int:
    """A port that is free and so is the next, which the demo ERPNext takes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


class Running:
    """One ``make run`` and what it has said so far."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.port = int(environment.get("PORT") or free_port())
        self.said = var.with_name(f"{var.name}-said-{self.port}.txt")
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DJANGO_ENV", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        }
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"],
                cwd=BASE_DIR,
                env=kept | {"LARDER_VAR": str(var), "PORT": str(self.port)} | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.said.read_text()

    def wait_for(self, words: str, *, seconds: float = 90) -> None:
        """Until it has said these words."""
        eventually(lambda: words in self.text or self.process.poll() is not None, seconds=seconds)
        assert words in self.text, self.text

    def number_of(self, program: str) -> int:
        """The process number of one of its programs, by its own record."""

        return int(json.loads((self.var / "run.json").read_text())[program][0])

    def end(self, by: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(60)


def eventually(true: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until it is true; fails when it does not come true in time."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not come true in time"
        time.sleep(0.1)


def processes_of(var: Path) -> list[str]:
    """Every live process whose command or environment names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if f"{var}".encode() in told and command_of(int(entry.name)):
            found.append(command_of(int(entry.name)))
    return found


def service_number(pid_file: Path) -> int:
    number = number_in(pid_file)
    assert number is not None
    return number
