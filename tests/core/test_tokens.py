"""Tokens as text: read as they were written, and told from whatever we did not sign for this use."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from apps.core import tokens
from apps.core.tokens import LIFE, Access, Refresh, TokenRefusedError

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ACCESS = Access("staff", "7", UUID("f7c69ae3-e9e6-418f-a064-6d205affbe79"), 3, 1, {"roles": ["Clerk"]})


def test_a_token_is_read_as_it_was_written_until_it_runs_out():
    token = tokens.sign(ACCESS, at=NOW)
    assert tokens.read(token, at=NOW + LIFE - timedelta(seconds=1)) == ACCESS
    with pytest.raises(TokenRefusedError) as why:
        tokens.read(token, at=NOW + LIFE)
    assert why.value.code == "token-expired"


def forged(**changes: Any) -> str:
    """A token of ours but for what is changed in its header, its claims or its key."""
    said = jwt.decode(tokens.sign(ACCESS, at=NOW), options={"verify_signature": False}) | changes.pop(
        "claims", {}
    )
    header = {"typ": "at+jwt", "kid": "staff"} | changes.pop("header", {})
    key = changes.pop("key", tokens._key("access", "staff"))
    return jwt.encode(said, key, changes.pop("algorithm", "HS256"), headers=header)


@pytest.mark.parametrize(
    "token",
    [
        forged(algorithm="none", key=None),
        forged(algorithm="HS512", key=b"k" * 64),
        forged(key=settings.SECRET_KEY),
        forged(key=tokens._key("access", "customer")),
        forged(key=tokens._key("refresh", "staff")),
        forged(header={"kid": "customer"}),
        forged(header={"typ": "JWT"}),
        forged(claims={"aud": "larder:customer"}),
        forged(claims={"iss": "somebody"}),
        tokens.sign(ACCESS, at=NOW)[:-2],
        tokens.sign(ACCESS, at=NOW) + "x" * 5000,
        tokens.refresh_token("staff", Refresh(ACCESS.family, 1)),
    ],
)
def test_what_we_did_not_sign_for_this_use_is_no_token(token):
    with pytest.raises(TokenRefusedError) as why:
        tokens.read(token, at=NOW)
    assert why.value.code == "token-invalid"


@given(st.text(max_size=200))
def test_no_text_is_a_token(text):
    for read in (lambda: tokens.read(text, at=NOW), lambda: tokens.read_refresh("staff", text)):
        with pytest.raises(TokenRefusedError):
            read()


@given(st.uuids(), st.integers(1, 999_999_999))
def test_a_refresh_token_is_read_as_it_was_written_and_not_for_another_kind(family, generation):
    refresh = Refresh(family, generation)
    token = tokens.refresh_token("staff", refresh)
    assert tokens.read_refresh("staff", token) == refresh
    for wrong in (token.replace(f"_{generation}_", f"_{generation % 999 + 1000}_"), token[:-1] + "~"):
        with pytest.raises(TokenRefusedError):
            tokens.read_refresh("staff", wrong)
    with pytest.raises(TokenRefusedError):
        tokens.read_refresh("customer", token)
