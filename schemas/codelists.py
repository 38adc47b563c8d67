"""Code lists: closed vocabularies, each code with its label, definition, and the standard term it maps to.

Prefixes of terms: `schema:` is schema.org, `popolo:` is Popolo, `ocd:` is Open Civic Data, `org:` is the
W3C Organization Ontology, `edtf:` is ISO 8601-2 (EDTF), `iso3166:` is ISO 3166-1, `bcp47:` is BCP 47, `spdx:` is the SPDX licence list,
`cap:` is the Comparative Agendas Project's list of major topics, `eli:` is the European Legislation Identifier.
A code without a term has no counterpart that means the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Code:
    """One code; `label` is for people, `definition` decides doubtful cases.

    term: the standard term that it maps to; None where nothing means the same.
    """

    code: str
    label: str
    definition: str
    term: str | None = None


@dataclass(frozen=True)
class CodeList:
    """A closed vocabulary, in display order."""

    name: str
    title: str
    codes: tuple[Code, ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The codes alone."""
        return tuple(code.code for code in self.codes)

    @cached_property
    def words(self) -> dict[str, str]:
        """The codes by what may be written for them, in small letters."""
        return {word.lower(): code.code for code in self.codes for word in (code.label, code.code)}


ACTORS = CodeList(
    "actors",
    "Who took a step",
    (
        Code("ssc", "Supreme State Council", "The Supreme State Council of the Union State."),
        Code("council-of-ministers", "Council of Ministers", "The Council of Ministers of the Union State."),
        Code("parliament-ru", "Parliament of Russia", "A chamber of the Federal Assembly of Russia."),
        Code("parliament-by", "Parliament of Belarus", "A chamber of the National Assembly of Belarus."),
        Code("bilateral", "Both states", "Both states together, outside a body of the Union State."),
        Code(
            "other",
            "Another body or person",
            "Any other body or office holder; the note says who, as far as the source does.",
        ),
    ),
)

ATTENDANCE_MODES = CodeList(
    "attendance-modes",
    "How people attended",
    (
        Code("in_person", "In person", "At one place.", "schema:OfflineEventAttendanceMode"),
        Code("online", "Online", "By video or telephone link.", "schema:OnlineEventAttendanceMode"),
        Code("hybrid", "Hybrid", "Partly in one place, partly by link.", "schema:MixedEventAttendanceMode"),
    ),
)

BASES = CodeList(
    "bases",
    "What a statement rests on",
    (
        Code("stated", "Stated", "A cited source says so of the person by name."),
        Code("inferred", "Inferred", "Concluded from cited sources; the note says how."),
    ),
)

CLAIM_KINDS = CodeList(
    "claim-kinds",
    "What a claim is about",
    (
        Code("meeting", "Meeting", "A meeting: its date, place or purpose."),
        Code("participant", "Participant", "Who takes part, or who holds which office."),
        Code("initiative", "Initiative", "A document, policy or decision."),
        Code("context", "Context", "A statement that is about none of these."),
    ),
)

CONFIDENCES = CodeList(
    "confidences",
    "How well a row is supported",
    (
        Code("high", "High", "An official source, or two independent ones, and no contradiction."),
        Code(
            "medium",
            "Medium",
            "One source that is not official, a conclusion from several, or sources that differ.",
        ),
        Code("low", "Low", "Indirect evidence, or a date or detail that no source states."),
    ),
)

COUNTRIES = CodeList(
    "countries",
    "Country",
    (
        Code("BY", "Belarus", "The Republic of Belarus.", "iso3166:BY"),
        Code("RU", "Russia", "The Russian Federation.", "iso3166:RU"),
    ),
)

EVENT_ACTIONS = CodeList(
    "event-actions",
    "Step in the life of an initiative",
    (
        Code("proposed", "Proposed", "Put forward, or submitted for a decision."),
        Code("planned", "Planned", "A later step was announced, mostly for a meeting or a date."),
        Code("announced", "Announced", "Made public by those responsible, without a formal act."),
        Code("discussed", "Discussed", "Considered or reviewed, without a formal act."),
        Code(
            "approved",
            "Approved",
            "Accepted by a formal act of the body named, short of signing or ratification.",
        ),
        Code("signed", "Signed", "Signed by those entitled to sign it.", "eli:date_document"),
        Code("ratified", "Ratified", "The act that completes a state's consent to be bound."),
        Code("in-force", "In force", "Began to apply.", "eli:first_date_entry_in_force"),
        Code(
            "implemented",
            "Implemented",
            "Carried out, set up or delivered, in whole or in a part that the note names.",
        ),
        Code("stalled", "Stalled", "A date set for a step passed, or the work was reported as stopped."),
    ),
)

INITIATIVE_CLASSES = CodeList(
    "initiative-classes",
    "Kind of initiative",
    (
        Code("treaty", "Treaty", "An agreement between the two states.", "schema:Legislation"),
        Code("decree", "Decree", "A decree of the Supreme State Council.", "schema:Legislation"),
        Code("resolution", "Resolution", "A resolution of the Supreme State Council.", "schema:Legislation"),
        Code("concept", "Concept or doctrine", "A document that sets out a common view or policy."),
        Code("programme", "Programme", "A plan of measures with a time frame."),
        Code("other", "Other", "A theme, project, body, memorandum, or act of one state."),
    ),
)

LANGUAGES = CodeList(
    "languages",
    "Language",
    tuple(
        Code(tag, label, f"{label}.", f"bcp47:{tag}")
        for tag, label in (
            ("ar", "Arabic"),
            ("be", "Belarusian"),
            ("de", "German"),
            ("en", "English"),
            ("es", "Spanish"),
            ("id", "Indonesian"),
            ("it", "Italian"),
            ("ja", "Japanese"),
            ("pl", "Polish"),
            ("ru", "Russian"),
            ("sk", "Slovak"),
            ("uk", "Ukrainian"),
            ("vi", "Vietnamese"),
        )
    ),
)

