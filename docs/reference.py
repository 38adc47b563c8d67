"""Functions and classes as Markdown, from the code alone: signatures, with types as they are written, and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from textwrap import fill
from typing import Any, Literal, Union, get_args, get_origin

WIDTH = 120
_ENTRY = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*): (.*)")
"""A line of a docstring that describes parameters or attributes."""
_ERROR = re.compile(r"(?<![`\w])([A-Z]\w*Error)\b")
_PAGE = re.compile(r"\bdocs/([\w-]+\.md)\b")
_SPECIAL = {
    "__getitem__": "{}[name]",
    "__iter__": "for name in {}",
    "__contains__": "name in {}",
    "__exit__": "with {}",
}


def function(name: str, value: Callable[..., Any]) -> str:
    """Return what a function is for, behind its signature."""
    parameters = inspect.signature(value).parameters
    said, notes = _parsed(value.__doc__, parameters)
    last = [part for part in said if part.startswith("Raises ")]
    listed = [_item(", ".join(f"`{key}`" for key in keys), note) for keys, note in notes.items()]
    return "\n\n".join(
        (
            f"```py\n{_signature(name, value)}\n```",
            *(_wrapped(part) for part in said if part not in last),
            *filter(None, ["\n".join(listed)]),
            *map(_wrapped, last),
        )
    )


def class_(kind: type, variable: str, hidden: Collection[str]) -> str:
    """Return what a class is, its attributes, and its methods; how it is made is not told: functions return it.

    variable: what a value of it is called in signatures. hidden: attributes that are of no use to others.
    """
    members = _members(kind)
    said, notes = _parsed(kind.__doc__, {*members, *hidden})
    told = {keys[0]: (keys, note) for keys, note in notes.items()}
    further = {key for keys in notes for key in keys[1:]}
    kept = {key: member for key, member in members.items() if key not in hidden}
    lines = [
        _item(f"{', '.join(f'`{key}`' for key in keys)} (`{_type(member)}`)", note)
        for first, member in kept.items()
        if not inspect.isfunction(member) and first not in further
        for keys, note in [told.get(first) or ((first,), _doc(_getter(member)))]
    ]
    lines += [
        _item(f"`{usage.format(variable)}`", _doc(vars(kind)[key]))
        for key, usage in _SPECIAL.items()
        if inspect.isfunction(vars(kind).get(key))
    ]
    methods = [
        function(f"{variable}.{key}", member) for key, member in kept.items() if inspect.isfunction(member)
    ]
    return "\n\n".join((*map(_wrapped, said), *filter(None, ["\n".join(lines)]), *methods))


def one_line(doc: str | None) -> str:
    """Return a docstring as one line of Markdown."""
    return _marked(" ".join((doc or "").split()))


def spelt(alias: Any) -> str:
    """Return what a name of a type stands for, without the modules of its parts."""
    words = list(_words(alias))
    if words:
        return " or ".join(f'"{word}"' if isinstance(word, str) else str(word) for word in words)
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(alias))


def _words(alias: Any) -> Iterator[Any]:
    """Yield the values that a Literal allows, or a union of them."""
    if get_origin(alias) is Literal:
        yield from get_args(alias)
    elif get_origin(alias) is Union:
        for part in get_args(alias):
            yield from _words(part)


def _members(kind: type) -> dict[str, Any]:
    """Return the attributes and methods, in the order of the code, each with its type, its getter or its function."""
    if is_dataclass(kind):
        own: dict[str, Any] = {field.name: field.type for field in fields(kind)}
    else:
        own = dict(vars(kind).get("__annotations__", {})) if hasattr(kind, "model_fields") else {}
    return own | {
        key: member
        for key, member in vars(kind).items()
        if not key.startswith("_") and key not in own and (inspect.isfunction(member) or _getter(member))
    }


def _getter(member: object) -> Callable[..., Any] | None:
    if isinstance(member, cached_property):
        return member.func
    return member.fget if isinstance(member, property) else None


def _type(member: Any) -> str:
    getter = _getter(member)
    written = str(inspect.signature(getter).return_annotation if getter else member)
    return re.sub(r"^Annotated\[([^,]+(?:\[.*?\])?), .*\]$", r"\1", written)


def _doc(value: object) -> str:
    """Return the docstring of a function as the rest of a line."""
    text = one_line(getattr(value, "__doc__", "") if value else "")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _signature(name: str, value: Callable[..., Any]) -> str:
    """Return a signature on one line if it fits, else with one line for each parameter."""
    signature = inspect.signature(value)
    given = list[str]()
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and not any(part.startswith("*") for part in given):
            given.append("*")
        if each.name != "self":
            given.append(_parameter(each))
    result = re.sub(r"^Generator\[(.*)\]$", r"AbstractContextManager[\1]", str(signature.return_annotation))
    line = f"{name}({', '.join(given)}) -> {result}"
    if len(line) <= WIDTH - 20:
        return line
    return f"{name}(\n" + "".join(f"    {each},\n" for each in given) + f") -> {result}"


def _parameter(given: inspect.Parameter) -> str:
    star = "*" if given.kind is given.VAR_POSITIONAL else ""
    default = f'"{given.default}"' if isinstance(given.default, str) else repr(given.default)
    return f"{star}{given.name}: {given.annotation}" + (
        f" = {default}" if given.default is not given.empty else ""
    )


def _parsed(doc: str | None, names: Collection[str]) -> tuple[list[str], dict[tuple[str, ...], str]]:
    """Return the paragraphs of a docstring, and what it says of each name, or of several at once."""
    paragraphs, notes, at = [""], dict[tuple[str, ...], str](), tuple[str, ...]()
    for line in inspect.cleandoc(doc or "").splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry and set(entry[1].split(", ")) <= set(names):
            at = tuple(entry[1].split(", "))
            notes[at] = entry[2]
        elif at and line and not line.startswith("Raises ") and not _begins(line, notes[at]):
            notes[at] += f" {line.strip()}"
        elif not line or at or line.startswith("Raises "):
            at = ()
            paragraphs.append(line)
        else:
            paragraphs[-1] += f" {line}"
    return [part.strip() for part in paragraphs if part.strip()], notes


def _begins(line: str, before: str) -> bool:
    """Say whether a line is no longer about the name before it."""
    return not line.startswith(" ") and before.endswith(".")


def _marked(text: str) -> str:
    """Return a text with the names of errors as code, and pages of the documentation as links."""
    return _PAGE.sub(r"[\1](\1)", _ERROR.sub(r"`\1`", text))


def _wrapped(text: str, indent: str = "") -> str:
    return fill(
        _marked(text), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _item(head: str, note: str) -> str:
    return _wrapped(f"- {head}: {note}" if note else f"- {head}", "  ")
