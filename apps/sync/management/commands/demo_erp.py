"""manage.py demo_erp: the demo ERPNext, in the foreground until it is told to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from apps.core.commands import LarderCommand
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.spans import TIME_ZONE
from apps.sync.demo.store import Store


class Command(LarderCommand):
    requires_system_checks = ()
    help = "Serve the demo ERPNext on this machine: a made-up grocer with a year of trade up to yesterday."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="default: PORT + 1")
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            help="so many times 300 items, 400 customers and 2,500 invoices a year; 0: a kiosk (default: 1)",
        )
        parser.add_argument(
            "--seed", type=int, default=7, help="the same number makes up the same grocer (default: 7)"
        )
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            default=None,
            help="the day that the year of trade leads up to, as 2026-11-25 (default: today)",
        )
        parser.add_argument(
            "--lively",
            type=float,
            metavar="SECONDS",
            default=None,
            help="let something happen in the shop every so many seconds (default: only when asked, "
            "by POST /demo/happen)",
        )
        parser.add_argument(
            "--recorded",
            action="store_true",
            help="serve the sixty or so records of each kind that a real ERPNext once sent, instead",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port = settings.DEPLOYMENT.port + 1 if options["port"] is None else options["port"]
        if options["scale"] < 0:
            raise CommandError("--scale is 0 or more.")
        if options["lively"] is not None and options["lively"] <= 0:
            raise CommandError("--lively is a number of seconds above 0.")
        try:
            server = DemoServer(Site(_store(options)), port=port)
        except OSError as why:
            raise CommandError(f"Port {port} is taken: choose another with --port.") from why
        for number in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for serve_forever(), which the handler interrupts: from a thread of its own
            signal.signal(number, lambda *_: threading.Thread(target=server.stop).start())
        self.stdout.write(f"The demo ERPNext listens on {server.url} (key {DEMO_KEY}, secret {DEMO_SECRET}).")
        self.stdout.flush()
        with server.http, _living(server, options["lively"]):
            server.serve()
        self.stdout.write("The demo ERPNext has stopped.")


@contextmanager
def _living(server: DemoServer, seconds: float | None) -> Iterator[None]:
    """While this lasts, things happen in the shop by themselves."""
    over = threading.Event()

    def live() -> None:
        while not over.wait(seconds):
            server.control.alive.happen()

    if seconds is not None:
        threading.Thread(target=live, name="demo-life", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _store(options: dict[str, Any]) -> Store:
    if options["recorded"]:
        return Store.recorded()
    today = options["day"] or datetime.now(ZoneInfo(TIME_ZONE)).date()
    return stocked(scale=options["scale"], seed=options["seed"], today=today)
