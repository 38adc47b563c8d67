"""Rules between rows and the sources that support them."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from .citations import CITING, row_key
from .examples import EVENT, MEETING
from .presence import given, is_null
from .rules import LIST_SEPARATOR, RECORD, CrossRule, Frames, Lazy
from .sources import SOURCES

_TAKEN_OVER = " via .*"
"""What follows the name of a publisher whose text was seen elsewhere: it is still one source."""
_EACH_SOURCE = nw.col("source_ids").str.split(LIST_SEPARATOR)


def _unresolved_claims(frames: Frames, today: date) -> Lazy:
    key = ["related_table", "related_key"]
    claims = frames["claims"].filter(given(key[0]) & given(key[1]))
    rows = nw.concat(
        [
            frames[table.name].select(related_table=nw.lit(table.name), related_key=row_key(table))
            for table in (*CITING, SOURCES)
        ]
    )
    # The claims come first, so that they are held in memory while all other rows stream past.
    return claims.join(claims.select(key).join(rows, on=key), on=key, how="anti")


def _source_too_old(frames: Frames, today: date) -> Lazy:
    taken = (nw.col("action") != "planned") & given("event_earliest")
    events = frames["initiative_events"].filter(given("source_ids"))
    lists = events.select(RECORD, "action", "event_earliest", source_id=_EACH_SOURCE)
    sourced = lists.explode("source_id").join(frames["sources"].drop(RECORD), on="source_id").filter(taken)
    in_time = is_null("published_date") | (nw.col("published_date") >= nw.col("event_earliest"))
    supported = sourced.filter(in_time).select(RECORD)
    return sourced.join(supported, on=RECORD, how="anti").unique([RECORD])


def _overconfident(table: str) -> CrossRule:
    def broken(frames: Frames, today: date) -> Lazy:
        confident = frames[table].filter(nw.col("confidence") == "high")
        # Many rows cite the same list of sources: each list is examined once.
        lists = confident.filter(given("source_ids")).select("source_ids").unique()
        each = lists.with_columns(source_id=_EACH_SOURCE).explode("source_id")
        origin = nw.col("publisher").str.replace(_TAKEN_OVER, "")
        sources = frames["sources"].select("source_id", "official", origin=origin)
        support = (
            each.join(sources, on="source_id")
            .group_by("source_ids")
            .agg(official=nw.col("official").max(), origins=nw.col("origin").n_unique())
        )
        weak = support.filter(~nw.col("official") & (nw.col("origins") < 2))
        return confident.join(weak, on="source_ids", how="semi")

    row = {"confidence": "high", "source_ids": "tass-1;mailru-2"}
    tass = {"source_id": "tass-1", "publisher": "TASS", "official": False}
    copy = {"source_id": "mailru-2", "publisher": "TASS via Mail.ru", "official": False}
    return CrossRule(
        code="overconfident-row",
        statement="High confidence rests on an official source, or on two sources of different publishers.",
        remedy="Cite a second, independent source or an official one, or give medium confidence. A text seen elsewhere, "
        "as in 'TASS via Mail.ru', still counts as its first publisher's.",
        rejects={table: [row], "sources": [tass, copy]},
        accepts={table: [row], "sources": [tass, {**copy, "publisher": "Mail.ru"}]},
        table=table,
        column="confidence",
        needs=(table, "sources"),
        broken=broken,
        alone={},
    )


def _repeated(table: str) -> CrossRule:
    def broken(frames: Frames, today: date) -> Lazy:
        # Many rows cite the same list of sources: each list is examined once. It is split in a step of its own, for Polars
        # would move a filter that needs nothing else to before `unique`, to all rows.
        lists = frames[table].filter(given("source_ids")).select("source_ids").unique()
        each = lists.with_columns(source_id=_EACH_SOURCE)
        twice = each.filter(nw.col("source_id").list.unique().list.len() < nw.col("source_id").list.len())
        return frames[table].join(twice, on="source_ids", how="semi")

    return CrossRule(
        code="repeated-source",
        statement="A row cites a source once.",
        remedy="Give the id of the other source that was meant, or remove the duplicate.",
        severity="warning",
        rejects={table: [{"source_ids": "tass-1;mailru-2;tass-1"}]},
        accepts={table: [{"source_ids": "tass-1;mailru-2"}]},
        table=table,
        column="source_ids",
        needs=(table,),
        broken=broken,
        alone={},
    )


def _unused_sources(frames: Frames, today: date) -> Lazy:
    lists = nw.concat([frames[table.name].select("source_ids").unique() for table in CITING])
    cited = lists.select(source_id=_EACH_SOURCE).explode("source_id")
    return frames["sources"].join(cited.unique(), on="source_id", how="anti")


_NO_CITING: dict[str, list[dict[str, object]]] = {table.name: [] for table in (*CITING, SOURCES)}
_ALL = tuple(_NO_CITING)

SOURCE_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        code="unresolved-claim",
        statement="The row that a claim concerns exists.",
        remedy="Give the name of a table and the key of one of its rows; join the parts of a key by a slash.",
        rejects={
            **_NO_CITING,
            "claims": [{"claim_id": "a", "related_table": "meetings", "related_key": "b"}],
        },
        accepts={
            **_NO_CITING,
            "claims": [{"claim_id": "a", "related_table": "meetings", "related_key": "ssc-2024-12-06"}],
            "meetings": [MEETING],
        },
        table="claims",
        column="related_key",
        needs=_ALL,
        broken=_unresolved_claims,
    ),
    CrossRule(
        code="source-before-event",
        statement="A step that was taken has a source that is not older than the step.",
        remedy="Cite a source that reports the step as taken, or record the step as planned.",
        rejects={
            "initiative_events": [{**EVENT, "action": "signed", "source_ids": "a"}],
            "sources": [{"source_id": "a", "published_date": "2024-12-05"}],
        },
        accepts={
            "initiative_events": [{**EVENT, "action": "signed", "source_ids": "a"}],
            "sources": [{"source_id": "a", "published_date": "2024-12-06"}],
        },
        table="initiative_events",
        column="source_ids",
        needs=("initiative_events", "sources"),
        broken=_source_too_old,
        alone={},
    ),
    CrossRule(
        code="unused-source",
        statement="A source is cited by a row.",
        remedy="Cite the source where it supports a row, or remove it.",
        severity="warning",
        rejects={**_NO_CITING, "sources": [{"source_id": "a"}]},
        accepts={
            **_NO_CITING,
            "sources": [{"source_id": "a"}],
            "persons": [{"person_id": "b", "source_ids": "a"}],
        },
        table="sources",
        column="source_id",
        needs=_ALL,
        broken=_unused_sources,
    ),
    *(_repeated(table.name) for table in CITING),
    *(
        _overconfident(table.name)
        for table in CITING
        if any(column.name == "confidence" for column in table.columns)
    ),
)
