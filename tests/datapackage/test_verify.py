"""A release that was changed in any way fails verification, and verify names the place."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import random
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from communique.datapackage import Finding, ReleaseError, TargetError, adopt, export, pack, verify
from communique.datapackage.describing.descriptor import read_descriptor
from communique.datapackage.errors import DescriptorError
from communique.datapackage.releasing import archive
from communique.datapackage.releasing.sums import check_files, parsed
from communique.datapackage.storing.digest import package_digest
from communique.datapackage.untrusted import unpack
from communique.datapackage.untrusted.limits import ARCHIVE_MEMBERS

from ..conftest import ROOT
from ..releases import built, covered_up, descriptor, edited

EVERY = int(os.environ.get("FLIP_EVERY", "997"))
"""Each how many bytes a bit is flipped; FLIP_EVERY=1 flips one in every byte, which takes some minutes."""
FLIPS = int(os.environ.get("FLIPS", "2"))
"""How many bits are flipped in each sort of file for a verification of the whole."""
RELEASE = ROOT / "output" / "union-state"


def codes(path: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.file) for finding in verify(path).findings]


def test_the_tracked_release_and_a_fresh_one_keep_their_promises(release: Path) -> None:
    for path in (RELEASE, release):
        report = verify(path)
        assert report.findings == ()
        assert all(table.readable and table.rejected == 0 for table in report.tables)


def flipped(path: Path, place: int, bit: int) -> Iterator[None]:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))
        file.flush()
        yield
        file.seek(place)
        file.write(bytes([byte]))


def files(release: Path) -> list[Path]:
    return sorted(path for path in release.rglob("*") if path.is_file())


@pytest.mark.no_cover
def test_a_flipped_bit_is_found_all_over_every_file(release: Path) -> None:
    """At its first and its last byte too, for the sum of a file is one over all its bytes."""
    chance = random.Random(4)
    for path in (path for path in files(release) if path.name != "SHA256SUMS"):
        for place in {*range(0, path.stat().st_size, EVERY), path.stat().st_size - 1}:
            for _ in flipped(path, place, chance.randrange(8)):
                found = {finding.file for finding in check_files(release)[0]}
                assert found & {path.relative_to(release).as_posix(), "SHA256SUMS"}


@pytest.mark.no_cover
def test_a_flipped_bit_is_found_in_every_byte_of_the_sums(release: Path) -> None:
    """Of three files, so that there is a line at the beginning, one in the middle and one at the end."""
    for path in files(release):
        if path.name not in ("README.md", "persons.csv", "persons.parquet"):
            path.unlink()
    covered_up(release, descriptor_too=False)
    assert check_files(release)[0] == []
    chance = random.Random(4)
    for place in range((release / "SHA256SUMS").stat().st_size):
        for _ in flipped(release / "SHA256SUMS", place, chance.randrange(8)):
            assert check_files(release)[0]


@pytest.mark.no_cover
def test_random_flipped_bits_are_found_by_a_whole_verification(release: Path) -> None:
    """In each sort of file: each is read by code of its own, which must not stumble over it either."""
    chance = random.Random(5)
    sorts: dict[str, list[Path]] = {}
    for path in files(release):
        known = ("datapackage.json", "report.json", "SHA256SUMS")
        sorts.setdefault(path.name if path.name in known else path.suffix, []).append(path)
    for paths in sorts.values():
        for path in chance.choices(paths, k=FLIPS):
            for _ in flipped(path, chance.randrange(path.stat().st_size), chance.randrange(8)):
                assert not verify(release).ok
    assert verify(release).ok


def test_files_that_are_missing_added_swapped_or_no_files_are_found(release: Path) -> None:
    (release / "README.md").unlink()
    (release / "data" / "notes.txt").touch()
    (release / "data" / "link.csv").symlink_to("persons.csv")
    assert set(codes(release)) >= {
        ("missing-file", "README.md"),
        ("extra-file", "data/notes.txt"),
        ("extra-file", "data/link.csv"),
    }


def test_a_hidden_file_is_extra_too(release: Path) -> None:
    (release / ".DS_Store").touch()
    assert codes(release) == [("extra-file", ".DS_Store")]


def test_a_file_that_a_table_needs_is_missed(release: Path) -> None:
    (release / "data" / "persons.parquet").unlink()
    assert ("missing-file", "data/persons.parquet") in codes(release)
    (release / "datapackage.json").unlink()
    assert ("missing-file", "datapackage.json") in codes(release)


@pytest.mark.parametrize("name", ["data/persons.csv", "data/persons.parquet"])
def test_a_missing_table_is_found_though_the_sums_were_made_anew(
    release: Path, tmp_path: Path, name: str
) -> None:
    (release / name).unlink()
    covered_up(release, descriptor_too=False)
    assert codes(release) == [("missing-file", name)]
    with pytest.raises(ReleaseError, match=f"{name} is not the file"):
        pack(release, tmp_path / "o.zip")


def test_a_table_that_was_changed_is_neither_packed_nor_exported_though_the_sums_were_made_anew(
    release: Path, tmp_path: Path
) -> None:
    path = release / "data" / "persons.csv"
    path.write_bytes(path.read_bytes().replace(b"a", b"e"))
    covered_up(release, descriptor_too=False)
    with pytest.raises(ReleaseError, match=r"data/persons.csv is not the file"):
        pack(release, tmp_path / "o")
    with pytest.raises(ReleaseError, match=r"data/persons.csv is not the file"):
        export(release, "sqlite", tmp_path / "o")


@pytest.mark.parametrize("name", ["SHA256SUMS", "data/persons.parquet", "README.md"])
@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_is_no_regular_file_is_found_and_never_waited_for(
    release: Path, tmp_path: Path, name: str, kind: str
) -> None:
    aside = (release / name).rename(tmp_path / "aside")
    (release / name).symlink_to(aside) if kind == "link" else os.mkfifo(release / name)
    assert codes(release)[0] == ("sums-error" if name == "SHA256SUMS" else "extra-file", name)
    with pytest.raises(ReleaseError):
        pack(release, tmp_path / "o.zip")


@pytest.mark.parametrize("to", [".", "data", "/"])
def test_a_link_to_a_folder_is_extra(release: Path, tmp_path: Path, to: str) -> None:
    (release / "more").symlink_to(release / to)
    assert [(found.code, found.file) for found in check_files(release)[0]] == [("extra-file", "more")]
    with pytest.raises(ReleaseError, match="extra-file at more"):
        pack(release, tmp_path / "o.zip")


def test_an_empty_folder_is_extra(release: Path) -> None:
    (release / "data" / "more").mkdir()
    assert codes(release) == [("extra-file", "data/more")]


def test_two_tables_that_were_swapped_are_found_though_the_sums_were_made_anew(release: Path) -> None:
    persons, sources = (release / "data" / f"{name}.parquet" for name in ("persons", "sources"))
    aside = persons.rename(release / "aside")
    sources.rename(persons)
    aside.rename(sources)
    covered_up(release)
    assert {code for code, file in codes(release) if "persons" in file} >= {"parquet-schema"}


def test_a_file_of_an_older_version_is_found_though_the_sums_were_made_anew(
    release: Path, tmp_path: Path
) -> None:
    older = built(tmp_path / "older", edited("dataset.yaml", "version: ", "version: 0.0.1 # "))
    for form in ("csv", "parquet"):
        shutil.copy(older / "data" / f"persons.{form}", release / "data" / f"persons.{form}")
    covered_up(release)
    assert codes(release) == [("parquet-schema", "data/persons.parquet")]


def test_a_file_that_no_table_is_in_is_found_once_and_sums_say_what_is_wrong_with_their_order(
    release: Path,
) -> None:
    (release / "data" / "more.txt").write_text("x")
    assert codes(release) == [("extra-file", "data/more.txt")]
    with (release / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  data/more.txt\n")
    first = next(finding for finding in verify(release).findings if finding.code == "sums-error")
    assert first.expected == "a path that comes after 'schema-org.jsonld', found 'data/more.txt'"
    covered_up(release)
    (left,) = verify(release).findings
    assert (left.code, left.expected) == (
        "extra-file",
        "only tables that datapackage.json describes; this is not one of them",
    )


@pytest.mark.no_cover
def test_sums_that_are_not_as_they_were_written_are_found(release: Path) -> None:
    sums = release / "SHA256SUMS"
    text = sums.read_bytes()
    for broken in (b"", text[:-1], text + b"\n", text.replace(b"  ", b" ", 1), b"\xff" + text, text + text):
        sums.write_bytes(broken)
        assert [(found.code, found.file) for found in check_files(release)[0]] == [
            ("sums-error", "SHA256SUMS")
        ]
    assert ("sums-error", "SHA256SUMS") in codes(release)
    sums.unlink()
    assert ("sums-error", "SHA256SUMS") in codes(release)


def test_long_lists_of_sums_and_of_keys_are_read_in_linear_time(release: Path) -> None:
    """So many entries that the test would run for minutes if each were compared with all others."""
    count = 100_000
    text = "".join(f"{'0' * 64}  data/{number:06}\n" for number in range(count))
    assert len(parsed(text)) == count
    (release / "datapackage.json").write_text(json.dumps(dict.fromkeys(map(str, range(count)))), "utf-8")
    with pytest.raises(DescriptorError):
        read_descriptor(release)


def test_sums_over_the_size_limit_are_not_read(release: Path) -> None:
    with (release / "SHA256SUMS").open("wb") as file:
        file.truncate(8 << 30)
    assert ("sums-error", "SHA256SUMS") in codes(release)
    with pytest.raises(ReleaseError, match="sums-error"):
        pack(release)


def changed_cell(release: Path, form: str) -> None:
    """Change a cell of persons in one format, so well that only the other format shows it."""
    path = release / "data" / f"persons.{form}"
    if form == "csv":
        lines = path.read_text("utf-8").splitlines()
        cells = lines[1].split(",")
        cells[1] = "Somebody Else"
        path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", "utf-8")
    else:
        file = pq.ParquetFile(path)
        table, metadata = file.read(), file.metadata.metadata
        names = ["Somebody Else", *table["name"].to_pylist()[1:]]
        index = table.column_names.index("name")
        writer = pq.ParquetWriter(path, table.schema, sorting_columns=None)
        writer.write_table(table.set_column(index, table.schema.field("name"), [names]))
        writer.add_key_value_metadata({k: v for k, v in metadata.items() if k.startswith(b"communique")})
        writer.close()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_cell_changed_in_one_format_is_named_by_table_key_and_column(release: Path, form: str) -> None:
    before = pl.read_parquet(release / "data" / "persons.parquet").row(0, named=True)
    changed_cell(release, form)
    covered_up(release)
    findings = verify(release).findings
    assert ("content-digest", f"data/persons.{form}") in {(f.code, f.file) for f in findings}
    mismatch = next(finding for finding in findings if finding.code == "format-mismatch")
    assert (mismatch.table, mismatch.key, mismatch.column) == ("persons", before["person_id"], "name")
    told = f"{mismatch.value} {mismatch.expected}"
    assert "Somebody Else" in told
    assert before["name"] in told


def test_nan_on_both_sides_is_no_difference(tmp_path: Path) -> None:
    fields = [
        {"name": name, "type": kind} for name, kind in (("a", "integer"), ("b", "number"), ("c", "string"))
    ]
    resource = {
        "name": "t",
        "data": [["a", "b", "c"], [1, "NaN", "x"]],
        "schema": {"fields": fields, "primaryKey": "a"},
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "x", "resources": [resource]}), "utf-8")
    release = tmp_path / "release"
    assert adopt(tmp_path, release).report.built
    path = release / "data" / "t.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(2, table.schema.field("c"), [["y"]]), path, write_page_checksum=True)
    found = [finding for finding in verify(release).findings if finding.code == "format-mismatch"]
    assert [(finding.column, finding.value) for finding in found] == [("c", "y")]


def dropped_row(release: Path) -> None:
    path = release / "data" / "persons.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], *lines[2:]]) + "\n", "utf-8")


def moved_row(release: Path) -> None:
    path = release / "data" / "persons.csv"
    head, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, *rest, first]) + "\n", "utf-8")


def repeated_row(release: Path) -> None:
    path = release / "data" / "persons.csv"
    path.write_text(path.read_text("utf-8") + path.read_text("utf-8").splitlines()[1] + "\n", "utf-8")


def broken_code(release: Path) -> None:
    path = release / "data" / "persons.csv"
    path.write_text(path.read_text("utf-8").replace(",BY", ",XX", 1), "utf-8")


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (dropped_row, "row-count"),
        (dropped_row, "format-mismatch"),
        (dropped_row, "foreign-key"),
        (moved_row, "row-order"),
        (repeated_row, "primary-key"),
        (broken_code, "constraint-error"),
    ],
)
def test_rows_that_were_tampered_with_are_found_though_the_sums_were_made_anew(
    release: Path, tamper: Callable[[Path], None], code: str
) -> None:
    tamper(release)
    covered_up(release)
    assert code in {found for found, _ in codes(release)}


def test_a_moved_row_is_no_difference_between_the_formats(release: Path) -> None:
    moved_row(release)
    covered_up(release)
    assert "format-mismatch" not in {code for code, _ in codes(release)}


def test_a_damaged_page_of_parquet_is_found_though_the_sums_were_made_anew(release: Path) -> None:
    path = release / "data" / "sources.parquet"
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    covered_up(release)
    assert ("parquet-error", "data/sources.parquet") in codes(release)
    path.write_bytes(content[:100])
    covered_up(release)
    assert ("parquet-error", "data/sources.parquet") in codes(release)


DESCRIPTORS: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown key": lambda d: d.update(colour="red"),
    "no tables": lambda d: d.update(resources=[]),
    "no such day": lambda d: d.update(created="2025-02-30T00:00:00Z"),
    "another type": lambda d: d["resources"][0]["schema"]["fields"][0].update(type="geopoint"),
    "key of no field": lambda d: d["resources"][0]["schema"].update(primaryKey=["x"]),
    "pattern with look-ahead": lambda d: d["resources"][0]["schema"]["fields"][1].update(
        constraints={"pattern": "(?=a)"}
    ),
    "path that leaves": lambda d: d["resources"][0].update(path="../persons.csv"),
    "constraint of another type": lambda d: d["resources"][0]["schema"]["fields"][0].update(
        constraints={"minimum": 1}
    ),
    "name that is none": lambda d: d.update(name="A b"),
    "version that is none": lambda d: d.update(version="../1"),
    "one format": lambda d: d["resources"].pop(),
    "labels without codes": lambda d: d["resources"][0]["schema"]["fields"][0].update(
        categories=[{"value": "a"}]
    ),
}


@pytest.mark.parametrize("change", DESCRIPTORS.values(), ids=DESCRIPTORS)
def test_a_descriptor_that_is_not_understood_is_refused(
    release: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    content = descriptor(release)
    change(content)
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    covered_up(release, descriptor_too=False)
    assert ("descriptor-error", "datapackage.json") in codes(release)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"name": 1, "name": 2}',
        "[" * 100_000,
        "\udcff",
        '{"title": "\\ud800"}',
        '{"rows": 1e999}',
    ],
)
def test_a_descriptor_that_is_no_json_is_refused(release: Path, text: str) -> None:
    (release / "datapackage.json").write_bytes(text.encode(errors="surrogateescape"))
    assert ("descriptor-error", "datapackage.json") in codes(release)


def test_a_report_names_the_folder_in_which_one_stands(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release / "datapackage.json").write_text("{", "utf-8")
    monkeypatch.chdir(release)
    assert verify(".").dataset == release.name


def test_wrong_counts_and_digests_in_the_descriptor_are_found(release: Path) -> None:
    content = descriptor(release)
    content["digest"] = "sha256:" + "0" * 64
    content["resources"][0] |= {"rows": 99, "bytes": 99, "digest": "sha256:" + "1" * 64}
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    covered_up(release, descriptor_too=False)
    assert {"row-count", "byte-count", "content-digest"} <= {code for code, _ in codes(release)}


@pytest.mark.no_cover
def test_a_zip_and_a_tar_verify_as_they_are(release: Path, tmp_path: Path) -> None:
    packed = pack(release, tmp_path / "a.zip")
    first = packed.read_bytes()
    assert pack(release, tmp_path / "b.zip").read_bytes() == first
    assert pack(release, tmp_path / "b.zip").read_bytes() == first  # the same one may be there already
    (tmp_path / "b.zip").write_bytes(b"another")
    with pytest.raises(TargetError, match="already exists with other bytes"):
        pack(release, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == b"another"
    for form in ("", "gz", "xz"):
        with tarfile.open(tmp_path / f"c.tar{form}", f"w:{form}") as tar:  # type: ignore[call-overload]  # one of three
            tar.add(release, "union-state")
    shutil.make_archive(str(tmp_path / "compressed"), "zip", release)
    for name in ("a.zip", "c.tar", "c.targz", "c.tarxz", "compressed.zip"):
        assert verify(tmp_path / name).findings == (), name
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("data/more.csv", "x")
    assert ("extra-file", "data/more.csv") in codes(tmp_path / "a.zip")


@pytest.mark.no_cover
def test_an_archive_whose_sums_are_missing_is_still_a_release(release: Path, tmp_path: Path) -> None:
    (release / "SHA256SUMS").unlink()
    (release / "README.md").write_text("Trust me.")
    for form in ("zip", "gztar"):
        for root, folder in ((release, "."), (release.parent, release.name)):
            path = Path(shutil.make_archive(str(tmp_path / "made" / form), form, root, folder))
            assert ("sums-error", "SHA256SUMS") in codes(path)


def test_messages_about_an_archive_name_it_and_not_the_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "README.md").write_text("x")
    path = Path(shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "d"))
    with pytest.raises(ReleaseError) as refused:
        verify(path)
    assert str(refused.value).startswith(f"{path}: there is no datapackage.json")


def test_a_tar_with_a_zip_in_it_is_the_tar(release: Path, tmp_path: Path) -> None:
    pack(release, tmp_path / "good.zip")
    (tmp_path / "good.zip").rename(release / "zz.zip")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(release, "union-state")
    assert codes(tmp_path / "a.tar") == [("extra-file", "zz.zip")]


def test_an_archive_is_made_beside_what_lies_there_and_never_through_a_link(
    release: Path, tmp_path: Path
) -> None:
    (tmp_path / "victim").write_text("mine")
    for name in (".a.zip.new", "a.zip"):
        (tmp_path / name).symlink_to("nowhere" if name == "a.zip" else tmp_path / "victim")
    with pytest.raises(TargetError, match=r"a.zip: expected a file, or nothing"):
        pack(release, tmp_path / "a.zip")
    (tmp_path / "a.zip").unlink()
    assert verify(pack(release, tmp_path / "a.zip")).ok
    assert (tmp_path / "victim").read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == [".a.zip.new", "a.zip", release.name, "victim"]


def test_two_packs_at_once_do_not_hinder_each_other(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, within = archive.add_to_zip, list[Path]()

    def adding(to: zipfile.ZipFile, path: Path, name: str) -> None:
        if not within:
            within.append(path)
            pack(release, tmp_path / "a.zip")
        add(to, path, name)

    monkeypatch.setattr(archive, "add_to_zip", adding)
    assert verify(pack(release, tmp_path / "a.zip")).ok


def zip_of(path: Path, *names: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def test_archives_that_would_write_elsewhere_or_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("../a", "/a", "a/../../b", "C:/a", "a\\b", "x/.."):
        with pytest.raises(ReleaseError, match="refused"):
            verify(zip_of(tmp_path / "evil.zip", name))
    with pytest.raises(ReleaseError, match="twice"):
        verify(zip_of(tmp_path / "twice.zip", "a", "A"))
    with pytest.raises(ReleaseError, match="twice"):
        verify(zip_of(tmp_path / "twice.zip", "\u00e9", "e\u0301"))
    monkeypatch.setattr(unpack, "SMALL", 1000)
    with pytest.raises(ReleaseError, match="times its own size"):
        verify(zip_of(tmp_path / "bomb.zip", "a", content=b"0" * 10_000_000))
    monkeypatch.setattr(unpack, "ARCHIVE_MEMBERS", replace(ARCHIVE_MEMBERS, most=2))
    with pytest.raises(ReleaseError, match="members"):
        verify(zip_of(tmp_path / "many.zip", "a", "b", "c"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a/t.csv", "a/T.csv"], "'a/T.csv' twice: the other is 'a/t.csv', the same to some systems"),
        (["a\\t.csv"], "with slashes and without colons"),
    ],
)
def test_a_zip_with_names_that_systems_read_differently_is_refused(
    names: list[str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match=said):
        verify(zip_of(tmp_path / "a.zip", *names))


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", "a/a")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ReleaseError, match="the member 'a/a' is encrypted"):
        verify(path)


def tar_head(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return the header of a member of a tar, without the bytes that it says that there are."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (b"", "it ends without the zeros that end a tar, so it was cut off"),
        (tar_head("a/b")[:-1], "it ends within a header, so it was cut off"),
        (tar_head("a/b").swapcase() + b"\0" * 1024, "a header in it is damaged, and what follows is lost"),
    ],
)
@pytest.mark.parametrize("form", ["tar", "tar.gz"])
def test_a_tar_that_was_cut_off_or_damaged_is_refused(
    rest: bytes, said: str, form: str, tmp_path: Path
) -> None:
    path, content = tmp_path / f"cut.{form}", tar_head("a/a") + rest
    path.write_bytes(gzip.compress(content) if form == "tar.gz" else content)
    with pytest.raises(ReleaseError, match=f"cannot be read as an archive: {said}"):
        verify(path)


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.DIRTYPE])
def test_a_tar_is_refused_at_the_first_member_too_many(kind: bytes, tmp_path: Path) -> None:
    heads = b"".join(tar_head(f"a/{number}", kind=kind) for number in range(ARCHIVE_MEMBERS.most + 1))
    (tmp_path / "many.tar").write_bytes(heads + b"this is read by whoever goes on" * 100)
    with pytest.raises(ReleaseError, match=r"many.tar: has more than 10000 members"):
        verify(tmp_path / "many.tar")


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_SPARSE])
def test_a_tar_is_refused_before_a_member_too_large_is_passed_over(kind: bytes, tmp_path: Path) -> None:
    head = bytearray(tar_head("a/a", 4 << 30, kind))
    if kind == tarfile.GNUTYPE_SPARSE:  # it says that it has one byte, wherever that is in its 4 GiB
        head[483:495] = b"00000000001\0"
        head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * ord(" ") + sum(head[156:]))
    (tmp_path / "large.tar.xz").write_bytes(lzma.compress(bytes(head) + b"0" * 1000))
    with pytest.raises(ReleaseError, match=r"large.tar.xz: holds more than 200 times its own size"):
        verify(tmp_path / "large.tar.xz")


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_of_a_tar_with_too_much_text_is_refused_before_it_is_read(
    kind: bytes, tmp_path: Path
) -> None:
    (tmp_path / "long.tar.gz").write_bytes(gzip.compress(tar_head("a", 4 << 30, kind)))
    with pytest.raises(
        ReleaseError, match=r"cannot be read as an archive: a header .* more than 65,536 bytes"
    ):
        verify(tmp_path / "long.tar.gz")


def tar_head_of_sparse(pax: bool) -> bytes:
    """Return the header of a sparse file whose map follows, in the way of POSIX or of GNU."""
    if pax:
        info = tarfile.TarInfo("a")
        info.size, info.pax_headers = 1 << 20, {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        return info.tobuf(tarfile.PAX_FORMAT) + b"999999\n"
    head = bytearray(tar_head("a", kind=tarfile.GNUTYPE_SPARSE))
    head[482] = 1  # the map goes on in the next block, which says the same
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * ord(" ") + sum(head[156:]))
    return bytes(head) + (b"00000000001\0" * 42 + b"\1" * 8) * 1_000


@pytest.mark.parametrize("pax", [True, False])
def test_a_sparse_file_is_refused_before_a_map_of_any_length_is_read(pax: bool, tmp_path: Path) -> None:
    (tmp_path / "map.tar.gz").write_bytes(gzip.compress(tar_head_of_sparse(pax) + b"0\n" * 100_000))
    with pytest.raises(ReleaseError, match="a sparse file with a map of its own"):
        verify(tmp_path / "map.tar.gz")


def test_a_compressed_tar_is_read_to_its_end_where_its_sum_is(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(release, "a")
    packed = gzip.compress((tmp_path / "a.tar").read_bytes(), 1)
    for name, content in {"cut": packed[:-8], "sum": packed[:-8] + b"\0" * 4 + packed[-4:]}.items():
        (tmp_path / f"{name}.tgz").write_bytes(content)
        with pytest.raises(ReleaseError, match=r"cannot be read as an archive: C.* (end-of-stream|check)"):
            verify(tmp_path / f"{name}.tgz")
    monkeypatch.setattr(unpack, "SMALL", 1_000)
    long = gzip.compress(bytes(100_000), 9)
    (tmp_path / "long.tgz").write_bytes(long)
    with pytest.raises(ReleaseError, match="times its own size"):
        verify(tmp_path / "long.tgz")


def test_links_and_devices_in_archives_are_refused(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        with tarfile.open(tmp_path / "link.tar", "w") as tar:
            member = tarfile.TarInfo("data/a")
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member)
        with pytest.raises(ReleaseError, match="not a regular file"):
            verify(tmp_path / "link.tar")


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "cut.zip").write_bytes(b"PK\x05\x06" + b"\0" * 10)
    with tarfile.open(fileobj=(cut := BytesIO()), mode="w:gz") as tar:
        tar.add(ROOT / "README.md")
    (tmp_path / "cut.tgz").write_bytes(cut.getvalue()[:-200])
    for name in ("none", "text", "cut.zip", "cut.tgz"):
        with pytest.raises(ReleaseError):
            verify(tmp_path / name)


def test_an_archive_is_packed_already(release: Path, tmp_path: Path) -> None:
    packed = pack(release, tmp_path / "o.zip")
    with pytest.raises(ReleaseError, match=r"o\.zip: this is a file\. Give the folder of a release"):
        pack(packed)


def test_there_is_nothing_to_pack_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"gone: there is no such folder\. Give the folder of a release"):
        pack(tmp_path / "gone")


def test_differences_are_capped_and_the_cap_is_said(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from communique.datapackage.checking import twins

    monkeypatch.setattr(twins, "SHOWN", 0)
    changed_cell(release, "csv")
    covered_up(release)
    told: list[Finding] = [f for f in verify(release).findings if f.code == "format-mismatch"]
    assert [finding.expected for finding in told] == ["no more differences than the 0 listed"]


def test_a_tar_with_a_broken_header_is_refused(tmp_path: Path) -> None:
    for headers in ({"size": "99999999999999999999"}, {"GNU.sparse.map": "a,b", "GNU.sparse.size": "3"}):
        with tarfile.open(tmp_path / "broken.tar", "w", format=tarfile.PAX_FORMAT) as tar:
            member = tarfile.TarInfo("data/a")
            member.pax_headers = headers
            tar.addfile(member)
        with pytest.raises(ReleaseError):
            verify(tmp_path / "broken.tar")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_that_zipfile_gives_at_once_are_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("datapackage.json", b" " * (100 << 20))
    for path in (tmp_path / "a.zip",):
        with pytest.raises(ReleaseError, match="compressed with something other than deflate"):
            verify(path)


@pytest.mark.parametrize("names", [("data", "data/x"), ("data/x", "DATA")])
def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.raises(ReleaseError, match="twice"):
        verify(zip_of(tmp_path / "a.zip", *names))


@pytest.mark.parametrize(("mode", "expected"), [("w", []), ("w:gz", [1]), ("w:bz2", [1]), ("w:xz", [1])])
def test_only_after_a_compressed_tar_is_the_rest_read(
    tmp_path: Path, mode: Any, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def read_on(*_: object) -> None:
        read.append(1)

    monkeypatch.setattr(unpack, "_read_on", read_on)
    with tarfile.open(tmp_path / "a", mode) as tar:
        tar.addfile(tarfile.TarInfo("t.csv"))
    with unpack.members(tmp_path / "a") as found:
        assert [member.name for member in found] == ["t.csv"]
    assert read == expected


def test_a_file_of_zeros_is_not_tried_as_lzma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(lzma, "LZMAFile", tried)
    (tmp_path / "a.tar").write_bytes(bytes(10_240))
    with pytest.raises(ReleaseError, match=r"there is no datapackage\.json"):
        verify(tmp_path / "a.tar")


@pytest.mark.parametrize(
    ("name", "said"),
    [("x" * 1_001, "has a name of 1,001 characters"), ("a/" * 51 + "x", "lies in 51 folders")],
)
def test_names_that_no_file_has_are_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=f"a member {said}; it is refused"):
        verify(zip_of(tmp_path / "a.zip", name))


FALSE: dict[str, Callable[[dict[str, Any]], object]] = {
    "type": lambda one: one["schema"]["fields"][0].update(type="duration"),
    "date": lambda one: one["schema"]["fields"][0].update(type="date"),
    "mediatype": lambda one: one.update(mediatype="x/y"),
    "title": lambda one: one["path"].endswith("csv") or one.update(title="Other"),
    "digest": lambda one: one["path"].endswith("csv") or one.update(digest="sha256:" + "0" * 64),
}


@pytest.mark.parametrize("what", FALSE)
def test_a_promise_that_was_made_false_everywhere_is_found(release: Path, what: str) -> None:
    content = descriptor(release)
    for resource in content["resources"]:
        if resource["name"].startswith("persons"):
            FALSE[what](resource)
    digests = {one["name"]: one["digest"] for one in content["resources"]}
    content["digest"] = package_digest(
        {name.removesuffix("-parquet"): digest for name, digest in digests.items()}
    )
    (release / "datapackage.json").write_text(json.dumps(content), "utf-8")
    covered_up(release, descriptor_too=False)
    assert not verify(release).ok


def test_statistics_that_would_hide_rows_are_found(release: Path) -> None:
    path = release / "data" / "persons.parquet"
    content = path.read_bytes()
    least = min(row["person_id"] for row in pq.read_table(path).to_pylist())
    footer = content.rindex(least.encode())
    path.write_bytes(content[:footer] + b"z" * len(least) + content[footer + len(least) :])
    assert pl.scan_parquet(path).filter(pl.col("person_id") == least).collect().is_empty()
    covered_up(release)
    (found,) = verify(release).findings
    assert (found.code, found.column) == ("parquet-error", "person_id")
