"""Changes the heart of the archive in small ways and looks whether a test notices.

``python -m tests.mutants archive/core/guard.py -- tests/core/test_guard.py`` changes one operator,
constant, condition or statement of a function at a time and runs the tests that reach it. A mutant
that no test notices is printed with its line. Each mutant is a fork of one prepared session whose
functions get other code, so neither imports nor tables are made again; what stands outside of
functions is not changed. SQLite in memory only.
"""

import argparse
import ast
import copy
import gc
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
_CPU_SECONDS = 60
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}

Place = tuple[str, int]
"""The qualified name of a function and its first line."""


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line, what stood there, what stands there now, and the module."""

    path: Path
    line: int
    before: str
    after: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.before}  ->  {self.after}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file's functions, one change each."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    count = len(list(_changes(tree)))
    for number in range(count):
        changed = copy.deepcopy(tree)
        node, change = next(c for n, c in enumerate(_changes(changed)) if n == number)
        before = _told(node)
        after = change()
        ast.fix_missing_locations(changed)
        yield Mutant(path, node.lineno, before, after, changed)


def _told(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _changes(tree: ast.Module) -> Iterator[tuple[Any, Callable[[], str]]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in _without_docstring(function):
                for node in _own_nodes(statement):
                    yield from ((node, change) for change in _changes_of(node))


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below, without functions within the function: those have their own turn."""
    if isinstance(node, ast.FunctionDef):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        # The text of a message is nobody's promise, and a format is not a value.
        if not isinstance(child, ast.JoinedStr):
            yield from _own_nodes(child)


