"""The process that opens a picture from outside: ``python -m apps.core.pictures.child < upload > copies``.

Asked by one line of JSON as its argument, it answers one line of JSON and then the copies, one after
another. It has no database, no secrets in its environment, a bound on memory and time, and lives for one
picture.
"""

import json
import sys
import warnings
from dataclasses import asdict
from typing import Any

from PIL import Image

from apps.core.child_bounds import bind
from apps.core.pictures.kinds import MEMORY, SECONDS, Copy, Kind, Order, UnfitError
from apps.core.pictures.making import made


def main(asked: str) -> None:
    """Answer one order."""
    _bind()
    try:
        prepared = made(sys.stdin.buffer.read(), _order(json.loads(asked)))
    except UnfitError as why:
        _say({"unfit": why.code, "facts": why.facts})
    except MemoryError:
        _say({"unfit": "too-heavy", "facts": {}})
    else:
        copies = (prepared.master, *prepared.renditions)
        _say({"copies": [_described(copy) for copy in copies]})
        for copy in copies:
            sys.stdout.buffer.write(copy.content)


def _bind() -> None:
    bind(seconds=SECONDS, memory=MEMORY)
    Image.MAX_IMAGE_PIXELS = None  # heads.py has its own, lower bound and its own sentence
    warnings.simplefilter("ignore")


def _order(asked: dict[str, Any]) -> Order:
    kind = asked.pop("kind")
    return Order(kind=Kind(kind) if kind else None, sides=tuple(asked.pop("sides")), **asked)


def _described(copy: Copy) -> dict[str, Any]:
    return asdict(copy) | {"content": len(copy.content)}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
