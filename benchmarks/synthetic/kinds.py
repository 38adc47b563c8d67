"""The kinds of faults that can be planted: which row, how it is changed, and the finding that it must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import polars as pl

from .marks import BAD_BYTE, BARE_QUOTE, BARE_RETURN, COMMA, LINE_END, NO_COMMA
from .template import Template

Row: TypeAlias = dict[str, Any]
"""The cells of one row, as text, by column."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    code, column: what the finding says.
    where: which rows of `table` can get the fault without breaking another rule.
    edit: the cells that change, given the row.
    adds: whether the changed row comes beside the old one, not in its place.
    found_in: the table that the finding is about, where it is another one.
    keyed: whether the finding names the key of the changed row.
    """

    code: str
    table: str
    column: str | None
    where: pl.Expr
    edit: Callable[[Row], Row]
    adds: bool = False
    found_in: str | None = None
    keyed: bool = True


def kinds(template: Template) -> tuple[Kind, ...]:
    """Return all kinds of faults. Those that few rows can have come first."""
    return (
        *_in_bodies_and_terms(),
        *_in_meetings(),
        *_in_initiatives(),
        *_in_participants(template),
        *_in_sources(),
    )


def _is(column: str, *values: str) -> pl.Expr:
    return pl.col(column).is_in(values)


def _given(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(columns).is_not_null())


def _empty(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(columns).is_null())


def _set(**cells: str | None) -> Callable[[Row], Row]:
    return lambda row: cells


def _end(column: str, text: str) -> Callable[[Row], Row]:
    return lambda row: {column: row[column] + text}


def _begin(column: str, text: str) -> Callable[[Row], Row]:
    return lambda row: {column: text + row[column]}


_ANY = pl.lit(True)
_LATE = "2099-01-01"


def _in_bodies_and_terms() -> tuple[Kind, ...]:
    bodies, terms, people = "organizations", "memberships", "persons"
    common, lasting = _empty("country_code"), _empty("end_edtf") & _given("start_edtf")
    again: Callable[[Row], Row] = lambda row: {
        "membership_id": row["membership_id"] + "-again",
        "start_edtf": "2026-11",
    }
    return (
        Kind("own-parent", bodies, "parent_id", _ANY, lambda row: {"parent_id": row["organization_id"]}),
        Kind("foreign-key", bodies, "parent_id", _ANY, _set(parent_id="nothing")),
        Kind("constraint-error", bodies, "classification", common, _set(classification="club")),
        Kind("overlapping-terms", terms, "start_edtf", lasting, again, adds=True),
        Kind("future-term", terms, "start_edtf", lasting, _set(end_edtf=_LATE)),
        Kind("country-of-office", terms, "country_code", _given("country_code"), _set(country_code=None)),
        Kind("identifier-format", terms, "membership_id", _ANY, _end("membership_id", "_")),
        Kind("constraint-error", people, "country_code", _ANY, _set(country_code="XX")),
        Kind("cyrillic-name", people, "name_ru", _ANY, _set(name_ru="Latin")),
        Kind("latin-name", people, "name", _ANY, _begin("name", "Б")),
    )


def _in_meetings() -> tuple[Kind, ...]:
    table, held, unheld = "meetings", _is("status", "held"), ~_is("status", "held")
    itself: Callable[[Row], Row] = lambda row: {"followed_by": row["meeting_id"]}
    return (
        Kind("follow-up-order", table, "followed_by", unheld, itself),
        Kind("foreign-key", table, "followed_by", unheld, _set(followed_by="nothing")),
        Kind("type-error", table, "start_edtf", unheld, _set(start_edtf="spring")),
        Kind("overdue-meeting", table, "status", unheld, _set(status="scheduled")),
        Kind("held-without-mode", table, "attendance_mode", held, _set(attendance_mode=None)),
        Kind("held-and-followed", table, "followed_by", held, itself),
        Kind("foreign-key", table, "organization_id", held, _set(organization_id="nothing")),
        Kind("city-without-country", table, "country_code", _given("city"), _set(country_code=None)),
        Kind("place-country", table, "country_code", _is("city", "Minsk"), _set(country_code="RU")),
        Kind("not-nfc", table, "description", held, _end("description", " cafe\u0301")),
    )


def _in_initiatives() -> tuple[Kind, ...]:
    steps, claims = "initiative_events", "claims"
    loose = _empty("meeting_id", "planned_for")
    talked, planned = _is("action", "discussed"), _is("action", "planned")
    early = _set(event_edtf="1999-12-08")
    return (
        Kind("future-event", steps, "event_edtf", loose & planned, _set(event_edtf=_LATE)),
        Kind("event-off-meeting", steps, "event_edtf", talked & _given("meeting_id"), early),
        Kind("meeting-not-marked", steps, "at_meeting", _given("meeting_id"), _set(at_meeting=None)),
        Kind("foreign-key", steps, "organization_id", _ANY, _set(organization_id="nothing")),
        Kind("type-error", steps, "at_meeting", loose, _set(at_meeting="yes")),
        Kind("constraint-error", "initiatives", "policy_area", _ANY, _set(policy_area="magic")),
        Kind("unresolved-claim", claims, "related_key", _ANY, _set(related_key="nothing")),
        Kind("type-error", claims, "paragraph", _ANY, _set(paragraph="1_0")),
        Kind("constraint-error", claims, "paragraph", _ANY, _set(paragraph="0")),
    )


def _in_participants(template: Template) -> tuple[Kind, ...]:
    return (*_in_cells(), *_in_lines(), *_in_roles(template))


def _in_cells() -> tuple[Kind, ...]:
    table, label, guest = "participants", "post_label", _is("role", "invited")
    unsure = guest & ~_is("confidence", "high")
    spaced: Callable[[Row], Row] = lambda row: {"source_ids": f"{row['source_ids']}; {row['source_ids']}"}
    doubled: Callable[[Row], Row] = lambda row: {"source_ids": f"{row['source_ids']};{row['source_ids']}"}
    return (
        Kind("untrimmed-text", table, label, guest, _end(label, " ")),
        Kind("control-character", table, label, guest, _end(label, "\x07")),
        Kind("invisible-character", table, label, guest, _end(label, "\u200b")),
        Kind("formula-like", table, label, guest, _begin(label, "=")),
        Kind("constraint-error", table, label, guest, _set(post_label=None)),
        Kind("constraint-error", table, "role", guest, _set(role="observer")),
        Kind("list-format", table, "source_ids", unsure, spaced),
        Kind("repeated-source", table, "source_ids", guest, doubled),
        Kind("unsourced-row", table, "source_ids", unsure, _set(source_ids=None)),
        Kind("foreign-key", table, "source_ids", guest, _end("source_ids", ";nothing")),
        Kind("foreign-key", table, "person_id", guest & _empty("on_behalf_of_id"), _set(person_id="nobody")),
    )


def _in_lines() -> tuple[Kind, ...]:
    table, label, last, guest = "participants", "post_label", "source_ids", _is("role", "invited")
    plain = guest & ~pl.col(label).str.contains('[",]')
    return (
        Kind("encoding-error", table, label, guest, _end(label, BAD_BYTE)),
        Kind("nul-byte", table, label, guest, _end(label, "\0")),
        Kind("bare-carriage-return", table, label, plain, _end(label, BARE_RETURN + "-")),
        Kind("stray-quote", table, label, plain, _end(label, BARE_QUOTE)),
        Kind("missing-cell", table, last, guest, _end("confidence", NO_COMMA)),
        Kind("extra-cell", table, None, guest, _end(last, COMMA)),
        Kind("blank-row", table, None, guest, _end(last, LINE_END), keyed=False),
        Kind("primary-key", table, "meeting_id", guest, lambda row: row, adds=True),
    )


def _in_roles(template: Template) -> tuple[Kind, ...]:
    table, status = "participants", "participation_status"
    member, chair, silent = _is("role", "member"), _is("role", "chair"), _empty("note")
    unsure = _is("basis", "stated") & _is("confidence", "medium")
    elsewhere: Callable[[Row], Row] = lambda row: {"on_behalf_of_id": row["person_id"][:7] + "union-state"}
    guessed = _set(basis="inferred")
    return (
        Kind("chair-count", table, "meeting_id", chair, _set(role="member"), found_in="meetings"),
        Kind("absent-chair", table, status, chair, _set(participation_status="absent", note="Ill.")),
        Kind("unexplained-absence", table, "note", member & silent, _set(participation_status="absent")),
        Kind("unexplained-inference", table, "note", silent & unsure, guessed),
        Kind("confident-inference", table, "confidence", _is("basis", "inferred"), _set(confidence="high")),
        Kind("member-without-body", table, "on_behalf_of_id", member, _set(on_behalf_of_id=None)),
        Kind("outside-term", table, "on_behalf_of_id", member, elsewhere),
        Kind("attendance-of-unheld", table, status, member, _set(participation_status="planned")),
        Kind("overconfident-row", table, "confidence", unsure & _on_one(template), _set(confidence="high")),
    )


def _on_one(template: Template) -> pl.Expr:
    """Whether a row rests on one source, which is not official."""
    unofficial = template.frames["sources"].filter(official="false")["source_id"]
    return pl.col("source_ids").str.slice(7).is_in(unofficial.to_list())


def _in_sources() -> tuple[Kind, ...]:
    table = "sources"
    copy: Callable[[Row], Row] = lambda row: {"source_id": row["source_id"] + "-copy"}
    uncited: Callable[[Row], Row] = lambda row: {**copy(row), "url": None}
    return (
        Kind("url-format", table, "url", _given("url"), _begin("url", "see ")),
        Kind("future-source", table, "published_date", _ANY, _set(published_date=_LATE)),
        Kind("type-error", table, "published_date", _ANY, _set(published_date="2024-2-30")),
        Kind("constraint-error", table, "language", _ANY, _set(language="xx")),
        Kind("unused-source", table, "source_id", _ANY, uncited, adds=True),
    )
