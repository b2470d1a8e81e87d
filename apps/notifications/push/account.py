"""The key of the Google service account that sends our pushes; read before there are settings."""

import json
from pathlib import Path
from typing import Any, Final

NEEDED: Final = frozenset({"project_id", "client_email", "private_key", "token_uri"})


def service_account(credentials: str) -> dict[str, Any]:
    """The key of a service account. Raises ValueError for what is none."""
    text = credentials if credentials.lstrip().startswith("{") else Path(credentials).read_text("utf-8")
    account: dict[str, Any] = json.loads(text)
    if not isinstance(account, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - as json says it of any other text
    missing = NEEDED - set(account)
    if missing:
        raise ValueError(f"it has no {', '.join(sorted(missing))}")
    return account
