"""Faults as text, for people without Python: one line says when, then what.

    token[refresh_token] after 1 : ServerError(503, retry_after=2) x2
    token : ServerError(503), nothing, Reset() ; discovery or jwks : Stall()
    Refused()

The grammar:

    text   = clause { ";" clause }
    clause = [ when ":" ] step { "," step }
    when   = aim [ "from" client ] [ "after" number ] [ "optional" ]
    aim    = "*" | endpoint { "or" endpoint } | "token" "[" grant "]"
    step   = ( fault | "nothing" ) [ "x" number ]
    fault  = Name [ "(" settings ")" ]

The n-th request meets the n-th step; `x2` repeats a step, `nothing` lets a request pass. A lone fault without `x`
meets every request. No aim, or `*`, means every endpoint that has the fault's seam, but `api`. Settings are literals
(`503`, `'text'`, `true`, `null`, `[1, 2]`) by position or name, or another fault; nothing is ever evaluated.
The `repr` of an armed fault is this text.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.armed import ArmedFault, Step
from fakeprovider.faults.base import Fault
from fakeprovider.faults.catalogue import find_fault
from fakeprovider.faults.trigger import Trigger
from fakeprovider.validation import settings_of
from fakeprovider.vocabulary import ENDPOINTS, GRANT_TYPES

Result = TypeVar("Result")


def parse(text: str) -> list[ArmedFault]:
    """Return what a text arms, one entry per clause.

    Raises `SettingError`, which shows the place in the text, if it cannot be read.
    """
    return _Parser(text).clauses()


def parse_fault(text: str) -> Fault:
    """Return the one fault that `text` makes, as in `ServerError(503)`; raise `SettingError` like `parse`."""
    return _Parser(text).lone_fault()


def render(armed: ArmedFault) -> str:
    """Return the text of what is armed, which `parse` reads; functions (`when`, `until`) are only named in it."""
    steps = ", ".join(_render_step(step, lone=len(armed.steps) == 1) for step in armed.steps)
    when = _render_trigger(armed.trigger)
    return steps if when == "*" else f"{when} : {steps}"


def _render_step(step: Step, *, lone: bool) -> str:
    fault = "nothing" if step.fault is None else repr(step.fault)
    if step.times is None:
        return fault
    return fault if step.times == 1 and not lone else f"{fault} x{step.times}"


def _render_trigger(trigger: Trigger) -> str:
    aim = f"token[{trigger.grant}]" if trigger.grant else " or ".join(trigger.at) or "*"
    parts = [
        aim,
        f"from {trigger.client!r}" if trigger.client else "",
        f"after {trigger.after}" if trigger.after else "",
        f"when {_function_name(trigger.when)}" if trigger.when else "",
        f"until {_function_name(trigger.until)}" if trigger.until else "",
        "optional" if trigger.optional else "",
    ]
    return " ".join(filter(None, parts))


def _function_name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", repr(function))


# -- parsing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Word:
    """A name, a number, a quoted text or a sign, and its offset in the text."""

    value: str
    at: int

    @property
    def end(self) -> int:
        return self.at + len(self.value)

    @property
    def is_name(self) -> bool:
        return self.value[:1].isalpha() or self.value[:1] == "_"


_WORD: Final = re.compile(r"""\s*([bB]?'(?:\\.|[^'\\])*'|[bB]?"(?:\\.|[^"\\])*"|[\w.][\w.-]*|\S)""", re.DOTALL)
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


