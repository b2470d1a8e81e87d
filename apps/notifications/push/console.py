"""For a look and for work: pushes go to the log, and nowhere else. The page *Messages* shows them as well."""

from collections.abc import Sequence

import structlog

from apps.notifications.push.adapter import Outcome, Push, Result

log = structlog.get_logger(__name__)


class Console:
    """Writes each push to the log; of a token only its end, for it opens somebody's phone."""

    name = "console"

    def send(self, pushes: Sequence[Push]) -> list[Result]:
        for push in pushes:
            log.info("push", to=f"…{push.token[-6:]}", platform=push.platform, title=push.title)
        return [Result(Outcome.SENT, reference=f"console:{push.collapse}") for push in pushes]
