"""A release gives the same tables wherever it is opened from; one that breaks its promises gives a typed error."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

import communique
from communique.datapackage import as_json, pack
from communique.datapackage.access import Release, open_release, opening, sources, vouch
from communique.datapackage.access.remote import Ranges, RemoteFile
from communique.datapackage.untrusted.limits import RELEASE_TEXT

from ...conftest import ROOT
from ...releases import built, covered_up, descriptor, edited
from ...serving import Host, serving

UNION_STATE = ROOT / "output" / "union-state"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of releases: 1.0.0 as a folder, 1.1.0 as a zip and a folder, 1.10.0 as a folder, and other things."""
    folder = tmp_path_factory.mktemp("shelf")
    for version, day in (("1.0.0", "2025-01-01"), ("1.1.0", "2025-02-01"), ("1.10.0", "2025-03-01")):
        built(folder / f"base-{version}", dated(version, day))
    pack(folder / "base-1.1.0")
    (folder / "notes.txt").write_text("no release", "utf-8")
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        archive.writestr("notes.txt", "no release")
        link = zipfile.ZipInfo("link")  # which no release has, but this is none
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "notes.txt")
    (folder / "broken").mkdir()
    (folder / "broken" / "datapackage.json").write_text("{", "utf-8")
    return folder


def dated(version: str, day: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        lines = (folder / "dataset.yaml").read_text("utf-8").splitlines()
        new = {"version": version, "release_date": day}
        kept = [line for line in lines if line.partition(":")[0] not in new]
        (folder / "dataset.yaml").write_text(
            "\n".join((*kept, *(f"{name}: {value}" for name, value in new.items()), "")), "utf-8"
        )

    return change


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(UNION_STATE, tmp_path / "copy"))


def zipped(folder: Path, target: Path, below: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(target, "w", compression) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{below}{path.relative_to(folder).as_posix()}")
    return target


def tarred(folder: Path, target: Path) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, "union-state")
    return target


@pytest.fixture
def ways(tmp_path: Path) -> Iterator[list[str | Path]]:
    """Give the same release in every form in which it can be opened."""
    stored = pack(UNION_STATE, tmp_path / "stored.zip")
    deflated = zipped(UNION_STATE, tmp_path / "deflated.zip", "union-state/")
    tar = tarred(UNION_STATE, tmp_path / "release.tar.gz")
    with serving(tmp_path) as host, serving(UNION_STATE, ranges=False) as plain:
        urls = [f"{host.url}/stored.zip", f"{host.url}/deflated.zip?download=1", f"{plain.url}/"]
        shutil.copytree(UNION_STATE, tmp_path / "folder")
        urls += [f"{host.url}/folder", f"{host.url}/folder/datapackage.json"]
        yield [UNION_STATE, str(UNION_STATE), UNION_STATE / "datapackage.json", stored, deflated, tar, *urls]


@pytest.mark.no_cover
def test_every_form_of_a_release_gives_the_same(ways: list[str | Path]) -> None:
    expected = pl.read_parquet(UNION_STATE / "data" / "meetings.parquet")
    for where in ways:
        for verify in (True, False):
            with communique.open(where, verify=verify) as release:
                assert_frame_equal(release.load("meetings").collect(), expected)
                assert release["meetings"].to_arrow().equals(communique.open()["meetings"].to_arrow())
                assert str(release) == str(communique.open()), where


def test_the_release_in_the_package_is_the_current_one_and_is_opened_once() -> None:
    release = communique.open()
    assert release is communique.open()
    assert release.package == open_release(UNION_STATE).package
    assert communique.load("persons").collect().height == release["persons"].rows
    assert_frame_equal(communique.load("persons", UNION_STATE), communique.load("persons"))
    assert_frame_equal(communique.load("persons", release=release), communique.load("persons"))
    assert communique.open(verify=False).version == release.version


