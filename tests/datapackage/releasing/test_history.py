"""The list of releases is parsed strictly: its author need not be the author of the last release."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.datapackage import DatasetError
from communique.datapackage.releasing.history import entries


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"releases": [{"version": "1.0.0", "released": "2025-01-31", "note": "\\ud800"}]}',
        '{"releases": [{"version": "1.0.0"}]}',
        '{"releases": [{"version": "1.0.0", "released": "2025-01-31", "note": 1}]}',
        '{"releases": [{"version": "1.0.0", "released": "2025-01-31", "note": "", "evidence": {"nope": 1}}]}',
        '{"releases": [{"version": "1.0.0", "released": "2025-01-31", "note": "", "schema": ["x"]}]}',
    ],
)
def test_a_changelog_that_is_not_as_it_was_written_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "changelog.json").write_text(text)
    with pytest.raises(DatasetError, match="cannot be read as the list of releases"):
        entries(tmp_path)
