"""Example rows for the rules across tables; each rule changes the cells that it is about."""

from __future__ import annotations

MEETING = {
    "meeting_id": "ssc-2024-12-06",
    "status": "held",
    "start_earliest": "2024-12-06",
    "start_latest": "2024-12-06",
}
"""A meeting that was held."""
EVENT = {"initiative_id": "a", "event_earliest": "2024-12-06", "event_latest": "2024-12-06"}
"""A step of an initiative on the day of that meeting."""