LICENSES = CodeList(
    "licenses",
    "Licence of a source",
    (
        Code("CC-BY-4.0", "CC BY 4.0", "Creative Commons Attribution 4.0 International.", "spdx:CC-BY-4.0"),
        Code(
            "CC-BY-SA-4.0",
            "CC BY-SA 4.0",
            "Creative Commons Attribution Share Alike 4.0 International.",
            "spdx:CC-BY-SA-4.0",
        ),
    ),
)

MEETING_STATUSES = CodeList(
    "meeting-statuses",
    "What became of a meeting",
    (
        Code("scheduled", "Scheduled", "Announced, and its date has not passed.", "schema:EventScheduled"),
        Code("held", "Held", "It took place.", "ocd:passed"),
        Code("postponed", "Postponed", "Put off to another date, fixed or not.", "schema:EventPostponed"),
        Code("cancelled", "Cancelled", "Called off.", "schema:EventCancelled"),
        Code("unreported", "Unreported", "Spoken of as planned; no source seen reports that it took place."),
    ),
)

ORGANIZATION_CLASSES = CodeList(
    "organization-classes",
    "Kind of body",
    (
        Code(
            "union", "Union of states", "An organization whose members are states.", "org:FormalOrganization"
        ),
        Code(
            "supreme-body",
            "Supreme body",
            "The highest decision-making body of a union.",
            "popolo:Organization",
        ),
        Code(
            "executive-body",
            "Executive body",
            "The body that carries out decisions of a union.",
            "popolo:Organization",
        ),
        Code(
            "secretariat", "Permanent body", "A permanent working body or secretariat.", "popolo:Organization"
        ),
        Code("head-of-state", "Head of state", "The office of a head of state.", "org:Organization"),
        Code("government", "Government", "A national government.", "schema:GovernmentOrganization"),
        Code(
            "upper-chamber",
            "Upper chamber",
            "The upper chamber of a parliament.",
            "schema:GovernmentOrganization",
        ),
        Code(
            "lower-chamber",
            "Lower chamber",
            "The lower chamber of a parliament.",
            "schema:GovernmentOrganization",
        ),
    ),
)
NATIONAL_BODIES = ("head-of-state", "government", "upper-chamber", "lower-chamber")
"""The kinds of body that belong to a country."""

PARTICIPANT_ROLES = CodeList(
    "participant-roles",
    "Role at a meeting",
    (
        Code("chair", "Chair", "Presides over the meeting."),
        Code("member", "Member", "Takes part as a member of the body that meets."),
        Code(
            "invited", "Invited", "Takes part, or accompanies a member, without being a member of the body."
        ),
    ),
)

PARTICIPATION_STATUSES = CodeList(
    "participation-statuses",
    "Whether a person took part",
    (
        Code("attended", "Attended", "Took part, in person or by link.", "schema:attendee"),
        Code(
            "presumed",
            "Presumed",
            "Probably took part: the office, the place or an announcement suggests it, and no source states it.",
        ),
        Code("absent", "Absent", "Did not take part; the note gives the reason that sources give."),
        Code("represented", "Represented", "Did not take part; another person stood in."),
        Code("planned", "Planned", "Named as a coming participant of a meeting not yet held."),
    ),
)

POLICY_AREAS = CodeList(
    "policy-areas",
    "Policy area",
    (
        Code("communications", "Communications", "Telephone, post and data services.", "cap:17"),
        Code("consumer-protection", "Consumer protection", "Rights of consumers.", "cap:15"),
        Code("culture", "Culture", "Culture, media, memory and public events.", "cap:23"),
        Code("defence", "Defence", "Armed forces and military cooperation.", "cap:16"),
        Code("energy", "Energy", "Electricity, gas, oil and nuclear power.", "cap:8"),
        Code("finance", "Finance", "Taxes, budget and property.", "cap:1"),
        Code(
            "governance",
            "Governance",
            "The construction and the bodies of the Union State; foreign policy.",
            "cap:20",
        ),
        Code("industry", "Industry", "Industrial policy and standards.", "cap:15"),
        Code("science", "Science", "Research and technology.", "cap:17"),
        Code(
            "security",
            "Security",
            "Security other than military: concepts, information, guarantees.",
            "cap:16",
        ),
        Code("social", "Social", "Migration, labour and social rights.", "cap:9"),
        Code("trade", "Trade", "Trade between the states and customs.", "cap:18"),
        Code("transport", "Transport", "Rail, road, air and water transport.", "cap:10"),
    ),
)

PRECISIONS = CodeList(
    "precisions",
    "Precision of a date",
    (
        Code("day", "Day", "The day is known.", "edtf:level-0"),
        Code("month", "Month", "The month is known, the day is not.", "edtf:level-0"),
        Code("year", "Year", "Only the year is known.", "edtf:level-0"),
        Code("approximate", "Approximate", "The date is marked as uncertain or approximate.", "edtf:level-1"),
    ),
)

VERDICTS = CodeList(
    "verdicts",
    "What later sources show of a claim",
    (
        Code("confirmed", "Confirmed", "Later sources report it as stated."),
        Code("partly", "Partly", "Later sources report a part of it, or something near to it."),
        Code("not-confirmed", "Not confirmed", "Later sources were found and do not report it."),
        Code("no-information", "No information", "No later source on it was found."),
    ),
)

CITY_COUNTRIES = {"Minsk": "BY", "Moscow": "RU", "St Petersburg": "RU"}
"""The country of each city in which a meeting has been held."""
