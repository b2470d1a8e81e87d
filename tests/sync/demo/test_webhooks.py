"""Webhooks as they are set up and delivered: over real HTTP, signed, tried three times, to this machine only."""

from apps.sync.demo.server import DemoServer
from tests.sync.demo.writing import Replay, chapter


def test_webhooks_are_set_up_and_refused_as_recorded(erp: DemoServer) -> None:
    replay = Replay(erp)
    for exchange in chapter("write_webhook"):
        replay.play(exchange)
