"""Every rule can fail and can pass, and states what it expects."""

from __future__ import annotations

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.schemas import SCHEMAS, CellRule, CrossRule, RowRule, Rule, Table
from communique.schemas.rules import RECORD, cell_checks
from communique.schemas.texts import CYRILLIC_NAME

from ..frames import PLAIN, TODAY, frame_of

RULES = list(SCHEMAS.rules.values())
CELL_RULES = [rule for rule in RULES if isinstance(rule, CellRule)]
ROW_RULES = [(table, rule) for table in SCHEMAS.tables for rule in table.rules]
CROSS_RULES = list(SCHEMAS.cross_rules)


def name(value: object) -> str:
    if isinstance(value, CrossRule):
        return f"{value.code}-{value.table}"
    return value.code if isinstance(value, Rule) else value.name if isinstance(value, Table) else str(value)


def cell_holds(rule: CellRule, cell: object) -> object:
    frame = pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String})
    return nw.from_native(frame).select(rule.holds(nw.col("cell"))).to_native().item()


@pytest.mark.parametrize("rule", CELL_RULES, ids=name)
def test_a_cell_rule_rejects_and_accepts_its_examples(rule: CellRule) -> None:
    assert cell_holds(rule, rule.rejects) is False
    assert cell_holds(rule, rule.accepts) is True
    assert cell_holds(rule, None) is None


TEXTS = [
    "",
    "a",
    "a-b",
    " a",
    "a\n",
    "=1",
    "\t",
    "\u200b",
    "Я",
    "aЯ",
    "a;b",
    "é",
    "\x07",
    "https://a.b",
    "a b",
    None,
]


@pytest.mark.parametrize("table", SCHEMAS.tables, ids=name)
def test_the_rules_of_a_column_together_say_what_each_says(table: Table) -> None:
    for column in table.columns:
        for text in TEXTS:
            frame = nw.from_native(pl.DataFrame({"cell": [text]}, schema={"cell": pl.String}))
            together = [
                frame.select(check).to_native().item() for check in cell_checks(column.rules, nw.col("cell"))
            ]
            singly = [cell_holds(rule, text) for rule in column.rules]
            assert (False in together) is (False in singly)


@given(st.lists(st.from_regex(PLAIN, fullmatch=True), min_size=1))
def test_plain_texts_keep_the_rules_that_need_not_look_at_them(texts: list[str]) -> None:
    frame = nw.from_native(pl.DataFrame({"cell": texts}))
    for rule in CELL_RULES:
        if rule.plain:
            assert frame.select(rule.holds(nw.col("cell")).all()).to_native().item(), rule.code


@pytest.mark.parametrize(("table", "rule"), ROW_RULES, ids=name)
def test_a_row_rule_rejects_and_accepts_its_examples(table: Table, rule: RowRule) -> None:
    def holds(row: object) -> object:
        assert isinstance(row, dict)
        frame = frame_of(table, [row])
        return nw.from_native(frame).select(rule.holds(TODAY)).to_native().item()

    assert holds(rule.rejects) is False
    assert holds(rule.accepts) is True
    assert rule.column in {column.name for column in table.columns}


@pytest.mark.parametrize("rule", CROSS_RULES, ids=name)
def test_a_cross_table_rule_rejects_and_accepts_its_examples(rule: CrossRule) -> None:
    def broken(example: object) -> list[object]:
        assert isinstance(example, dict)
        frames = {
            table: nw.from_native(frame_of(SCHEMAS.table(table), rows).lazy())
            for table, rows in example.items()
        }
        assert set(frames) >= set(rule.needs)
        return list(rule.broken(frames, TODAY).select(RECORD).to_native().collect()[RECORD])

    assert broken(rule.rejects)
    assert broken(rule.accepts) == []
    assert rule.column in {column.name for column in SCHEMAS.table(rule.table).columns}


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_says_what_it_wants_in_one_sentence_and_what_to_do(rule: Rule) -> None:
    assert rule.statement.endswith(".")
    assert ". " not in rule.statement
    assert rule.remedy.endswith(".")
    assert rule.code == rule.code.lower().replace("_", "-").replace(" ", "-")


def test_there_are_as_many_rules_as_promised() -> None:
    assert len(RULES) >= 25


def test_a_code_means_the_same_wherever_it_is_used() -> None:
    every = [*CELL_RULES, *(rule for _, rule in ROW_RULES), *CROSS_RULES]
    for rule in every:
        assert (rule.statement, rule.remedy, rule.severity) == (
            SCHEMAS.rules[rule.code].statement,
            SCHEMAS.rules[rule.code].remedy,
            SCHEMAS.rules[rule.code].severity,
        )


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Владимир Путин", True),
        ("Договор № 5 (ДГ-2)", True),
        ("ОАО IBM Беларусь", True),
        ("X-Я", True),
        ("Vladimir Putin", False),
        ("P\u043eман", False),  # a Latin letter before a Cyrillic one
        ("Владимиp Путин", False),  # and after one
        ("Совет M\u0438нистров", False),
        ("", False),
    ],
)
def test_a_cyrillic_name_has_no_latin_letter_that_looks_like_one_of_its_own(name: str, kept: bool) -> None:
    assert pl.select(CYRILLIC_NAME.holds(pl.lit(name))).item() is kept
