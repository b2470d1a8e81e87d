"""What must be true before Django is asked for anything: settings chosen, embedded services up."""

import os
import sys

from apps.core.embedded import ServiceError
from config.environment import Deployment, MisconfiguredError, read_environment

# Commands that must work while nothing runs, or that manage the services themselves.
WITHOUT_SERVICES = {
    "services", "demo_erp", "help", "--help", "-h", "--version", "version", "collectstatic",
    "compilemessages", "makemessages",
}  # fmt: skip


def choose_settings() -> Deployment:
    """Point Django at the settings of this deployment, or end with the sentence that says what is wrong."""
    try:
        deployment = read_environment()
    except MisconfiguredError as why:
        sys.exit(str(why))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{deployment.name}")
    return deployment


def prepare(arguments: list[str]) -> None:
    """Choose settings and, where no server was named, start our own PostgreSQL and Valkey."""
    deployment = choose_settings()
    if arguments and arguments[0] not in WITHOUT_SERVICES:
        start_services(deployment)


def start_services(deployment: Deployment) -> None:
    """Start what the deployment takes from its own folder, or end with the sentence that says why not."""
    try:
        deployment.own_services().start()
    except ServiceError as why:
        sys.exit(str(why))
