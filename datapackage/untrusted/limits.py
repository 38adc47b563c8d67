"""Limits: how much is accepted of input from others. Each is declared here once, tested, and listed in docs/limits.md."""

from __future__ import annotations

from dataclasses import dataclass

from ..finding import KEPT

_MIB = 1 << 20
SMALL = 64 * _MIB
"""Archives and compressed files may hold this many bytes whatever their size."""


@dataclass(frozen=True)
class Limit:
    """The most of something that is taken.

    what: what is counted.
    beyond: what happens where there is more.
    """

    most: int
    what: str
    unit: str
    beyond: str

    def exceeded(self, found: int) -> bool:
        """Say whether this is too much."""
        return found > self.most

    def __str__(self) -> str:
        """Return the limit in words."""
        return f"at most {self.most:,} {self.unit}".rstrip()


_REFUSED = "the file is refused"
DOCUMENT = Limit(16 * _MIB, "a descriptor, schema or dialect", "bytes", _REFUSED)
DATASET_FILE = Limit(_MIB, "dataset.yaml", "bytes", "the dataset is refused")
RELEASE_TEXT = Limit(
    64 * _MIB, "the descriptor of a release, and its list of sums", "bytes", "the release is refused"
)
KEY_FILE = Limit(_MIB, "a file of keys, and a signature", "bytes", _REFUSED)
DEPTH = Limit(64, "nested objects and lists, in JSON and YAML", "levels", _REFUSED)
NODES = Limit(1_000_000, "values of a descriptor, counting each use of a YAML alias", "values", _REFUSED)
ALIASES = Limit(100, "aliases in YAML", "aliases", _REFUSED)
RESOURCES = Limit(10_000, "resources of a package", "resources", "the package is refused")
FIELDS = Limit(10_000, "fields of a schema, and columns of a table", "columns", "the table is refused")
KEYS = Limit(1_000, "unique keys and foreign keys of a schema", "keys", "the table is refused")
SIMILAR = Limit(
    5_000, "unknown properties compared with the known ones", "properties", "the others have no suggestion"
)
LOCAL_FILES = Limit(10_000, "files of one resource", "files", "the resource is refused")
DECOMPRESSED = Limit(16 << 30, "the uncompressed content of a compressed file", "bytes", _REFUSED)
EXPANSION = Limit(
    200, f"the compression ratio of a file with more than {SMALL:,} bytes of content", "times", _REFUSED
)
CELL = Limit(8 * _MIB, "one cell", "bytes", "the cell is a finding")
RECORD = Limit(64 * _MIB, "one row, or one line", "bytes", _REFUSED)
PATTERN_TEXT = Limit(100_000, "a pattern", "characters", "the pattern is refused")
PATTERN = Limit(10 * _MIB, "a pattern, compiled", "bytes", "the pattern is refused")
FORMAT = Limit(200, "the format of a date or time", "characters", "the field is refused")
MARK = Limit(
    100, "a delimiter, decimalChar or groupChar", "characters", "the field, or the dialect, is refused"
)
MEMBER_NAME = Limit(1_000, "the name of a member of an archive", "characters", "the archive is refused")
MEMBER_DEPTH = Limit(
    50, "folders around a member of an archive, within each other", "folders", "the archive is refused"
)
ARCHIVE_MEMBERS = Limit(10_000, "members of an archive", "members", "the archive is refused")
FINDINGS = Limit(KEPT, "findings about rows that a report lists", "findings", "the others are counted")
RELEASE_FILE = Limit(64 << 30, "a file of a release at a URL", "bytes", _REFUSED)
WITHOUT_RANGES = Limit(
    1 << 30, "a file at a URL whose host does not support range requests", "bytes", _REFUSED
)
AT_ONCE = Limit(256 * _MIB, "one read from a file at a URL", "bytes", _REFUSED)
REMOTE = Limit(1 << 30, "a file fetched from a URL with --allow-remote", "bytes", _REFUSED)
SECONDS = Limit(30, "waiting for a response, with --allow-remote", "seconds", _REFUSED)

LIMITS: tuple[Limit, ...] = (
    DOCUMENT,
    DATASET_FILE,
    RELEASE_TEXT,
    KEY_FILE,
    DEPTH,
    NODES,
    ALIASES,
    RESOURCES,
    FIELDS,
    KEYS,
    SIMILAR,
    LOCAL_FILES,
    DECOMPRESSED,
    EXPANSION,
    CELL,
    RECORD,
    PATTERN_TEXT,
    PATTERN,
    FORMAT,
    MARK,
    ARCHIVE_MEMBERS,
    MEMBER_NAME,
    MEMBER_DEPTH,
    FINDINGS,
    RELEASE_FILE,
    WITHOUT_RANGES,
    AT_ONCE,
    REMOTE,
    SECONDS,
)
"""All of them, in the order of the documentation."""
