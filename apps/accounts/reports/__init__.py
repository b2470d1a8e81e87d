"""Reads about people, for screens and the API: what they may do and why, and how they sign in."""

from apps.accounts.reports.rights import Answer, FromRole, KeyLine, MenuLine, RightsOf, givers_of, why
from apps.accounts.reports.security import Security, second_factors, security

__all__ = [
    "Answer",
    "FromRole",
    "KeyLine",
    "MenuLine",
    "RightsOf",
    "Security",
    "givers_of",
    "second_factors",
    "security",
    "why",
]
