"""What a valid row is: one file a table, the code lists, and the rules. No input or output happens here."""

from __future__ import annotations

from .citations import CITATIONS
from .claims import CLAIMS
from .codelists import Code, CodeList
from .columns import Column
from .crosstable import CROSS_RULES
from .initiative_events import INITIATIVE_EVENTS
from .initiatives import INITIATIVES
from .meetings import MEETINGS
from .memberships import MEMBERSHIPS
from .organizations import ORGANIZATIONS
from .pages import STORY
from .participants import PARTICIPANTS
from .persons import PERSONS
from .rules import CellRule, CrossRule, RowRule, Rule, Severity
from .sources import SOURCES
from .story import Story
from .table import Derivation, ForeignKey, Schemas, Table
from .views import VIEWS, View

__all__ = [
    "SCHEMAS",
    "STORY",
    "CellRule",
    "Code",
    "CodeList",
    "Column",
    "CrossRule",
    "Derivation",
    "ForeignKey",
    "RowRule",
    "Rule",
    "Schemas",
    "Severity",
    "Story",
    "Table",
    "View",
]

SCHEMAS = Schemas(
    tables=(
        ORGANIZATIONS,
        PERSONS,
        MEMBERSHIPS,
        MEETINGS,
        PARTICIPANTS,
        INITIATIVES,
        INITIATIVE_EVENTS,
        CLAIMS,
        SOURCES,
        CITATIONS,
    ),
    cross_rules=CROSS_RULES,
    views=VIEWS,
)
"""The tables of meetings, participants and initiatives, in the order of publication: the only registry."""
