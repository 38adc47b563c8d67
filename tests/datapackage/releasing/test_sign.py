"""A signature covers every byte of exactly one release, and OpenSSH agrees."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from communique.datapackage import (
    CommuniqueError,
    ReleaseError,
    TargetError,
    pack,
    sign,
    signature_path,
    verify,
)
from communique.datapackage.untrusted.limits import KEY_FILE

from ...releases import built, covered_up, edited

OPENSSH = shutil.which("ssh-keygen")


def key_pair(folder: Path, name: str, how: KeySerializationEncryption | None = None) -> Path:
    """Write a new private key and its public one; return the private one's path."""
    private = Ed25519PrivateKey.generate()
    path = folder / name
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, how or NoEncryption()))
    path.chmod(0o600)
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b" somebody\n")
    return path


@pytest.fixture(scope="module")
def folder(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a signed release, two pairs of keys and a changed release."""
    folder = tmp_path_factory.mktemp("signed")
    release = Path(shutil.copytree(released, folder / "release"))
    built(folder / "other", edited("participants.csv", "Ill, as the office said.", "Ill."))
    sign(release, key_pair(folder, "ours"), signature_path(release))
    key_pair(folder, "theirs")
    return folder


def faults(release: Path, key: Path, signature: Path | None = None) -> list[str]:
    return [finding.code for finding in verify(release, key, signature).findings]


def test_a_signed_release_verifies_with_the_key_and_with_no_other(folder: Path) -> None:
    assert faults(folder / "release", folder / "ours.pub") == []
    assert faults(folder / "release", folder / "theirs.pub") == ["signature-error"]
    both = folder / "allowed"
    both.write_text(f"a@b {(folder / 'theirs.pub').read_text()}# c\n\nd {(folder / 'ours.pub').read_text()}")
    assert faults(folder / "release", both) == []


def test_the_signature_of_a_release_holds_for_its_archive_and_not_for_another(folder: Path) -> None:
    packed = pack(folder / "release", folder / "release.zip")
    signature = signature_path(folder / "release")
    assert faults(packed, folder / "ours.pub", signature) == []
    assert faults(folder / "other", folder / "ours.pub", signature) == ["signature-error"]


def test_a_change_that_was_covered_up_is_found(folder: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(folder / "release", tmp_path / "release"))
    (release / "README.md").write_text("Trust me.")
    covered_up(release)
    assert verify(release).ok
    assert faults(release, folder / "ours.pub", signature_path(folder / "release")) == ["signature-error"]


def test_a_flipped_bit_in_the_signature_is_found(folder: Path, tmp_path: Path) -> None:
    from communique.datapackage.releasing.sign import signature_fault

    whole = signature_path(folder / "release").read_bytes()
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 1 << place % 8
        (tmp_path / "broken.sig").write_bytes(broken)
        assert signature_fault(folder / "release", tmp_path / "broken.sig", folder / "ours.pub")
    for text in (b"", whole[:100], b"\n".join(whole.splitlines()[:2])):
        (tmp_path / "broken.sig").write_bytes(text)
        assert signature_fault(folder / "release", tmp_path / "broken.sig", folder / "ours.pub")


def accepted_by_openssh(folder: Path, allowed: Path) -> bool:
    """Return whether ssh-keygen trusts a key of the file for the release, whoever it is said to belong to."""
    assert OPENSSH
    sums = (folder / "release" / "SHA256SUMS").read_bytes()
    command = [OPENSSH, "-Y", "verify", "-f", str(allowed), "-I", "a@b", "-n", "file", "-s"]
    signature = str(signature_path(folder / "release"))
    return not subprocess.run([*command, signature], input=sums, check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    "line", ["a@b KEY", "a@b KEY # ours", '"a@b,c@d" KEY', "  a@b\tKEY\r", "x@y other\na@b KEY"]
)
def test_a_key_is_trusted_in_any_form_that_openssh_reads(line: str, folder: Path, tmp_path: Path) -> None:
    key = " ".join((folder / "ours.pub").read_text().split()[:2])
    (tmp_path / "allowed").write_text(line.replace("KEY", key) + "\n")
    assert faults(folder / "release", tmp_path / "allowed") == []
    assert OPENSSH is None or accepted_by_openssh(folder, tmp_path / "allowed")


@pytest.mark.parametrize(
    "line", ["# revoked: a@b KEY", "#KEY", "a@b ssh-rsa AAAA KEY", "# a\x0ca@b KEY", "a@b"]
)
def test_a_key_in_a_comment_is_not_trusted(line: str, folder: Path, tmp_path: Path) -> None:
    key = " ".join((folder / "ours.pub").read_text().split()[:2])
    (tmp_path / "allowed").write_text(
        f"{line.replace('KEY', key)}\nc@d {(folder / 'theirs.pub').read_text()}"
    )
    assert faults(folder / "release", tmp_path / "allowed") == ["signature-error"]
    assert OPENSSH is None or not accepted_by_openssh(folder, tmp_path / "allowed")


@pytest.mark.parametrize(
    "line",
    [
        'a@b namespaces="git" KEY',
        'a@b valid-before="20200101" KEY',
        "a@b cert-authority KEY",
        "cert-authority KEY",
        'from="*.example.org" KEY',
        "@revoked KEY",
        "!a@b KEY",
    ],
)
def test_a_key_that_is_trusted_with_options_is_refused(line: str, folder: Path, tmp_path: Path) -> None:
    key = " ".join((folder / "ours.pub").read_text().split()[:2])
    (tmp_path / "allowed").write_text(f"# ours\n{line.replace('KEY', key)}\n")
    with pytest.raises(CommuniqueError, match=r"allowed, line 2: has options.* Remove the line"):
        verify(folder / "release", tmp_path / "allowed")
    assert OPENSSH is None or not accepted_by_openssh(folder, tmp_path / "allowed")


def test_many_keys_are_read_to_the_last_one_and_too_many_are_refused(folder: Path, tmp_path: Path) -> None:
    theirs, ours = ((folder / f"{name}.pub").read_text() for name in ("theirs", "ours"))
    (tmp_path / "many").write_text(theirs * 2000 + ours)
    assert faults(folder / "release", tmp_path / "many") == []
    (tmp_path / "most").write_text(ours.ljust(KEY_FILE.most))
    assert faults(folder / "release", tmp_path / "most") == []
    (tmp_path / "more").write_text(ours.ljust(KEY_FILE.most + 1))
    with pytest.raises(CommuniqueError, match=r"more: has more than 1,048,576 bytes"):
        verify(folder / "release", tmp_path / "more")
    assert faults(folder / "release", folder / "ours.pub", tmp_path / "more") == ["signature-error"]


@pytest.mark.skipif(OPENSSH is None, reason="there is no ssh-keygen")
def test_openssh_makes_the_same_signature_and_accepts_ours(folder: Path, tmp_path: Path) -> None:
    assert OPENSSH
    sums = (folder / "release" / "SHA256SUMS").read_bytes()
    command = [OPENSSH, "-Y", "sign", "-q", "-f", str(folder / "ours"), "-n", "file"]
    made = subprocess.run(command, input=sums, capture_output=True, check=True).stdout
    assert made == signature_path(folder / "release").read_bytes()
    (tmp_path / "allowed").write_text(f"us {(folder / 'ours.pub').read_text()}")
    check = [OPENSSH, "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "us", "-n", "file", "-s"]
    signature = str(signature_path(folder / "release"))
    assert subprocess.run([*check, signature], input=sums, check=False, capture_output=True).returncode == 0
    assert subprocess.run([*check, signature], input=sums + b"x", check=False, capture_output=True).returncode


def test_a_signature_takes_the_place_of_neither_key_nor_release(folder: Path, tmp_path: Path) -> None:
    packed = pack(folder / "release", tmp_path / "release.zip")
    key = Path(shutil.copy(folder / "ours", tmp_path / "key"))
    before = packed.read_bytes(), key.read_bytes()
    for target in (packed, key):
        with pytest.raises(TargetError, match="is what is signed, or the key"):
            sign(packed, key, target)
    assert (packed.read_bytes(), key.read_bytes()) == before


def test_a_key_with_a_passphrase_needs_it(folder: Path, tmp_path: Path) -> None:
    key = key_pair(tmp_path, "locked", BestAvailableEncryption(b"word"))
    sign(folder / "release", key, tmp_path / "a.sig", "word")
    assert faults(folder / "release", key.with_suffix(".pub"), tmp_path / "a.sig") == []
    for wrong in (None, "other"):
        with pytest.raises(CommuniqueError, match="cannot be used as an SSH private key"):
            sign(folder / "release", key, tmp_path / "b.sig", wrong)


def test_what_cannot_be_used_is_said(folder: Path, tmp_path: Path) -> None:
    rsa = generate_private_key(65537, 2048)
    (tmp_path / "rsa").write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "text").write_text("hello")
    (tmp_path / "cut.pub").write_text("ssh-ed25519 AAAA x\n")
    for name, message in (
        ("rsa", "not a key of the kind"),
        ("text", r"cannot be used .*ssh-keygen -t ed25519 makes, not the \.pub"),
        ("none", "cannot be read"),
    ):
        with pytest.raises(CommuniqueError, match=message):
            sign(folder / "release", tmp_path / name, tmp_path / "a.sig")
    for name, message in (
        ("text", "has no public key"),
        ("cut.pub", "not an SSH public key"),
        ("none", "cannot be read"),
    ):
        with pytest.raises(CommuniqueError, match=message):
            verify(folder / "release", tmp_path / name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match="SHA256SUMS"):
        sign(tmp_path / "empty", folder / "ours", tmp_path / "a.sig")


def test_pipes_are_not_waited_for_and_a_missing_signature_is_a_finding(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CommuniqueError, match="not a regular one"):
        verify(folder / "release", tmp_path / "pipe")
    with pytest.raises(CommuniqueError, match="not a regular one"):
        sign(folder / "release", tmp_path / "pipe", tmp_path / "a.sig")
    (finding,) = verify(folder / "other", folder / "ours.pub").findings
    assert str(finding.expected).endswith(
        "other.sig; there is none there. Say where it is with --signature FILE"
    )
    with pytest.raises(CommuniqueError, match=r"nowhere\.pub: cannot be read"):
        verify(folder / "other", tmp_path / "nowhere.pub")


@pytest.mark.parametrize("kind", ["pipe", "folder", "none"])
def test_sums_that_cannot_be_read_are_findings_and_never_waited_for(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    release = Path(shutil.copytree(folder / "release", tmp_path / "release"))
    sums, signature = release / "SHA256SUMS", signature_path(folder / "release")
    sums.unlink()
    if kind != "none":
        (os.mkfifo if kind == "pipe" else os.mkdir)(sums)
    assert sorted(faults(release, folder / "ours.pub", signature)) == ["signature-error", "sums-error"]
    with pytest.raises(ReleaseError, match=r"SHA256SUMS(: cannot be read|, so it is not a release)"):
        sign(release, folder / "ours", tmp_path / "a.sig")


def test_a_release_that_is_broken_is_neither_signed_nor_packed(folder: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(folder / "release", tmp_path / "release"))
    (release / ".DS_Store").touch()
    with pytest.raises(ReleaseError, match="does not keep its promises"):
        sign(release, folder / "ours", tmp_path / "a.sig")
    with pytest.raises(ReleaseError, match="does not keep its promises"):
        pack(release, tmp_path / "a.zip")


def test_what_is_no_release_is_not_signed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    with pytest.raises(ReleaseError, match=r"dataset: has no SHA256SUMS, so it is not a release\. Build one"):
        sign(tmp_path / "dataset", folder / "ours", tmp_path / "a.sig")


def test_a_signature_has_a_place_also_beside_the_root() -> None:
    assert signature_path("/") == Path("/.sig")
