"""Where a source can be changed by one small fault, and the changed program: comparison, arithmetic, logic, number …

Texts, annotations, decorators, imports and what stands in a ``raise`` are left alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from hashlib import sha256

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("floor", "ceil"), ("any", "all"),
    ("zeros", "ones"), ("left", "right"), ("fmin", "fmax"),
)  # fmt: skip
NAMES = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
_COMPILED = {"kernel", "inner"}
_QUIET = (ast.JoinedStr, ast.Import, ast.ImportFrom)
_QUIET_FIELDS = {"annotation", "returns", "decorator_list", "type_params"}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Mutant:
    """One fault: ``number`` is its place among those of the file, ``function`` the outermost function around it.

    ``kernel``: it goes into compiled code, as a kernel or as a constant beside kernels.
    """

    path: str
    number: int
    line: int
    function: str
    before: str
    after: str
    key: str
    kernel: bool


def mutants_of(path: str, source: str) -> list[Mutant]:
    """All faults of a file; ``key`` names a fault by what stands there, so that it outlives edits elsewhere."""
    tree = ast.parse(source)
    kernels = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and compiled(node)}
    kernels |= {""} if kernels else set()
    found, alike = [], Counter[tuple[str, str, str]]()
    for number, (node, new, function, _) in enumerate(_places(tree, (), closed=False)):
        before, after = ast.unparse(node), ast.unparse(new)
        alike[name := (function, before, after)] += 1
        key = sha256("|".join((path, *name, str(alike[name]))).encode()).hexdigest()[:12]
        line: int = node.lineno  # type: ignore[attr-defined]
        found.append(Mutant(path, number, line, function, before, after, key, function in kernels))
    return found


def compiled(function: ast.FunctionDef) -> bool:
    """Whether numba compiles a function."""
    return any(isinstance(mark, ast.Name) and mark.id in _COMPILED for mark in function.decorator_list)


def mutated(source: str, number: int) -> ast.Module:
    """The program with that fault."""
    tree = ast.parse(source)
    for n, (node, new, _, put) in enumerate(_places(tree, (), closed=False)):
        if n == number:
            put(ast.copy_location(new, node))
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


Place = tuple[ast.AST, ast.AST, str, Callable[[ast.AST], None]]


def _places(parent: ast.AST, scope: tuple[str, ...], *, closed: bool) -> Iterator[Place]:
    """Every node that has a faulty twin, with the twin, its function, and how to put the twin there."""
    for field, value in ast.iter_fields(parent):
        if field in _QUIET_FIELDS or isinstance(parent, ast.Raise):
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or isinstance(node, _QUIET) or _is_quiet(node):
                continue

            def put(new: ast.AST, field: str = field, at: int | None = at) -> None:
                if at is None:
                    setattr(parent, field, new)
                else:
                    getattr(parent, field)[at] = new

            for new in _twins(node, parent):
                yield node, new, ".".join(scope), put
            inner, shut = scope, closed
            if isinstance(node, _SCOPES) and not closed:
                inner, shut = (*scope, node.name), not isinstance(node, ast.ClassDef)
            yield from _places(node, inner, closed=shut)


def _is_quiet(node: ast.AST) -> bool:
    """A docstring, a type, or ``strict=True``, which only guards against a slip elsewhere."""
    literal = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"
    strict = isinstance(node, ast.keyword) and node.arg == "strict"
    return literal or strict or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _twins(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """What a slip of the pen would make of a node."""
    yield from _statements(node) if isinstance(node, ast.stmt) else _expressions(node, parent)


def _expressions(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for n, op in enumerate(ops):
                yield _with(node, ops=[*ops[:n], SWAPS[type(op)](), *ops[n + 1 :]])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in SWAPS:
            yield _with(node, op=SWAPS[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield _with(node, value=not value)
        case ast.Constant(value=int() | float() as value):
            axis = isinstance(parent, ast.keyword) and parent.arg == "axis"
            yield _with(node, value=1 - value if axis else value + 1)
        case ast.Constant(value=str(value)) if value in NAMES:
            yield _with(node, value=NAMES[value])
        case ast.Name(id=name) if name in NAMES:
            yield _with(node, id=NAMES[name])
        case ast.Attribute(attr=name) if name in NAMES:
            yield _with(node, attr=NAMES[name])


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
            yield _with(node, value=ast.Constant(None))
        case ast.AugAssign(op=op):
            yield ast.Pass()
            if type(op) in SWAPS:
                yield _with(node, op=SWAPS[type(op)]())
        case ast.Assign(targets=targets) if all(isinstance(t, ast.Subscript | ast.Attribute) for t in targets):
            yield ast.Pass()
        case ast.Expr() | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new