def test_a_release_says_what_it_is() -> None:
    release = communique.open()
    text = str(release)
    assert repr(release).startswith("<Release union-state")
    for said in (
        release.title,
        release.version,
        release.license.title,
        release.cite(),
        str(release.released),
    ):
        assert said in text
    for name, table in release.tables.items():
        assert f"{name}: {table.rows:,} rows, key {', '.join(table.primary_key)}" in text
        assert table.description in text
        assert table.title
        assert [column.name for column in table.columns] == list(table.schema)
        assert all(column.description for column in table.columns)
    assert release.description == release.package.description
    assert release.name == "union-state"
    assert list(release) == list(release.tables)
    assert ("meetings" in release, "meeting" in release) == (True, False)


def test_of_a_table_without_a_description_nothing_is_printed_below_its_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n")
    (tmp_path / "s.json").write_text('{"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}')
    with communique.open(tmp_path / "t.csv", schema=tmp_path / "s.json") as release:
        assert str(release).endswith("\nt: 1 rows, key id")


def test_a_table_that_is_not_there_is_an_error_with_those_that_are() -> None:
    with pytest.raises(communique.ReleaseError, match=r"has no table 'meeting'.*participants"):
        communique.load("meeting")
    with pytest.raises(AttributeError, match="no attribute 'meeting'"):
        communique.meeting  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", ["CommuniqueError", "Release", "Relation", "ReleaseTable", "RemoteError"])
def test_public_names_are_there_when_they_are_used(name: str) -> None:
    assert getattr(communique, name).__name__ == name


def test_importing_the_package_imports_no_engine() -> None:
    code = "import sys, communique; print(sorted({'polars', 'pandera', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout == "[]\n"


# What is no release, or not what it promises


@pytest.mark.parametrize("verify", [True, False])
def test_what_is_no_release_is_said(tmp_path: Path, verify: bool) -> None:
    (tmp_path / "file.txt").write_text("text", "utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    places = {
        tmp_path / "none": "no such release",
        tmp_path / "file.txt": "there is no schema",
        tmp_path / "empty": "not a release",
        tmp_path / "bad.zip": "not a complete release",
        ROOT / "data" / "union-state": "It is a dataset",
    }
    for place, said in places.items():
        with pytest.raises(communique.ReleaseError, match=said):
            communique.open(place, verify=verify)
    with pytest.raises(communique.ReleaseError, match="no such release"):
        communique.open("a\0b", verify=verify)


def test_every_changed_file_is_found_before_it_is_read(copy: Path) -> None:
    path = copy / "data" / "meetings.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    release = communique.open(copy)
    assert release.load("persons").collect().height
    with pytest.raises(
        communique.HashError, match=r"data/meetings\.parquet: has the hash .* get the release again"
    ):
        release.load("meetings")
    with pytest.raises(communique.ParquetError):
        communique.open(copy, verify=False).load("meetings")


def test_hashes_are_looked_at_once(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    look = vouch.insist_on_hash

    def counted(path: Path, promised: str, where: str) -> None:
        seen.append(path.name)
        look(path, promised, where)

    monkeypatch.setattr(opening, "insist_on_hash", counted)
    release = communique.open(copy)
    for _ in range(3):
        release.load("meetings").collect()
        release.join("meetings", "participants").collect()
        release["meetings"].to_arrow()
    assert seen == ["datapackage.json", "meetings.parquet", "participants.parquet"]
    unverified = communique.open(copy, verify=False)
    unverified.load("meetings")
    assert len(seen) == 3


def test_a_changed_descriptor_is_found(copy: Path) -> None:
    path = copy / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("Council", "Counsel"), "utf-8")
    with pytest.raises(communique.HashError, match=r"datapackage\.json: has the hash"):
        communique.open(copy)
    assert "Counsel" in communique.open(copy, verify=False).title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no such file, or it is not a regular one"),
        ("no sums\n", "that sha256sum writes"),
        (f"{'0' * 64}  a\n", "that sha256sum writes"),
    ],
)
def test_sums_that_are_missing_or_damaged_are_told_with_the_way_round(
    copy: Path, text: str | None, said: str
) -> None:
    (copy / "SHA256SUMS").unlink() if text is None else (copy / "SHA256SUMS").write_text(text, "utf-8")
    with pytest.raises(communique.ReleaseError, match=f"{said}.*verify=False opens it without that"):
        communique.open(copy)
    assert communique.open(copy, verify=False).load("meetings").collect().height


