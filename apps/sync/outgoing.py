"""What is sent to ERPNext, for the apps that queue it and may not know who sends it (core.outgoing)."""

from functools import partial

from apps.core.outgoing import Sends, offer
from apps.sync.push import KINDS, Kind
from apps.sync.services import gate
from apps.sync.states import Direction


def _is_wanted(kind: Kind) -> bool:
    return gate.allows(kind.entity.name, Direction.PUSH)


for one in KINDS.values():
    offer(one.key, Sends(partial(_is_wanted, one), most_rows=one.most_rows))
