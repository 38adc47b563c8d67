"""What a rule demands: for the terminal, and as a page of the documentation."""

from __future__ import annotations

from difflib import get_close_matches

from communique.datapackage import KINDS, PACKAGE_RULES, RULES
from communique.schemas import SCHEMAS, Rule

from .wording import inert


def all_rules() -> dict[str, Rule]:
    """Return every rule by its code, those of the engine first, those for packages of others last."""
    return {**RULES, **SCHEMAS.rules, **{rule.code: rule for rule in PACKAGE_RULES}}


def explanation(rule: Rule) -> str:
    """Return what a rule demands, with its examples and its remedy, as plain text."""
    return "\n".join(
        (
            f"{rule.code} ({rule.severity})",
            "",
            rule.statement,
            "",
            "Rejected:",
            *(f"  {line}" for line in example(rule.rejects)),
            "Accepted:",
            *(f"  {line}" for line in example(rule.accepts)),
            "",
            f"Remedy: {rule.remedy}",
        )
    )


def page(rule: Rule) -> str:
    """Return the page of a rule, as Markdown."""
    tables = [
        f"`{table.name}`"
        for table in SCHEMAS.tables
        if rule.code in {r.code for r in SCHEMAS.rules_of(table)}
    ]
    lines = (
        f"# {rule.code}",
        "",
        rule.statement,
        "",
        f"Severity: {rule.severity}. Tables: {', '.join(tables) or 'all'}.",
        "",
        "Rejected:",
        "",
        *(f"    {line}" for line in example(rule.rejects)),
        "",
        "Accepted:",
        "",
        *(f"    {line}" for line in example(rule.accepts)),
        "",
        f"Remedy: {rule.remedy}",
    )
    return "\n".join(lines) + "\n"


def example(value: object) -> list[str]:
    """Return the lines that show an example."""
    if isinstance(value, dict):
        return [f"{name}: {_value(item)}" for name, item in value.items() if not _is_no_row(item)] or [
            "no rows"
        ]
    return [_value(value)]


def _is_no_row(value: object) -> bool:
    return isinstance(value, list) and not value


def _value(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_value(cell)}" for name, cell in value.items())
    if isinstance(value, bytes):
        return inert(value.decode(errors="backslashreplace"))
    return "(empty)" if value is None or value == "" else inert(str(value))


def kind_explanation(code: str) -> str | None:
    """Return what a kind of change between releases is and which step it demands; None where there is none."""
    kind = KINDS.get(code)
    if kind is None:
        return None
    lines = [f"{kind.code} (a kind of change: {kind.bump})", "", kind.statement]
    return "\n".join(
        lines + (["", f"Deviation from the Data Package recipe: {kind.deviation}."] if kind.deviation else [])
    )


def listing() -> str:
    """Return all rules in a line each, and below them the kinds of change between releases."""
    rules = [f"{code}: {rule.statement}" for code, rule in sorted(all_rules().items())]
    kinds = [f"{kind.code} ({kind.bump}): {kind.statement}" for kind in KINDS.values()]
    return "\n".join(
        [*rules, "", "Kinds of change between releases, with the step of the version:", "", *kinds]
    )


def nearest(code: str) -> str:
    """Return a hint at codes that look alike, or at the list of all."""
    near = get_close_matches(code, [*all_rules(), *KINDS])
    return f" Did you mean {' or '.join(near)}?" if near else " communique explain lists all."
