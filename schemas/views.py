"""Views: questions that many people ask of these tables, as SQL over their published columns.

The SQL is what SQLite 3.39 and DuckDB both understand. A view belongs to a database only where the release has
the columns that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .codelists import EVENT_ACTIONS


@dataclass(frozen=True)
class View:
    """A named query.

    needs: the columns that it reads, by table.
    sql: one SELECT.
    """

    name: str
    title: str
    description: str
    needs: Mapping[str, tuple[str, ...]]
    sql: str


_RANKS = " ".join(f"WHEN '{code}' THEN {rank}" for rank, code in enumerate(EVENT_ACTIONS.values))
_IN_ORDER = f"event_latest, event_earliest, CASE action {_RANKS} END, actor"
"""The order of steps: by date; on one day, or in one month, in the order in which steps are usually taken."""
_WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"

_MEETINGS_WITH_PARTICIPANTS = View(
    name="meetings_with_participants",
    title="Meetings with participants",
    description=(
        "One row is a person at a meeting, or a meeting of which no participant is recorded. "
        "People who were absent are listed too: see participation_status."
    ),
    needs={
        "meetings": (
            "meeting_id",
            "name",
            "status",
            "start_edtf",
            "start_date",
            "attendance_mode",
            "city",
            "country_code",
        ),
        "participants": (
            "meeting_id",
            "person_id",
            "role",
            "post_label",
            "on_behalf_of_id",
            "participation_status",
            "basis",
        ),
        "persons": ("person_id", "name", "name_ru"),
    },
    sql="""
SELECT m.meeting_id, m.name AS meeting, m.status, m.start_edtf, m.start_date, m.attendance_mode, m.city,
  m.country_code, p.person_id, p.name AS person, p.name_ru AS person_ru, a.role, a.post_label,
  a.on_behalf_of_id, a.participation_status, a.basis
FROM meetings AS m
LEFT JOIN participants AS a ON a.meeting_id = m.meeting_id
LEFT JOIN persons AS p ON p.person_id = a.person_id
""".strip(),
)

_INITIATIVES_WITH_STAGE = View(
    name="initiatives_with_stage",
    title="Initiatives with current stage and history",
    description=(
        "One row is an initiative. The current stage is the last step that changed where it stands; steps that "
        "were planned, announced or discussed count only where there is no other. history has all steps in order."
    ),
    needs={
        "initiatives": ("initiative_id", "name", "name_ru", "classification", "policy_area"),
        "initiative_events": (
            "initiative_id",
            "event_edtf",
            "event_earliest",
            "event_latest",
            "action",
            "actor",
        ),
    },
    sql=f"""
WITH steps AS (
  SELECT initiative_id, event_edtf, action,
    CASE WHEN action IN ('planned', 'announced', 'discussed') THEN 0 ELSE 1 END AS formal,
    ROW_NUMBER() OVER (PARTITION BY initiative_id ORDER BY {_IN_ORDER}) AS step,
    COUNT(*) OVER (PARTITION BY initiative_id) AS steps,
    GROUP_CONCAT(event_edtf || ' ' || action, '; ') OVER (
      PARTITION BY initiative_id ORDER BY {_IN_ORDER}
      {_WHOLE}
    ) AS history
  FROM initiative_events
), ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY initiative_id ORDER BY formal DESC, step DESC) AS place
  FROM steps
)
SELECT i.initiative_id, i.name, i.name_ru, i.classification, i.policy_area, s.action AS current_stage,
  s.event_edtf AS current_stage_edtf, COALESCE(s.steps, 0) AS steps, s.history
FROM initiatives AS i
LEFT JOIN ranked AS s ON s.initiative_id = i.initiative_id AND s.place = 1
""".strip(),
)

_WHO_MET_WHOM = View(
    name="who_met_whom",
    title="Who met whom",
    description=(
        "One row is a person with another person who attended the same held meetings, so each pair stands twice. "
        "People who are only presumed to have attended are left out. first_date and last_date are the earliest "
        "and the latest day on which they can have met."
    ),
    needs={
        "meetings": ("meeting_id", "status", "attendance_mode", "start_earliest", "start_latest"),
        "participants": ("meeting_id", "person_id", "participation_status"),
        "persons": ("person_id", "name"),
    },
    sql="""
SELECT a.person_id, p.name AS person, b.person_id AS met_id, q.name AS met, COUNT(*) AS meetings,
  SUM(CASE WHEN m.attendance_mode = 'in_person' THEN 1 ELSE 0 END) AS in_person,
  MIN(m.start_earliest) AS first_date, MAX(m.start_latest) AS last_date
FROM participants AS a
JOIN participants AS b ON b.meeting_id = a.meeting_id AND b.person_id <> a.person_id
JOIN meetings AS m ON m.meeting_id = a.meeting_id
JOIN persons AS p ON p.person_id = a.person_id
JOIN persons AS q ON q.person_id = b.person_id
WHERE m.status = 'held' AND a.participation_status = 'attended' AND b.participation_status = 'attended'
GROUP BY a.person_id, p.name, b.person_id, q.name
""".strip(),
)

VIEWS: tuple[View, ...] = (_MEETINGS_WITH_PARTICIPANTS, _INITIATIVES_WITH_STAGE, _WHO_MET_WHOM)
"""The views, in the order in which they are made."""
