"""Joins along the declared keys: equal to SQL, with the grain that they state, and refused where the path is ambiguous."""

from __future__ import annotations

from itertools import permutations

import duckdb
import polars as pl
import pytest

import communique
from communique.datapackage.access.relate import Relation, joined, plan

from ...conftest import ROOT

DATA = ROOT / "output" / "union-state" / "data"
RELEASE = communique.open()


def sql(query: str) -> list[tuple[object, ...]]:
    tables = [f"create view {path.stem} as from '{path}'" for path in DATA.glob("*.parquet")]
    with duckdb.connect() as connection:
        for table in tables:
            connection.execute(table)
        return connection.execute(query).fetchall()


def test_relations_are_those_of_the_descriptor() -> None:
    told = [str(relation) for relation in RELEASE.relations()]
    assert "participants.person_id -> persons.person_id" in told
    assert "meetings.followed_by -> meetings.meeting_id" in told
    declared = [
        key for resource in RELEASE.package.of("csv").values() for key in resource.table_schema.foreign_keys
    ]
    assert len(told) == len(declared)


def test_a_join_equals_sql_and_names_every_column_by_its_table() -> None:
    frame = RELEASE.join("participants", "meetings", "persons").collect()
    assert frame.columns == [
        f"{table}.{column}"
        for table in ("participants", "meetings", "persons")
        for column in RELEASE[table].schema
    ]
    expected = sql(
        "select * from participants p left join meetings m on p.meeting_id = m.meeting_id "
        "left join persons q on p.person_id = q.person_id order by p.meeting_id, p.person_id"
    )
    assert frame.rows() == expected  # the order of the first table is kept


def test_a_join_to_many_has_a_row_for_each_of_them_and_keeps_those_without() -> None:
    frame = RELEASE.join("persons", "participants", "meetings").collect()
    columns = ["persons.person_id", "participants.meeting_id", "meetings.start_date"]
    expected = sql(
        "select q.person_id, p.meeting_id, m.start_date from persons q "
        "left join participants p on p.person_id = q.person_id "
        "left join meetings m on p.meeting_id = m.meeting_id order by 1, 2 nulls first"
    )
    assert frame.select(columns).sort(columns).rows() == expected
    assert frame["participants.meeting_id"].null_count() > 0


@pytest.mark.parametrize("names", list(permutations(("participants", "meetings", "persons"))))
def test_the_grain_is_that_of_the_finest_table(names: tuple[str, ...]) -> None:
    if set(names[:2]) == {"meetings", "persons"}:  # nothing joins these two
        with pytest.raises(communique.JoinError):
            RELEASE.join(*names)
        return
    frame = RELEASE.join(*names).collect()
    known = frame.drop_nulls(["participants.meeting_id", "participants.person_id"])
    assert known.height == RELEASE["participants"].rows
    assert known.select("participants.meeting_id", "participants.person_id").is_unique().all()


def test_one_table_is_joined_to_nothing() -> None:
    assert RELEASE.join("persons").collect().height == RELEASE["persons"].rows


@pytest.mark.parametrize(
    ("names", "via", "said"),
    [
        ((), [], "at least one table, and each once"),
        (("persons", "persons"), [], "each once"),
        (("persons", "sources"), [], "no declared key joins it to persons.*claims.source_id"),
        (("meetings", "persons"), [], "no declared key joins it to meetings"),
        (
            ("participants", "meetings", "organizations"),
            [],
            "more than one way.*via='meetings.organization_id'",
        ),
        (("initiative_events", "meetings"), [], "initiative_events.planned_for"),
        (
            ("initiative_events", "meetings"),
            ["participants.person_id"],
            "more than one way.*names none. Name one of them, such as 'initiative_events.meeting_id'",
        ),
        (
            ("initiative_events", "meetings"),
            ["initiative_events.meeting_id", "initiative_events.planned_for"],
            "more than one way.*names more than one. Name one of them",
        ),
        (
            ("meetings", "participants", "initiative_events"),
            ["initiative_events.meeting_id"],
            "have nothing to do",
        ),
        (("persons", "participants", "memberships"), [], "Join memberships separately"),
        (("participants", "persons"), ["persons.nothing"], "there is no relation persons.nothing"),
        (("participants", "persons"), ["participants.meeting_id"], "joins none of the tables"),
    ],
)
def test_joins_without_one_way_are_refused_with_what_to_do(
    names: tuple[str, ...], via: list[str], said: str
) -> None:
    with pytest.raises(communique.JoinError, match=said):
        RELEASE.join(*names, via=via)


def test_a_table_that_is_not_there_is_told_first() -> None:
    with pytest.raises(communique.ReleaseError, match="has no table 'people'"):
        RELEASE.join("participants", "people")


def test_via_chooses_among_several_ways() -> None:
    for column in ("meeting_id", "planned_for"):
        frame = RELEASE.join("initiative_events", "meetings", via=[f"initiative_events.{column}"]).collect()
        expected = sql(
            "select e.initiative_id, m.name from initiative_events e "
            f"left join meetings m on e.{column} = m.meeting_id"
        )
        found = frame.select("initiative_events.initiative_id", "meetings.name").rows()
        assert sorted(found, key=str) == sorted(expected, key=str)


def test_via_may_be_one_text() -> None:
    name = "initiative_events.planned_for"
    one, listed = (RELEASE.join("initiative_events", "meetings", via=via).collect() for via in (name, [name]))
    assert one.equals(listed)
    with pytest.raises(communique.JoinError, match=r"via: there is no relation events\.no"):
        RELEASE.join("initiative_events", "meetings", via="events.no")


def test_names_that_are_no_texts_are_told_with_what_was_expected() -> None:
    with pytest.raises(TypeError, match=r"found list: .*one by one, not as a list"):
        RELEASE.join(["participants", "meetings"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected the name of a table as a string, found int: 1"):
        RELEASE[1]  # type: ignore[index]


def test_keys_of_several_columns_are_joined_as_a_whole() -> None:
    relation = Relation("parts", ("a", "b"), "wholes", ("x", "y"))
    frames = {
        "parts": pl.LazyFrame({"a": [1, 1, None], "b": [1, 2, 1], "c": ["p", "q", "r"]}),
        "wholes": pl.LazyFrame({"x": [1, 2], "y": [2, 2], "c": ["s", "t"]}),
    }
    names = ("parts", "wholes")
    frame = joined(names, plan(names, [relation]), frames.__getitem__).collect()
    assert frame.rows() == [
        (1, 1, "p", None, None, None),
        (1, 2, "q", 1, 2, "s"),
        (None, 1, "r", None, None, None),
    ]
    assert relation.name == "parts.a+b"


def test_two_columns_that_would_have_one_name_are_refused() -> None:
    relation = Relation("a.b", ("b.c",), "a", ("b.c",))
    frames = {"a": pl.LazyFrame({"b.c": [1]}), "a.b": pl.LazyFrame({"b.c": [1], "c": [2]})}
    names = ("a.b", "a")
    with pytest.raises(
        communique.JoinError, match=r"a\.b and a would both have a column a\.b\.c\. Load them"
    ):
        joined(names, plan(names, [relation]), frames.__getitem__)
