"""The embedded PostgreSQL and Valkey: what runs, and everything one may want to do with them."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.embedded import Postgres, ServiceError, Services, Valkey

Service = Postgres | Valkey


class Command(BaseCommand):
    help = "Show, start, stop, erase, open or dump the embedded PostgreSQL and Valkey."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="what runs, and where")
        verbs.add_parser("start", help="start what does not run")
        verbs.add_parser("stop", help="stop both")
        reset = verbs.add_parser("reset", help="throw all data away")
        reset.add_argument("--yes", action="store_true", help="do not ask")
        verbs.add_parser("psql", help="open a prompt on the database")
        dump = verbs.add_parser("dump", help="write the database into one file for pg_restore")
        dump.add_argument("file", nargs="?", type=Path)

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        own: Services = settings.EMBEDDED
        try:
            getattr(self, verb)(own, **options)
        except ServiceError as why:
            raise CommandError(str(why)) from why

    def status(self, own: Services, **_: Any) -> None:
        for service, named in ((own.postgres, "DATABASE_URL"), (own.valkey, "REDIS_URL")):
            if service is None:
                self.stdout.write(f"{named} names a server, which Larder does not manage.")
            else:
                state = "runs" if service.is_running() else "is stopped"
                self.stdout.write(f"{service.name} {state}. Data: {service.data}. Socket: {service.socket}")

    def start(self, own: Services, **_: Any) -> None:
        for service in self._ours(own):
            service.start()
        self.status(own)

    def stop(self, own: Services, **_: Any) -> None:
        for service in self._ours(own):
            service.stop()
        self.status(own)

    def reset(self, own: Services, *, yes: bool, **_: Any) -> None:
        services = self._ours(own)
        folders = " and ".join(str(service.data) for service in services)
        if not yes and not self._confirmed(folders):
            raise CommandError("Nothing was erased.")
        for service in services:
            service.erase()
        self.stdout.write(f"Erased {folders}. The next start begins with an empty Larder.")

    def psql(self, own: Services, **_: Any) -> None:
        postgres = self._postgres(own, instead='psql "$DATABASE_URL"')
        postgres.start()
        command = [str(part) for part in (*postgres.client("psql"), "-U", "larder", "larder")]
        os.execv(command[0], command)  # noqa: S606 - a prompt of its own, with our terminal

    def dump(self, own: Services, *, file: Path | None, **_: Any) -> None:
        postgres = self._postgres(own, instead='pg_dump --format=custom --file FILE "$DATABASE_URL"')
        name = f"larder-{timezone.now():%Y%m%d-%H%M%S}.dump"
        target = (file or settings.DEPLOYMENT.var / "dumps" / name).absolute()
        postgres.start()
        postgres.dump(target)
        self.stdout.write(f"Wrote {target} ({target.stat().st_size:,} bytes).")

    def _ours(self, own: Services) -> tuple[Service, ...]:
        if not own.own:
            raise CommandError("DATABASE_URL and REDIS_URL name servers, which Larder does not manage.")
        return own.own

    def _postgres(self, own: Services, *, instead: str) -> Postgres:
        if own.postgres is None:
            raise CommandError(f"DATABASE_URL names a server, which Larder does not manage. Use: {instead}")
        return own.postgres

    def _confirmed(self, folders: str) -> bool:
        self.stdout.write(f"This erases everything in {folders}.")
        try:
            return input("Type “erase” to go on: ").strip() == "erase"
        except EOFError:
            return False