class _Parser:
    """A recursive descent parser: one method per rule of the grammar, one word of lookahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = [_Word(match[1], match.start(1)) for match in _WORD.finditer(text)]
        self._next = 0

    def clauses(self) -> list[ArmedFault]:
        clauses = [self._clause()]
        while self._take(";"):
            if not self._at_end:
                clauses.append(self._clause())
        if not self._at_end:
            self._fail("expected ',' before another step, ';' before another clause, or the end")
        return clauses

    def lone_fault(self) -> Fault:
        fault = self._fault()
        if not self._at_end:
            self._fail("expected nothing after the fault")
        return fault

    def _clause(self) -> ArmedFault:
        begin = self._place
        trigger = self._trigger() if self._has_trigger() else Trigger()
        steps = [self._step()]
        while self._take(","):
            steps.append(self._step())
        if len(steps) > 1:
            steps = [step._replace(times=step.times or 1) for step in steps]
        return self._checked(begin, lambda: ArmedFault(steps, trigger))

    # when

    def _has_trigger(self) -> bool:
        """Return whether a ':' comes before the first step ends, so that the clause begins with a trigger."""
        depth = 0
        for word in self._words[self._next :]:
            depth += (word.value in "([{") - (word.value in ")]}")
            if depth == 0 and word.value in (":", ";", ","):
                return word.value == ":"
        return False

    def _trigger(self) -> Trigger:
        begin = self._place
        at = self._aim()
        grant = self._grant() if self._take("[") else ""
        client, after, optional = "", 0, False
        while not self._take(":"):
            if self._take("from"):
                client = self._client()
            elif self._take("after"):
                after = self._number("'after'")
            elif self._take("optional"):
                optional = True
            else:
                self._fail("expected 'or', 'from', 'after', 'optional' or ':' here")
        return self._checked(begin, lambda: Trigger(at, grant, client, after, optional=optional))

    def _aim(self) -> tuple[str, ...]:
        if self._take("*"):
            return ()
        endpoints = [self._one_of("endpoint", ENDPOINTS)]
        while self._take("or"):
            endpoints.append(self._one_of("endpoint", ENDPOINTS))
        return tuple(endpoints)

    def _grant(self) -> str:
        grant = self._one_of("grant", list(GRANT_TYPES.values()))
        if not self._take("]"):
            self._fail("expected ']' after the grant")
        return grant

    def _client(self) -> str:
        word = self._word("a client after 'from'")
        if word.value[:1] in "'\"":
            return str(self._literal(word.value, word.at))
        return word.value

    # what

    def _step(self) -> Step:
        fault = None if self._take("nothing") else self._fault()
        times = None
        following = self._peek
        if following is not None and re.fullmatch(r"x\d+", following.value):
            self._next += 1
            times = self._count(following, following.value[1:])
        elif self._take("x"):
            times = self._number("'x'")
        elif following is not None and following.value in ("after", "from", "optional"):
            self._fail(f"{following.value!r} says when, and stands left of the ':', as in 'token after 1 : Reset()'")
        return Step(fault, times)

    def _fault(self) -> Fault:
        name = self._word("a fault")
        if not name.is_name:
            self._fail("expected the name of a fault here", name.at)
        end = self._end_of_settings() if self._peek is not None and self._peek.value == "(" else name.end
        source = self._text[name.at : end]
        tree = self._tree(source, name.at)
        return self._built(tree if isinstance(tree, ast.Call) else ast.Call(tree, [], []), name.at, source)

    def _end_of_settings(self) -> int:
        opened = [self._word("'('")]
        while opened:
            word = self._peek or self._fail("this is never closed", opened[-1].at)
            self._next += 1
            if word.value in _CLOSING:
                opened.append(word)
            elif word.value in _CLOSING.values() and word.value != _CLOSING[opened.pop().value]:
                self._fail(f"{word.value!r} closes what was never opened", word.at)
        return word.end

    def _built(self, call: ast.Call, start: int, source: str) -> Fault:
        place = start + _characters(source, call.func.col_offset)
        if not isinstance(call.func, ast.Name):
            self._fail("expected the name of a fault here", place)
        kind = self._checked(place, lambda: find_fault(call.func.id))  # type: ignore[attr-defined]  # seen to be a Name
        accepted = list(settings_of(kind))
        if len(call.args) > len(accepted):
            words = ", ".join(accepted) or "none"
            self._fail(f"{kind.__name__} takes {len(accepted)} settings ({words}), got {len(call.args)}", place)
        given = dict(zip(accepted, call.args, strict=False))
        for keyword in call.keywords:
            at = start + _characters(source, keyword.col_offset)
            name = keyword.arg or "**"
            self._checked(at, functools.partial(choose, f"setting of {kind.__name__}", name, accepted))
            if name in given:
                self._fail(f"{name} is given twice", at)
            given[name] = keyword.value
        settings = {name: self._setting(node, start, source) for name, node in given.items()}
        return self._checked(place, lambda: build_fault(kind, settings))

    def _setting(self, node: ast.expr, start: int, source: str) -> object:
        if isinstance(node, ast.Call):
            return self._built(node, start, source)
        try:
            return ast.literal_eval(_Constants().visit(node))
        except (ValueError, TypeError, RecursionError, MemoryError):
            self._fail(
                "a setting is a literal (503, 'text', true, null, [1, 2], {'a': 1}) or a fault",
                start + _characters(source, node.col_offset),
            )

    def _tree(self, source: str, start: int) -> ast.expr:
        try:
            return ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            offset = (getattr(error, "offset", None) or 1) - 1
            self._fail(f"these settings cannot be read: {getattr(error, 'msg', error)}", start + offset)

    def _literal(self, source: str, start: int) -> object:
        return self._setting(self._tree(source, start), start, source)

    # words

    @property
    def _peek(self) -> _Word | None:
        return None if self._at_end else self._words[self._next]

    @property
    def _at_end(self) -> bool:
        return self._next >= len(self._words)

    @property
    def _place(self) -> int:
        return len(self._text.rstrip()) if self._at_end else self._words[self._next].at

    def _take(self, value: str) -> bool:
        taken = not self._at_end and self._words[self._next].value == value
        self._next += taken
        return taken

    def _word(self, what: str) -> _Word:
        if self._at_end:
            self._fail(f"expected {what}, and the text ends")
        self._next += 1
        return self._words[self._next - 1]

    def _one_of(self, what: str, accepted: Sequence[str]) -> str:
        word = self._word(f"the name of an {what}" if what == "endpoint" else f"the name of a {what}")
        return self._checked(word.at, lambda: choose(what, word.value, accepted))

    def _number(self, after: str) -> int:
        word = self._word(f"a number after {after}")
        return self._count(word, word.value)

    def _count(self, word: _Word, digits: str) -> int:
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) > 0):
            self._fail("expected a whole number from 1 up", word.at)
        return int(digits)

    def _checked(self, place: int, build: Callable[[], Result]) -> Result:
        try:
            return build()
        except SettingError as error:
            self._fail(str(error), place)

    def _fail(self, message: str, place: int | None = None) -> NoReturn:
        at = self._place if place is None else place
        begin = self._text.rfind("\n", 0, at) + 1
        line = self._text[begin:].partition("\n")[0].replace("\t", " ")
        raise SettingError(f"{message}\n  {line}\n  {' ' * (at - begin)}^") from None


class _Constants(ast.NodeTransformer):
    """Turn the names true, false and null of JSON and TOML into constants."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Constant(_CONSTANTS[node.id]), node) if node.id in _CONSTANTS else node


def build_fault(kind: type[Fault], settings: dict[str, Any]) -> Fault:
    """Make a fault from its settings; raise `SettingError` for one that is missing or not accepted."""
    try:
        return kind(**settings)
    except TypeError as error:  # a setting without a default was not given
        raise SettingError(str(error).replace(".__init__()", "") + f"; write {kind.__name__}(...)") from None


def _characters(source: str, column: int) -> int:
    """Return the offset in characters for `column`, which ast counts in UTF-8 bytes."""
    return len(source.encode()[:column].decode(errors="replace"))
