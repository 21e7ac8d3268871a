"""What the fields of options mean: the string below each of them."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from functools import cache

from pydantic import BaseModel


@cache
def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the string below it in the class or a base class.

    The source is parsed only when this is called, because most commands do not need it.
    """
    strings: dict[str, str] = {}
    own = model.__mro__[: model.__mro__.index(BaseModel)]
    for base in reversed(own):
        for field, below in itertools.pairwise(_bodies(base.__module__).get(base.__qualname__, ())):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                strings[field.target.id] = " ".join(str(ast.literal_eval(below.value)).split())
    return strings


@cache
def _bodies(module: str) -> dict[str, list[ast.stmt]]:
    """Qualified name -> body of every class of a module; empty if its source is not available.

    The module is parsed once, because calling `inspect` for each class takes four times as long.
    """
    try:
        left: list[tuple[str, ast.stmt | ast.Module]] = [("", ast.parse(inspect.getsource(sys.modules[module])))]
    except (KeyError, OSError, SyntaxError, TypeError):
        return {}
    bodies = {}
    while left:
        prefix, above = left.pop()
        for item in getattr(above, "body", ()):
            if isinstance(item, ast.ClassDef):
                bodies[prefix + item.name] = item.body
                left.append((f"{prefix}{item.name}.", item))
            elif isinstance(item, ast.FunctionDef):
                left.append((f"{prefix}{item.name}.<locals>.", item))
    return bodies