def test_files_that_are_missing_or_lead_elsewhere_are_refused(copy: Path) -> None:
    persons, meetings = copy / "data" / "persons.parquet", copy / "data" / "meetings.parquet"
    persons.unlink()
    meetings.rename(copy.parent / "elsewhere.parquet")
    meetings.symlink_to(copy.parent / "elsewhere.parquet")
    for name in ("persons", "meetings"):
        with pytest.raises(
            communique.ReleaseError, match="there is no such file, or it is not a regular one"
        ):
            communique.open(copy).load(name)
    shutil.rmtree(copy / "data")
    (copy / "data").symlink_to(UNION_STATE / "data")
    with pytest.raises(communique.ReleaseError, match="there is no such file, or it is not a regular one"):
        communique.open(copy).load("persons")


def test_a_zip_with_members_that_leave_it_or_are_missing_is_refused(tmp_path: Path) -> None:
    evil = zipped(UNION_STATE, tmp_path / "evil.zip")
    with zipfile.ZipFile(evil, "a") as archive:
        archive.writestr("../outside", "x")
    with pytest.raises(communique.ReleaseError, match="not a regular file below"):
        communique.open(evil)
    with zipfile.ZipFile(tmp_path / "part.zip", "w") as archive:
        archive.write(UNION_STATE / "datapackage.json", "datapackage.json")
        archive.write(UNION_STATE / "SHA256SUMS", "SHA256SUMS")
    release = communique.open(tmp_path / "part.zip")
    with pytest.raises(communique.ReleaseError, match=r"no data/meetings\.parquet in it"):
        release.load("meetings")


@pytest.mark.no_cover
def test_a_zip_with_a_damaged_member_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    path = zipped(UNION_STATE, tmp_path / "damaged.zip", compression=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"PAR1") + 10] ^= 1
    path.write_bytes(content)
    release = communique.open(path)
    table = next(name for name in release.tables if not loads(release, name))
    for _ in range(2):
        with pytest.raises(communique.ReleaseError, match="CRC"):
            release.load(table)
    assert [name for name in release.tables if not loads(release, name)] == [table]
    release.close()


def loads(release: Release, name: str) -> bool:
    try:
        release.load(name)
    except communique.ReleaseError:
        return False
    return True


# At an address


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    pack(UNION_STATE, tmp_path / "stored.zip")
    shutil.copytree(UNION_STATE, tmp_path / "folder")
    with serving(tmp_path) as host:
        yield host


