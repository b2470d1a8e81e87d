"""What Redis (or Valkey) says of itself."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Tone
from apps.core.figures import count_text
from apps.core.system import sizes
from apps.core.system.parts import Fact, Kind, Look, offer

SLOW: Final = 20  # milliseconds
FULL: Final = 0.9  # of maxmemory
STEADY: Final = 1_000_000  # bytes: what it uses moves at every breath


def facts(look: Look) -> Iterator[Fact]:
    redis = look.redis
    yield _ping(redis)
    info: Any = redis.info("memory")
    yield _memory(info)
    yield Fact(_("Keys"), count_text(int(redis.dbsize())), is_restless=True)
    yield _policy(str(info.get("maxmemory_policy", "")))


def _ping(redis: Any) -> Fact:
    began = perf_counter()
    redis.ping()
    took = (perf_counter() - began) * 1000
    if took < SLOW:  # told in steps: nobody wants to know it closer
        step = next(step for step in (1, 5, SLOW) if took < step)
        return Fact(_("Answers within"), _t("%(ms)d ms") % {"ms": step}, Tone.WELL, is_restless=True)
    advice = _("Every request asks it. It should be near, and have a processor of its own.")
    return Fact(_("Answers within"), _t("%(ms)d ms") % {"ms": round(took)}, Tone.LOOK, advice)


def _memory(info: Any) -> Fact:
    used, most = int(info["used_memory"]), int(info.get("maxmemory", 0))
    said = sizes.bytes_text(max(STEADY, round(used / STEADY) * STEADY))
    if not most:
        return Fact(_("Memory"), said, is_restless=True)
    said = _t("%(used)s of %(most)s") % {"used": said, "most": sizes.bytes_text(most)}
    if used < most * FULL:
        return Fact(_("Memory"), said, Tone.WELL, is_restless=True)
    return Fact(_("Memory"), said, Tone.ACT, _("When it is full no task can be queued: raise its maxmemory."))


def _policy(policy: str) -> Fact:
    if policy == "noeviction":
        return Fact(_("When full"), policy, Tone.WELL, is_code=True)
    advice = _("Set maxmemory-policy to noeviction: the queue lives there, and would be thrown away unseen.")
    return Fact(_("When full"), policy or "—", Tone.LOOK, advice, is_code=True)


offer(Kind(name="redis", title=_("Redis"), icon="bolt", ask=lambda look: list(facts(look)), order=30))
