"""Documents: JSON and YAML from others as plain values, or one sentence on why not.

Both are read so that no two readers could differ: no key twice, no NaN, no texts taken for dates, and YAML 1.2, in
which `no` is a text. Depth, size and aliases are limited before anything is built.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from itertools import accumulate
from typing import Any, NoReturn

from ..errors import CommuniqueError
from .limits import DEPTH, DOCUMENT, NODES, Limit

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STEPS = dict.fromkeys(b"[{", 1) | dict.fromkeys(b"]}", -1)
"""How a bracket changes the depth."""
_NO_BRACKETS = bytes(set(range(256)) - set(_STEPS))
_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*+"|-?[0-9]++(?:[.eE][-+.0-9eE]*+)?', re.DOTALL)
"""A number, or a text, in which digits are none."""
_HALF = re.compile("[\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


class DocumentError(CommuniqueError):
    """The document cannot be read; the message says why, without naming the file."""


def load(data: bytes, is_yaml: bool) -> Any:
    """Return what a document says. Raises DocumentError."""
    if DOCUMENT.exceeded(len(data)):
        raise DocumentError(f"expected {DOCUMENT}, found {len(data):,}")
    text = _decoded(data)
    if not is_yaml:
        _insist_on_depth(data, DEPTH)
    content = _yaml(text) if is_yaml else _json(text)
    count = _counted(content)
    if NODES.exceeded(count):
        raise DocumentError(f"expected {NODES}, found {count:,}")
    return content


def read_json(data: bytes) -> Any:
    """Return the descriptor of a release, twice as deep as others: schemas stand in it. Raises DocumentError."""
    _insist_on_depth(data, replace(DEPTH, most=2 * DEPTH.most))
    content = _json(_decoded(data))
    _counted(content)
    return content


def _decoded(data: bytes) -> str:
    try:
        return text_of(data)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DocumentError(f"line {line} is not UTF-8") from error


def text_of(data: bytes) -> str:
    """Return the bytes of a document as text, without a byte order mark. Raises UnicodeDecodeError."""
    return data.removeprefix(_BOM).decode()


def _yaml(text: str) -> Any:
    from .yamldocument import read_yaml  # few descriptors are YAML, and its library takes a while

    return read_yaml(text)


def _insist_on_depth(data: bytes, limit: Limit) -> None:
    brackets = _TEXT.sub(b"", data).translate(None, _NO_BRACKETS)
    if limit.exceeded(max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)):
        raise DocumentError(f"expected {limit} of objects and lists within each other, found more")


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_constant, parse_float=number)
    except json.JSONDecodeError as error:
        raise DocumentError(f"line {error.lineno} is not valid JSON: {error.msg.lower()}") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(_too_long(text) or f"not valid JSON: {str(error)[:100]}") from error


def _too_long(text: str) -> str:
    """Return the message on a whole number with more digits than Python reads; "" where there is none."""
    most = sys.get_int_max_str_digits()
    for token in _NUMBER.finditer(text):
        digits = token.group().removeprefix("-")
        if digits.isdigit() and len(digits) > most:
            line = text.count("\n", 0, token.start()) + 1
            return f"line {line} has a number of {len(digits):,} digits; no more than {most:,} can be held"
    return ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DocumentError(
                f"the key {key[:100]!r} occurs twice in one object: readers take one or the other"
            )
        found[key] = value
    return found


def _constant(name: str) -> NoReturn:
    raise DocumentError(f"{name} is not JSON")


def number(text: str) -> float:
    """Return a number with a fraction or an exponent. Raises DocumentError where it is too large for 64 bits."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise DocumentError(f"the number {text[:30]} is too large")
    return value


def _counted(content: Any) -> int:
    """Return how many values there are. Raises DocumentError where a text among them has a lone surrogate."""
    waiting, count = [content], 0
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += [*value.values(), *value]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and _HALF.search(value):
            raise DocumentError("a text has half of a character (a lone surrogate)")
    return count
