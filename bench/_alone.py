"""A measurement in a process of its own, so that none pays for another's memory."""

import importlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import django

Rows = list[dict[str, str]]


def measured_alone(name: str) -> tuple[str, Rows]:
    """The title and the rows of ``bench.<name>``."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        return processes.submit(_measured, name).result()


def _measured(name: str) -> tuple[str, Rows]:
    django.setup()
    measurement = importlib.import_module(f"bench.{name}")
    return measurement.TITLE, measurement.run()