def _changes_of(node: Any) -> Iterator[Callable[[], str]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield lambda: _set(node, "ops", [_COMPARISONS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield lambda: _set(node, "op", other())
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield lambda: _set(node, "op", _OPERATORS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield lambda: _unwrap(node)
    elif isinstance(node, ast.Constant) and _other_value(node.value) is not None:
        yield lambda: _set(node, "value", _other_value(node.value))
    else:
        yield from _changes_of_flow(node)


def _changes_of_flow(node: Any) -> Iterator[Callable[[], str]]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield lambda: _set(node, "test", ast.Constant(value=False))
        if not isinstance(node, ast.While):
            yield lambda: _set(node, "test", ast.Constant(value=True))
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)) or (
        isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None)
    ):
        # What stood there stays in a branch that is never taken, so that the function's free
        # variables (``super()`` has one) are the same and its code can be exchanged.
        never = ast.IfExp(
            test=ast.Constant(value=True), body=ast.Constant(value=None), orelse=node.value
        )
        yield lambda: _set(node, "value", never)


def _other_value(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    # What has a space in it is a sentence for people, which may read as it likes.
    return f"x{value}" if isinstance(value, str) and " " not in value else None


def _set(node: Any, field: str, value: Any) -> str:
    setattr(node, field, value)
    return _told(node)


def _unwrap(node: ast.UnaryOp) -> str:
    """``not x`` becomes ``not not x``, and ``~x`` becomes ``~~x``."""
    node.operand = ast.UnaryOp(op=type(node.op)(), operand=node.operand)
    return _told(node)


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """A module's code and everything in it."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from codes_of(inner)


def put_in(mutant: Mutant) -> None:
    """Give the functions of the file the code of the mutant."""
    path = str(mutant.path)
    module = compile(mutant.tree, path, "exec")
    new = {(code.co_qualname, code.co_firstlineno): code for code in codes_of(module)}
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == path:
            old = thing.__code__
            code = new.get((old.co_qualname, old.co_firstlineno))
            if code is not None and code.co_freevars == old.co_freevars:
                thing.__code__ = code


class Session:
    """Runs the mutants in the place of pytest's own loop."""

    def __init__(self, paths: list[Path], limit: int, seconds: float, seed: int) -> None:
        self.paths = paths
        self.limit = limit
        self.seconds = seconds
        self.chance = random.Random(seed)  # noqa: S311  a choice, no secret
        self.survivors: list[Mutant] = []
        self.killed = 0
        self.unreached = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All mutants, or as many as there is time for."""
        items = session.items
        _run(items[0], items[-1])  # tables and whatever else a session makes once
        reached = self._who_reaches_what(items)
        mutants = [mutant for path in self.paths for mutant in mutants_of(path)]
        self.chance.shuffle(mutants)
        began = time.monotonic()
        for mutant in mutants[: self.limit]:
            if time.monotonic() - began > self.seconds:
                break
            self._try(mutant, [items[n] for n in reached.get(_place(mutant), [])], items[-1])
        return True

    def _try(self, mutant: Mutant, items: list[pytest.Item], last: pytest.Item) -> None:
        if not items:
            self.unreached += 1
            self.survivors.append(mutant)
            return

        def child() -> Any:
            put_in(mutant)
            return any(not _run(item, last) for item in items)

        noticed = _forked(child)
        if noticed is None or noticed:  # died of it, or a test failed
            self.killed += 1
        else:
            self.survivors.append(mutant)

    def _who_reaches_what(self, items: list[pytest.Item]) -> dict[Place, list[int]]:
        """The numbers of the tests that run a function, quickest first; none that fail anyhow."""
        wanted = {str(path) for path in self.paths}

        def child() -> Any:
            found: dict[str, list[tuple[float, int]]] = {}
            for number, item in enumerate(items):
                seen: set[tuple[str, str, int]] = set()

                def note(frame: Any, event: str, _: Any, seen: Any = seen) -> None:
                    code = frame.f_code
                    if event == "call" and code.co_filename in wanted:
                        seen.add((code.co_filename, code.co_qualname, code.co_firstlineno))

                began = time.process_time()
                sys.setprofile(note)
                passed = _run(item, items[-1])
                sys.setprofile(None)
                if passed:
                    for file, name, line in seen:
                        key = f"{file}|{name}|{line}"
                        found.setdefault(key, []).append((time.process_time() - began, number))
            return found

        told = _forked(child, seconds=3_600) or {}
        reached: dict[Place, list[int]] = {}
        for key, numbers in told.items():
            file, _, line = key.split("|")
            reached[file, int(line)] = [number for _, number in sorted(map(tuple, numbers))]
        return reached


def _place(mutant: Mutant) -> Place:
    """The function that holds the mutant's line, as the code objects name it."""
    lines = [
        min([node.lineno, *(one.lineno for one in node.decorator_list)])
        for node in ast.walk(mutant.tree)
        if isinstance(node, ast.FunctionDef) and node.lineno <= mutant.line <= node.end_lineno
    ]
    return str(mutant.path), max(lines)


def _run(item: pytest.Item, other: pytest.Item) -> bool:
    """One test, what lasts for the session kept; whether it passed."""
    from _pytest.runner import runtestprotocol

    reports = runtestprotocol(item, nextitem=other, log=False)
    return not any(report.failed for report in reports)


def _forked(act: Callable[[], Any], seconds: int = _CPU_SECONDS) -> Any:
    """What ``act`` returns in a child of its own; None when the child dies or takes too long."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with os.fdopen(writing, "w") as pipe:
            json.dump(act(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(text) if status == 0 and text else None


def main() -> int:
    """Run the mutants and print those that nobody noticed; 1 when more than 15 in 100 survive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("paths", nargs="+", type=Path, help="source files of the archive")
    parser.add_argument("--tests", nargs="+", required=True, help="test files or folders")
    parser.add_argument("--limit", type=int, default=100_000, help="a random choice of so many")
    parser.add_argument("--seconds", type=float, default=1_800)
    parser.add_argument("--seed", type=int, default=50)
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    paths = [path.resolve() for path in options.paths]
    mutation = Session(paths, options.limit, options.seconds, options.seed)
    quiet = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-m", "not slow"]
    pytest.main([*options.tests, *quiet], plugins=[mutation])
    total = mutation.killed + len(mutation.survivors)
    for mutant in sorted(mutation.survivors, key=str):
        sys.stdout.write(f"{mutant}\n")
    share = 100 * mutation.killed / total if total else 0.0
    sys.stdout.write(
        f"{mutation.killed} of {total} mutants noticed ({share:.0f} %), {mutation.unreached} in "
        "functions that no test of these reaches\n"
    )
    return 0 if share >= 85 else 1


if __name__ == "__main__":
    sys.exit(main())
