"""YAML 1.2 from strangers as plain values: `no` is a text, and no tag has anything run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from .document import DocumentError, number
from .limits import ALIASES, DEPTH, NODES

_INTEGER = re.compile("[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_PLAIN = ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")
"""What YAML calls a list and an object; another tag means something to some reader, such as a function to run."""
_TOO_DEEP = f"expected {DEPTH} of keys and lists within each other, found more"
DIGITS = 300
"""More digits than a number in a descriptor can need; Python refuses to read very long ones."""


def within_limits(text: str) -> Node | None:
    """Return what a document consists of, no value read yet; None where it is empty.

    Raises DocumentError where it is too deep or has too many aliases, before anything is built, or is too large once they
    are followed; YAMLError where the text is not YAML.
    """
    _insist_on_limits(text)
    root = _composed(text)
    if root is not None:
        _insist_on_size(root)
    return root


def _composed(text: str) -> Node | None:
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False  # YAML allows them: an alias means the anchor before it
    root: Node | None = reader.compose(text)
    return root


def _insist_on_limits(text: str) -> None:
    """Raise DocumentError at the first key or alias that is one too many. Nothing is built for that.

    Raises MarkedYAMLError where the text is not YAML.
    """
    depth = aliases = 0
    for event in _events(text):
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        aliases += isinstance(event, AliasEvent)
        if DEPTH.exceeded(depth - 2):  # the stream and the document
            raise DocumentError(_TOO_DEEP)
        if ALIASES.exceeded(aliases):
            raise DocumentError(f"expected {ALIASES}, found more")


def _events(text: str) -> Iterator[Any]:
    """Yield the events of a document; a character that YAML has not is marked like any other fault."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except OverflowError as error:
        raise YAMLError("an escape of a character that there is not") from error
    except ReaderError as error:
        lines = text[: error.position].split("\n")
        mark = StringMark("", error.position, len(lines) - 1, len(lines[-1]), None, 0)
        raise MarkedYAMLError(
            problem=f"found the character U+{error.character:04X}", problem_mark=mark
        ) from error


def read_yaml(text: str) -> Any:
    """Return what a document says. Raises DocumentError."""
    try:
        root = within_limits(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} is " if mark else ""
        raise DocumentError(f"{place}not valid YAML: {(error.problem or '').splitlines()[0]}") from error
    except (YAMLError, RecursionError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise DocumentError(f"not valid YAML: {str(error)[:100]}") from error
    return None if root is None else _value(root)


def starts(
    text: str, wanted: Collection[tuple[str | int, ...]]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Yield the places that are wanted, as far as they are there, with the position of their key or item.

    text: a document that `read_yaml` has read.
    """
    root = _composed(text)
    waiting = list[tuple[tuple[str | int, ...], Node]]()
    if root is not None:
        waiting.append(((), root))
        yield (), root.start_mark.index
    while waiting:
        place, node = waiting.pop()
        for step, begin, value in _steps(node):
            part = (*place, step)
            if part in wanted:
                yield part, begin.start_mark.index
                waiting.append((part, value))


def _steps(node: Node) -> Iterator[tuple[str | int, Node, Node]]:
    """Yield the steps into a node, each with the node at which its part begins, and its value."""
    if isinstance(node, SequenceNode):
        yield from ((number, item, item) for number, item in enumerate(node.value))
    elif isinstance(node, MappingNode):
        yield from ((str(key.value), key, value) for key, value in node.value)


def _insist_on_size(root: Node) -> None:
    """Raise DocumentError where a document is too large or too deep once its aliases are followed; none is, twice."""
    sizes: dict[int, tuple[int, int]] = {}

    def size(node: Node, depth: int) -> tuple[int, int]:
        """Return how many values a node is, and how deep they lie in each other."""
        if DEPTH.exceeded(depth):  # an alias within itself has no end
            raise DocumentError(_TOO_DEEP)
        if id(node) not in sizes:
            parts = [size(part, depth + 1) for part in _parts(node)]
            height = max((height for _, height in parts), default=-1)
            sizes[id(node)] = 1 + sum(count for count, _ in parts), 1 + height
        return sizes[id(node)]

    count, height = size(root, 0)
    if NODES.exceeded(count):
        raise DocumentError(f"expected {NODES}, found more")
    if DEPTH.exceeded(height):
        raise DocumentError(_TOO_DEEP)


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, SequenceNode):
        yield from node.value
    elif isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair


def _value(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if str(node.tag) not in _PLAIN:
        raise DocumentError(f"line {node.start_mark.line + 1}: tags such as {str(node.tag)[:50]} are refused")
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    if not isinstance(node, MappingNode):
        raise DocumentError("not valid YAML: a value of an unknown kind")
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            raise DocumentError(f"line {key_node.start_mark.line + 1}: a key is not a string")
        key = str(key_node.value)
        if key in found:
            raise DocumentError(f"line {key_node.start_mark.line + 1}: the key {key[:100]!r} occurs twice")
        found[key] = _value(value_node)
    return found


def _scalar(node: ScalarNode) -> Any:
    text, tag = str(node.value), str(node.tag).removeprefix("tag:yaml.org,2002:")
    if str(node.tag) == tag:
        raise DocumentError(f"line {node.start_mark.line + 1}: tags such as {str(node.tag)[:50]} are refused")
    if tag == "null":
        return None
    if tag == "bool":
        if text.lower() not in ("true", "false"):  # of YAML 1.1, where yes and on are truths too
            raise DocumentError(
                f"line {node.start_mark.line + 1}: expected true or false, found {text[:50]!r}"
            )
        return text.lower() == "true"
    if tag in ("int", "float") and len(text) <= DIGITS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return number(text)
    if tag not in ("str", "int", "float", "timestamp"):
        raise DocumentError(f"line {node.start_mark.line + 1}: values of the kind {tag} are refused")
    return text
