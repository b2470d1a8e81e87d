"""manage.py demo_erp: the demo ERPNext, in the foreground until it is told to stop."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from apps.core.commands import LarderCommand
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site


class Command(LarderCommand):
    requires_system_checks = ()
    help = "Serve the demo ERPNext on this machine, from recordings of a real one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="default: PORT + 1")

    def handle(self, *args: Any, **options: Any) -> None:
        port = settings.DEPLOYMENT.port + 1 if options["port"] is None else options["port"]
        try:
            server = DemoServer(Site(), port=port)
        except OSError as why:
            raise CommandError(f"Port {port} is taken: choose another with --port.") from why
        for number in (signal.SIGTERM, signal.SIGINT):
            # shutdown() waits for serve_forever(), which the handler interrupts: from a thread of its own
            signal.signal(number, lambda *_: threading.Thread(target=server.stop).start())
        self.stdout.write(f"The demo ERPNext listens on {server.url} (key {DEMO_KEY}, secret {DEMO_SECRET}).")
        self.stdout.flush()
        with server.http:
            server.serve()
        self.stdout.write("The demo ERPNext has stopped.")
