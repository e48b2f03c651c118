"""A Python module of literal calls, read as data and never executed: `Price(input=Decimal('1'), tiers=[…])`."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.domain.amounts import parse_decimal
from pipeline.domain.errors import DocumentShapeError

_UTC = ("datetime.UTC", "datetime.timezone.utc")


@dataclass(frozen=True, slots=True)
class Record:
    """One call: the name that is called, its keyword arguments, the line where it stands (left out of equality)."""

    kind: str
    fields: dict[str, Any]
    line: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and (self.kind, self.fields) == (other.kind, other.fields)

    def __hash__(self) -> int:
        return hash(self.kind)

    @property
    def where(self) -> str:
        return f"text:{self.line}"


def literal(text: str, name: str) -> Any:
    """The value that a module assigns to `name`: Records, lists, dicts, Decimals, dates, texts, numbers.

    Raises DocumentShapeError for a module that cannot be read, lacks the name, or computes anything.
    """
    return _value(_assigned(text, name))


def amounts(text: str, name: str) -> Iterator[tuple[str, Decimal, str]]:
    """The dict of texts to numbers that a module assigns to `name`: (key, amount as it is written, `text:LINE`).

    Raises DocumentShapeError as `literal` does, and for anything else in it, a key that is repeated included.
    """
    node, seen = _assigned(text, name), set()
    if not isinstance(node, ast.Dict):
        raise DocumentShapeError(f"text:{node.lineno}: {name} is no dict")
    for key, value in zip(node.keys, node.values, strict=True):
        where = f"text:{value.lineno}"
        match key, value:
            case ast.Constant(value=str(label)), ast.Constant(value=number) if label not in seen and type(number) in (
                int,
                float,
            ):
                seen.add(label)
                yield label, parse_decimal(str(ast.get_source_segment(text, value))), where
            case _:
                raise DocumentShapeError(f"{where}: no text with an amount of its own")


def _assigned(text: str, name: str) -> ast.expr:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DocumentShapeError(f"the module cannot be read: {error}") from error
    for statement in module.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return value
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    return value
    raise DocumentShapeError(f"the module assigns no {name}")


def _value(node: ast.AST) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_value(element) for element in elements]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True) if key is not None}
        case ast.Attribute() if ast.unparse(node) in _UTC:
            return "UTC"
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return _call(ast.unparse(function), arguments, keywords, node.lineno)
    line = getattr(node, "lineno", 0)
    raise DocumentShapeError(f"text:{line}: {type(node).__name__} is no literal")


def _call(name: str, arguments: list[ast.expr], keywords: list[ast.keyword], line: int) -> Any:
    positional = [_value(argument) for argument in arguments]
    named = {keyword.arg: _value(keyword.value) for keyword in keywords}
    if name == "Decimal" and len(positional) == 1 and isinstance(positional[0], str) and not named:
        return parse_decimal(positional[0])
    if name == "datetime.date" and len(positional) == 3 and not named:
        return date(*positional)
    if name == "datetime.time" and 1 <= len(positional) <= 2 and named == {"tzinfo": "UTC"}:
        return f"{positional[0]:02}:{([*positional, 0])[1]:02}"
    if positional or None in named or len(named) != len(keywords):
        raise DocumentShapeError(f"text:{line}: {name} is called in a way that is no literal")
    return Record(name, {str(key): value for key, value in named.items()}, line)
