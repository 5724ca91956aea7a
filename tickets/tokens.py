"""Tokens that open what nobody signed in for: their holder keeps one, we keep its hash."""

from __future__ import annotations

import hashlib
import secrets

SHORTEST = 40


def new() -> str:
    """Return 256 random bits, as a browser or a mailed link carries them."""
    return secrets.token_urlsafe(32)


def hash_of(token: str | None) -> str:
    """Return what of a token is stored; "" for an empty or shortened one, which opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest() if token and len(token) >= SHORTEST else ""
