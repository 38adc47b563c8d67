"""Rules over several tables: each is a function of lazy frames that returns the rows that break it."""

from __future__ import annotations

from .across_events import EVENT_RULES
from .across_meetings import MEETING_RULES
from .across_sources import SOURCE_RULES
from .rules import CrossRule

CROSS_RULES: tuple[CrossRule, ...] = (*MEETING_RULES, *EVENT_RULES, *SOURCE_RULES)
