"""The command `site`."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from communique.cli.main import communique


def test_it_says_where_the_site_is(released: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(communique, ["site", str(released), "-o", str(tmp_path / "site")])
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"to {tmp_path / 'site'}" in result.stderr
    assert (tmp_path / "site" / "index.html").is_file()
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    own = [
        path
        for path in files
        if path.suffix != ".zip" and "release" not in path.relative_to(tmp_path).parts[1:]
    ]
    assert f"{len(own)} files" in result.stderr


def test_it_needs_a_release(tmp_path: Path) -> None:
    result = CliRunner().invoke(communique, ["site", str(tmp_path), "-o", str(tmp_path / "site")])
    assert "there is no datapackage.json" in str(result.exception)
    assert CliRunner().invoke(communique, ["site", str(tmp_path)]).exit_code == 2