def test_of_a_remote_zip_only_what_is_needed_is_asked_for(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_BUFFER", 4096)
    with communique.open(f"{host.url}/stored.zip") as release:
        release.load("meetings").collect()
        needed = sum(
            (UNION_STATE / name).stat().st_size for name in ("datapackage.json", "data/meetings.parquet")
        )
        assert host.asked_for("/stored.zip") < needed + 50_000 < (host.folder / "stored.zip").stat().st_size


def wide(folder: Path) -> Path:
    """Make the release in `folder` one with a large table of which two columns are small."""
    rows = 40_000
    path = folder / "data" / "persons.parquet"
    frame = pl.DataFrame(
        {
            "person_id": [f"p-{number:06}" for number in range(rows)],
            "name": [f"{number * 7919 % 104729:06} " * 40 for number in range(rows)],
            "name_ru": [None] * rows,
            "country_code": ["BY", "RU"] * (rows // 2),
        },
        schema_overrides={"name_ru": pl.String},
    )
    schema = pa.schema([(name, pa.string()) for name in frame.columns])
    pq.write_table(frame.to_arrow().cast(schema), path, row_group_size=10_000)
    content = descriptor(folder)
    for resource in content["resources"]:
        if resource["name"].startswith("persons"):
            resource["rows"] = rows
    (folder / "datapackage.json").write_text(as_json(content), "utf-8")
    covered_up(folder)
    return path


@pytest.mark.parametrize("place", ["folder", "wide.zip"])
def test_without_verifying_only_the_columns_that_are_used_are_asked_for(host: Host, place: str) -> None:
    size = wide(host.folder / "folder").stat().st_size
    zipped(host.folder / "folder", host.folder / "wide.zip", compression=zipfile.ZIP_STORED)
    served = "/folder/data/persons.parquet" if place == "folder" else "/wide.zip"
    with communique.open(f"{host.url}/{place}", verify=False) as release:
        people = release.load("persons")
        before = host.asked_for(served)
        counts = people.group_by("country_code").len().sort("country_code").collect()
        assert counts.rows() == [("BY", 20_000), ("RU", 20_000)]
        assert host.asked_for(served) - before < size / 5
        assert people.select(pl.len()).collect().item() == 40_000
        assert people.filter(pl.col("person_id") == "p-000007").select("name").collect().height == 1
        assert people.head(3).collect().height == 3
        assert people.select("country_code", "person_id").tail(1).collect().row(0) == ("RU", "p-039999")
        itself = people.join(people, on="person_id").select("person_id", "country_code_right").collect()
        assert itself.height == 40_000
    with communique.open(f"{host.url}/{place}") as whole:
        assert_frame_equal(whole.load("persons").collect(), whole["persons"].to_polars())


def test_a_remote_file_that_is_not_what_is_promised_is_an_error(host: Host) -> None:
    folder = host.folder / "folder"
    path = folder / "data" / "meetings.parquet"
    good = path.read_bytes()
    with communique.open(f"{host.url}/folder") as release:
        path.write_bytes(good + b"x")
        with pytest.raises(communique.RemoteError, match=r"but the release promises"):
            release.load("meetings")
    path.write_bytes(b"x" + good[1:])
    with communique.open(f"{host.url}/folder") as release, pytest.raises(communique.HashError):
        release.load("meetings")
    path.write_bytes(bytes(len(good)))
    with communique.open(f"{host.url}/folder", verify=False) as release:
        with pytest.raises(communique.ParquetError, match="cannot be read"):
            release.load("meetings")
        (folder / "data" / "persons.parquet").unlink()
        with pytest.raises(communique.RemoteError, match="404"):
            release.load("persons")


def test_remote_pages_that_are_damaged_are_an_error_when_they_are_read(host: Host) -> None:
    path = host.folder / "folder" / "data" / "meetings.parquet"
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with communique.open(f"{host.url}/folder", verify=False) as release:
        frame = release.load("meetings")
        with pytest.raises(communique.ParquetError, match=r"meetings\.parquet: cannot be read"):
            frame.collect()
        with pytest.raises(communique.ParquetError):
            release["meetings"].to_arrow()


def test_another_table_in_the_place_of_a_remote_one_is_an_error(host: Host) -> None:
    folder = host.folder / "folder"
    shutil.copy(folder / "data" / "meetings.parquet", folder / "data" / "persons.parquet")
    covered_up(folder)
    said = "other columns or rows than the release promises"
    with (
        communique.open(f"{host.url}/folder", verify=False) as release,
        pytest.raises(communique.ParquetError, match=said),
    ):
        release.load("persons")


@pytest.mark.parametrize(("path", "said"), [("/none", "404"), ("/none.zip", "404"), ("/folder/data", "404")])
def test_addresses_without_a_release_are_errors(host: Host, path: str, said: str) -> None:
    with pytest.raises(communique.RemoteError, match=said):
        communique.open(host.url + path)


@pytest.mark.parametrize("path", ["/page", "/page/", "/page/datapackage.json", "/page/a.zip"])
@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("text", ["\n<!DOCTYPE html>\n<title>Sign in</title>\n", "<h1>No</h1>"])
def test_a_web_page_in_the_place_of_a_release_is_told_at_its_address(
    tmp_path: Path, path: str, ranges: bool, text: str
) -> None:
    (tmp_path / "page").mkdir()
    for name in ("datapackage.json", "a.zip"):
        (tmp_path / "page" / name).write_text(text, "utf-8")
    with serving(tmp_path, ranges=ranges) as host, pytest.raises(communique.RemoteError) as caught:
        communique.open(host.url + path)
    asked = host.url + ("/page/a.zip" if path.endswith("zip") else "/page/datapackage.json")
    assert str(caught.value).startswith(f"{asked}: the host sent a web page instead of ")


@pytest.mark.parametrize(
    ("text", "said"),
    [("[]", "expected a JSON object"), ("{", "cannot be read"), ('{"name": 1}', "name: Input")],
)
def test_what_is_wrong_with_a_descriptor_is_told_at_the_place_that_was_given(
    copy: Path, text: str, said: str
) -> None:
    (copy / "datapackage.json").write_text(text, "utf-8")
    tar = tarred(copy, copy.parent / "broken.tar")
    archive = zipped(copy, copy.parent / "broken.zip")
    with serving(copy.parent) as host:
        for where in (copy, tar, archive, f"{host.url}/copy", f"{host.url}/broken.zip"):
            with pytest.raises(communique.ReleaseError, match=said) as caught:
                communique.open(where)
            assert str(caught.value).startswith(f"{where}/datapackage.json: ")


def test_a_package_of_others_at_an_address_is_told_to_be_no_release(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "datapackage.json").write_text('{"resources": [{"name": "t", "path": "t.csv"}]}', "utf-8")
    zipped(package, tmp_path / "package.zip")
    with serving(tmp_path) as host:
        for where in (f"{host.url}/package", f"{host.url}/package.zip"):
            with pytest.raises(
                communique.DescriptorError, match=r"not describe a release, .* download it, and open that"
            ):
                communique.open(where)


@pytest.mark.parametrize(
    "name", ["r.tar.gz", "R.TGZ", "x.csv", "x.parquet", "cities.json", "x.csv?download=1"]
)
def test_a_file_at_an_address_that_is_no_zip_is_refused_before_anything_is_asked(
    host: Host, name: str
) -> None:
    with pytest.raises(communique.RemoteError, match=r"the folder of a release, or of a zip; or download"):
        communique.open(f"{host.url}/{name}")
    assert host.asked == []


def test_a_remote_file_that_is_no_zip_or_a_damaged_one_is_an_error(host: Host) -> None:
    content = (host.folder / "stored.zip").read_bytes()
    (host.folder / "text.zip").write_bytes(b"text" * 99)
    (host.folder / "cut.zip").write_bytes(content[: len(content) // 2])
    for name in ("text.zip", "cut.zip"):
        with pytest.raises(communique.ReleaseError, match="cannot be read as a zip"):
            communique.open(f"{host.url}/{name}")


def test_a_remote_zip_whose_directory_lies_is_an_error(host: Host) -> None:
    content = bytearray((host.folder / "stored.zip").read_bytes())
    at = content.rindex(b"data/meetings.parquet") - 46
    content[at + 42 : at + 46] = (7).to_bytes(4, "little")  # where the member is said to begin
    (host.folder / "lies.zip").write_bytes(content)
    for verify in (True, False):
        with (
            communique.open(f"{host.url}/lies.zip", verify=verify) as release,
            pytest.raises(communique.CommuniqueError, match=r"directory of the zip|cannot be read"),
        ):
            release.load("meetings")


def test_too_long_a_file_at_an_address_is_refused(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "RELEASE_TEXT", replace(RELEASE_TEXT, most=1000))
    with pytest.raises(communique.RemoteError, match="which is too many"):
        communique.open(f"{host.url}/folder")


def test_what_lies_beside_an_address_cannot_be_listed(host: Host) -> None:
    with (
        communique.open(f"{host.url}/folder") as release,
        pytest.raises(communique.ReleaseError, match="listed"),
    ):
        release.as_of("0.1.0")


def test_a_full_disk_is_an_error(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: RemoteFile, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with communique.open(f"{host.url}/folder") as release:
        monkeypatch.setattr(RemoteFile, "save", full)
        with pytest.raises(communique.ReleaseError, match=r"cannot be saved in .*No space left"):
            release.load("meetings")


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_where_there_is_no_room_to_unpack_the_folder_is_named_and_not_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = Path(shutil.make_archive(str(tmp_path / "a"), form, UNION_STATE))
    monkeypatch.setattr("communique.datapackage.untrusted.unpack._copy", full)
    said = rf"^{re.escape(gettempdir())}: there is no room to unpack .*: No space left on device\. Set TMPDIR"
    with pytest.raises(communique.ReleaseError, match=said):
        communique.open(path)


def test_an_address_with_a_query_is_no_folder(host: Host) -> None:
    with pytest.raises(communique.RemoteError, match="Give one without"):
        communique.open(f"{host.url}/folder?version=1")
    assert host.asked == []


def test_closing_removes_what_was_fetched(host: Host) -> None:
    for place in ("folder", "stored.zip"):
        release = communique.open(f"{host.url}/{place}")
        path = release._file_of("meetings")  # pyright: ignore[reportPrivateUsage]
        assert not isinstance(path, Ranges)
        assert path.is_file()
        release.close()
        assert not path.exists()


def test_lazy_frames_outlive_the_name_of_their_release(host: Host) -> None:
    frame = communique.load("meetings", f"{host.url}/stored.zip")
    assert frame.collect().height == communique.open()["meetings"].rows


# A folder of releases


def test_the_newest_release_of_a_folder_is_opened_by_number(shelf: Path) -> None:
    assert communique.open(shelf).version == "1.10.0"


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        ("1.0.0", "1.0.0"),
        ("1.1.0", "1.1.0"),
        (date(2025, 2, 14), "1.1.0"),
        ("2025-02-01", "1.1.0"),
        (datetime(2025, 1, 31, 12), "1.0.0"),
        (date(2030, 1, 1), "1.10.0"),
    ],
)
def test_a_release_is_picked_by_version_or_day(shelf: Path, wanted: str | date, version: str) -> None:
    newest = communique.open(shelf)
    assert newest.versions() == ("1.0.0", "1.1.0", "1.10.0")
    picked = newest.as_of(wanted)
    assert isinstance(picked, Release)
    assert picked.version == version
    assert picked.load("meetings").collect().height
    assert communique.open(shelf / "base-1.1.0.zip").as_of(wanted).version == version


def test_the_descriptor_of_a_release_opens_it(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf / "base-1.0.0")
    release = communique.open("datapackage.json")
    assert release.version == "1.0.0"
    assert release.versions() == ("1.0.0", "1.1.0", "1.10.0")
    assert release.load("meetings").collect().height
    (tmp_path / "rows.csv").write_text("id\n1\n", "utf-8")
    resource = {"name": "rows", "path": "rows.csv", "schema": {"fields": [{"name": "id", "type": "integer"}]}}
    (tmp_path / "datapackage.json").write_text(as_json({"name": "others", "resources": [resource]}), "utf-8")
    with communique.open(tmp_path / "datapackage.json") as others:
        assert others.load("rows").collect().rows() == [(1,)]


@pytest.mark.parametrize("wanted", ["2.0.0", "1", date(2020, 1, 1), "2020-01-01", "no-day"])
def test_a_version_that_is_not_there_is_told_with_those_that_are(shelf: Path, wanted: str | date) -> None:
    told = r"1\.0\.0 \(2025-01-01\), 1\.1\.0 \(2025-02-01\), 1\.10\.0"  # 1.1.0 is there in two forms
    with pytest.raises(communique.ReleaseError, match=told):
        communique.open(shelf).as_of(wanted)


@pytest.mark.parametrize("wanted", ["junk", "2026-13-01", "no-day", "1.x", "", 1.0])
def test_what_is_neither_a_version_nor_a_day_is_told_so(shelf: Path, wanted: Any) -> None:
    said = f"{wanted!r} is neither a version, such as 1.2.0, nor a day, such as 2026-01-31. "
    with pytest.raises(communique.ReleaseError) as caught:
        communique.open(shelf).as_of(wanted)
    assert str(caught.value).startswith(said)
    assert "1.10.0 (2025-03-01)" in str(caught.value)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def overwritten(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        (member,) = (info for info in archive.infolist() if info.filename.endswith("datapackage.json"))
    with path.open("r+b") as file:
        file.seek(member.header_offset + 200)
        file.write(bytes(100))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def replaced_by_a_page(path: Path) -> None:
    path.write_bytes(b"<html>Not found</html>")


def with_another_method(path: Path) -> None:
    content = path.read_bytes()
    entry = content.index(b"PK\x01\x02")
    path.write_bytes(content[: entry + 10] + b"\x0e" + content[entry + 11 :])  # LZMA


def on_a_damaged_disk(path: Path) -> None:
    path.unlink()
    path.symlink_to("/proc/self/mem")  # a regular file whose first bytes nobody can read


@pytest.mark.parametrize(
    "damage", [cut, overwritten, emptied, replaced_by_a_page, with_another_method, on_a_damaged_disk]
)
def test_a_release_that_cannot_be_read_is_named_and_hides_no_other(
    shelf: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    shutil.copytree(shelf / "base-1.0.0", folder / "base-1.0.0")
    shutil.copyfile(shelf / "base-1.1.0.zip", folder / "base-1.1.0.zip")
    damage(folder / "base-1.1.0.zip")
    release = communique.open(folder / "base-1.0.0")
    assert release.versions() == ("1.0.0",)
    assert release.as_of("1.0.0").version == "1.0.0"
    with pytest.raises(
        communique.ReleaseError,
        match=r"are 1\.0\.0 \(2025-01-01\)\. .*/base-1\.1\.0\.zip: .*(cannot|refused)",
    ):
        release.as_of("1.1.0")
    said = r"/base-1\.1\.0\.zip: .*(cannot be read|refused).* It may be the newest release in .*/shelf\. Get it again"
    with pytest.raises(communique.ReleaseError, match=said):
        communique.open(folder)
    with pytest.raises(communique.ReleaseError, match=said):
        release.as_of(date(2030, 1, 1))


def test_a_zip_that_may_not_be_read_hides_no_other(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("communique.datapackage.access.shelf.ZipSource", refused)
    assert communique.open(shelf / "base-1.0.0").as_of("1.1.0").version == "1.1.0"
    with pytest.raises(
        communique.ReleaseError, match=r"/base-1\.1\.0\.zip: cannot be read: Permission denied\. It may"
    ):
        communique.open(shelf)


def test_two_releases_with_one_version_and_other_data_are_refused(shelf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    shutil.copytree(shelf / "base-1.0.0", folder / "one")
    change = edited("persons.csv", "Anna Ivanova", "Hanna Ivanova")

    def both(source: Path) -> None:
        dated("1.0.0", "2025-01-01")(source)
        change(source)

    built(folder / "other", both)
    with pytest.raises(communique.ReleaseError, match="one, other have the same version but different data"):
        communique.open(folder)


def test_a_folder_with_releases_of_several_datasets_is_refused(shelf: Path, tmp_path: Path) -> None:
    shutil.copytree(shelf / "base-1.0.0", tmp_path / "base")
    shutil.copytree(UNION_STATE, tmp_path / "union-state")
    with pytest.raises(communique.ReleaseError, match=r"holds releases of .*Give one of its entries"):
        communique.open(tmp_path)
    assert communique.open(tmp_path / "union-state").versions() == (communique.open().version,)
