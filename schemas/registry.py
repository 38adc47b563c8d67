"""The registry: the tables of meetings, participants and initiatives, the rules across them, and views of them."""

from __future__ import annotations

from .citations import CITATIONS
from .claims import CLAIMS
from .crosstable import CROSS_RULES
from .initiative_events import INITIATIVE_EVENTS
from .initiatives import INITIATIVES
from .meetings import MEETINGS
from .memberships import MEMBERSHIPS
from .organizations import ORGANIZATIONS
from .participants import PARTICIPANTS
from .persons import PERSONS
from .sources import SOURCES
from .table import Schemas
from .views import VIEWS

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
