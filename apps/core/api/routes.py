"""What may stand in a route's path."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code or name that people gave, slashes included; never a NUL, which PostgreSQL holds no text with."""

    regex = "[^\\x00]+"


register_converter(CodeConverter, "code")
