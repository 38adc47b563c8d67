"""What a valid row is: one file a table, the code lists, and the rules. No input or output happens here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from communique.later import import_later

if TYPE_CHECKING:
    from .codelists import Code as Code
    from .codelists import CodeList as CodeList
    from .column import Column as Column
    from .pages import STORY as STORY
    from .registry import SCHEMAS as SCHEMAS
    from .rules import SEVERITIES as SEVERITIES
    from .rules import CellRule as CellRule
    from .rules import CrossRule as CrossRule
    from .rules import RowRule as RowRule
    from .rules import Rule as Rule
    from .rules import Severity as Severity
    from .story import Story as Story
    from .table import Derivation as Derivation
    from .table import ForeignKey as ForeignKey
    from .table import Schemas as Schemas
    from .table import Table as Table
    from .views import View as View
else:  # else type checkers would accept any name
    import_later(
        __name__,
        {
            "codelists": ("Code", "CodeList"),
            "column": ("Column",),
            "pages": ("STORY",),
            "registry": ("SCHEMAS",),
            "rules": ("SEVERITIES", "CellRule", "CrossRule", "RowRule", "Rule", "Severity"),
            "story": ("Story",),
            "table": ("Derivation", "ForeignKey", "Schemas", "Table"),
            "views": ("View",),
        },
    )
