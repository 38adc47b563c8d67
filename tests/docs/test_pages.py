"""The pages for maintainers, on CI, on export and on Python: their commands work and print what the pages show."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..preloaded_command import preloaded_command
from .blocks import run


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the dataset and the release that a clone has."""
    for place in ("data", "output"):
        shutil.copytree(ROOT / place / "union-state", tmp_path / place / "union-state")
    return tmp_path


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Return a folder with a `communique` that starts fast."""
    with preloaded_command(tmp_path_factory.mktemp("programs")) as folder:
        yield folder


@pytest.mark.parametrize(
    ("page", "least"), [("maintainers.md", 8), ("ci.md", 5), ("export.md", 6), ("python.md", 1)]
)
def test_the_blocks_of_a_page_run_as_it_says(page: str, least: int, clone: Path, programs: Path) -> None:
    if not shutil.which("git") or not shutil.which("bash"):
        pytest.skip("git or bash is not installed")
    assert run(ROOT / "docs" / page, clone, programs) >= least


def test_the_readme_is_right_about_python(clone: Path, tmp_path: Path, programs: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    page = tmp_path / "README.md"
    page.write_text(text[text.index("```python") :].split("\n## ")[0], "utf-8")
    assert run(page, clone, programs) >= 1


def test_a_page_that_is_wrong_is_found(tmp_path: Path, programs: Path) -> None:
    for number, wrong in enumerate(
        ("```sh\nfalse\n```\n", "```sh exit=1\ntrue\n```\n", "```sh\necho a\n```\n\n```text\nb\n```\n")
    ):
        page = tmp_path / f"{number}.md"
        page.write_text(wrong, "utf-8")
        with pytest.raises(AssertionError, match=f"{number}.md:"):
            run(page, tmp_path, programs)
