"""The conditions and templates of webhooks: as much of them as can be read without running anybody's code."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Values = Mapping[str, Any]
PLACE: Final = re.compile(r"\{\{\s*doc\.(\w+)\s*\}\}")
COMPARED: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


class TemplateError(Exception):
    """A condition or a template that cannot be read; whatever was to be told by it is not."""


def holds(condition: str, document: Values) -> bool:
    """Whether a document is as a condition wants it. Raises TemplateError."""
    try:
        return bool(_value(parsed(condition).body, document))
    except (TypeError, RecursionError) as why:  # such as None < 3, or a thousand times "not"
        raise TemplateError(str(why)) from why


def parsed(condition: str) -> ast.Expression:
    """A condition as Python reads it. Raises TemplateError."""
    try:
        return ast.parse(condition.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as why:  # the last two: nested too deep
        raise TemplateError(str(why)) from why


def rendered(template: str, document: Values) -> str:
    """A template with its ``{{ doc.field }}`` filled in. Raises TemplateError for any other tag."""
    if "{{" in (rest := PLACE.sub("", template)) or "{%" in rest:
        raise TemplateError(f"The demo fills in {{{{ doc.field }}}} and no more: {template}")
    return PLACE.sub(lambda found: str(document.get(found[1])), template)


def _value(node: ast.expr, document: Values) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Attribute(value=ast.Name(id="doc"), attr=field):
            return document.get(field)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_value(part, document) for part in parts]
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not _value(part, document)
        case ast.BoolOp(op=joined, values=parts):
            together = all if isinstance(joined, ast.And) else any
            return together(_value(part, document) for part in parts)
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return COMPARED[type(sign)](_value(left, document), _value(right, document))
    raise TemplateError(f"The demo compares fields of doc and no more: {ast.unparse(node)}")
