"""Sign: a detached SSH signature over the `SHA256SUMS` of a release, and with it over every byte of the release.

The format is that of `ssh-keygen -Y sign` (PROTOCOL.sshsig of OpenSSH), with keys of type ssh-ed25519 and the namespace
`file`. Signing and checking need no network. To check a signature with OpenSSH:

    ssh-keygen -Y verify -f allowed_signers -I WHO -n file -s RELEASE.sig < RELEASE/SHA256SUMS
"""

from __future__ import annotations

import os
import re
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha512
from importlib.util import find_spec
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from ..arguments import as_path
from ..errors import CommuniqueError, ReleaseError, TargetError
from ..untrusted.limits import KEY_FILE
from ..untrusted.paths import PathError
from .archive import opened
from .commit import SUMS, write_file
from .sums import insist_on_files, insist_on_sums, read_sums

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KIND = "ssh-ed25519"
SUFFIX = ".sig"
_MAGIC, _NAMESPACE, _HASH = b"SSHSIG", b"file", b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_TRUSTED = re.compile(rf'(?:("[^"]*"|[^\s"]+)[ \t]+)?{KIND}[ \t]+([^\s"]+)(?:[ \t].*)?')
"""A line with a public key: optionally its owner, then the key, and a comment; no options."""
_OTHER_KIND = re.compile(r"(ssh|ecdsa|sk)-[^\s\"]+")


def signature_path(release: str | Path) -> Path:
    """Return where the signature of a release is expected: beside it, because a release is never changed."""
    path = Path(os.path.abspath(as_path(release)))
    return path.parent / (path.name + SUFFIX)


def sign(release: str | Path, key: str | Path, target: str | Path, passphrase: str | None = None) -> None:
    """Sign a release, a folder or an archive, with a private SSH key of type ed25519, and write the signature.

    key: the file of the private key.
    passphrase: that of the key, where it has one.
    target: the file of the signature; `verify` expects it at `signature_path(release)`.
    Raises CommuniqueError where the key cannot be used, ReleaseError where there is no release, and TargetError where the
    signature would overwrite either of them.
    """
    release, key, target = as_path(release), as_path(key), as_path(target)
    if target.exists() and any(given.exists() and target.samefile(given) for given in (release, key)):
        raise TargetError(f"{target}: is what is signed, or the key. Give another name for the signature.")
    private = _private_key(key, passphrase)
    with opened(release) as folder:
        insist_on_sums(folder, release)
        message = _message(folder)
        insist_on_files(folder)
    public = _public_blob(private.public_key())
    signature = _string(KIND.encode()) + _string(private.sign(_signed_data(message)))
    parts = (public, _NAMESPACE, b"", _HASH, signature)
    blob = _MAGIC + struct.pack(">I", 1) + b"".join(map(_string, parts))
    write_file(target, _armoured(blob).encode())


def signature_fault(folder: Path, signature: Path, key: Path) -> str | None:
    """Return what was expected where the signature does not prove the release in `folder`, or None where it does.

    key: a file with trusted public keys, one per line, as in id_ed25519.pub or allowed_signers.
    """
    _insist_on_extra()
    from cryptography.exceptions import InvalidSignature

    trusted = {_public_blob(public): public for public in _public_keys(key)}
    if not signature.exists():
        return f"a signature at {signature}; there is none there. Say where it is with --signature FILE"
    try:
        blob, raw = _parts(_start(signature))
    except (ValueError, struct.error) as error:
        return f"an SSH signature with a key of the kind {KIND}; {signature}: {error}"
    if blob not in trusted:
        return f"a signature by a key of {key}; it was made with another"
    try:
        trusted[blob].verify(raw, _signed_data(read_sums(folder)))
    except PathError as error:
        return f"a signature over {SUMS}: {error}"
    except InvalidSignature:
        return f"a signature over this {SUMS}; it was made over another"
    return None


def _insist_on_extra() -> None:
    if find_spec("cryptography") is None:
        raise CommuniqueError("signatures need two packages: pip install bcrypt cryptography")


def _message(folder: Path) -> bytes:
    try:
        return read_sums(folder)
    except PathError as error:
        raise ReleaseError(f"{folder / SUMS}: cannot be read: expected {error}.") from error


def _signed_data(message: bytes) -> bytes:
    return _MAGIC + b"".join(map(_string, (_NAMESPACE, b"", _HASH, sha512(message).digest())))


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes) -> Iterator[bytes]:
    while data:
        (length,) = struct.unpack(">I", data[:4])
        if length > len(data) - 4:
            raise ValueError("it is cut off")
        yield data[4 : 4 + length]
        data = data[4 + length :]


def _parts(text: str) -> tuple[bytes, bytes]:
    """Return public key and signature of an armoured signature; ValueError where it is not one."""
    lines = text.splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise ValueError("it does not begin and end as one")
    data = b64decode("".join(lines[1:-1]), validate=True)
    if _armoured(data) != text or data[:10] != _MAGIC + struct.pack(">I", 1):
        raise ValueError("it is not written as ssh-keygen writes it")
    public, namespace, reserved, hashed, signature = _strings(data[10:])
    kind, raw = _strings(signature)
    if (namespace, reserved, hashed, kind) != (_NAMESPACE, b"", _HASH, KIND.encode()):
        raise ValueError("it is for another purpose, or made by another algorithm")
    return public, raw


def _armoured(blob: bytes) -> str:
    return "\n".join((_BEGIN, *wrap(b64encode(blob).decode(), 70), _END)) + "\n"


def _public_blob(public: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return b64decode(public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])


def _public_keys(path: Path) -> list[Ed25519PublicKey]:
    """Return the keys that a file trusts without restriction. Raises CommuniqueError where there is none, or one has options.

    Options of `allowed_signers` restrict a key to a time or a purpose: to ignore them would be to trust it too far.
    """
    lines = enumerate(_read(path).split("\n"), 1)
    found = [
        key for number, line in lines if (key := _public_key(line.strip(" \t\r"), f"{path}, line {number}"))
    ]
    if not found:
        raise CommuniqueError(
            f"{path}: has no public key of the kind {KIND}. Give a file such as id_ed25519.pub."
        )
    return found


def _public_key(line: str, where: str) -> Ed25519PublicKey | None:
    """Return the key of a line; None where it has none, or one of another kind."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    words = line.split()
    if line.startswith("#") or KIND not in words[:-1]:
        return None
    trusted = _TRUSTED.fullmatch(line)
    if not trusted or _is_option(trusted[1] or ""):
        if any(map(_OTHER_KIND.fullmatch, (word for word in words[:2] if word != KIND))):
            return None
        raise CommuniqueError(
            f"{where}: has options, or more than a name before the key, which are not supported. Remove the line, or "
            f"write it as NAME {KIND} KEY if the key is to be trusted without them."
        )
    try:
        public = load_ssh_public_key(f"{KIND} {trusted[2]}".encode())
    except ValueError as error:
        raise CommuniqueError(
            f"{where}: not an SSH public key. Copy the whole line from the .pub file."
        ) from error
    return public if isinstance(public, Ed25519PublicKey) else None


def _is_option(name: str) -> bool:
    """Say whether the word before a key is not a name, but an option: that it is for an authority, or revoked."""
    return name.lower() == "cert-authority" or name.startswith(("@", "!"))


def _private_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Return the private key of a file. Raises CommuniqueError where there is none of the right kind."""
    _insist_on_extra()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        private = load_ssh_private_key(_read(path).encode(), passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = str(error).rstrip(".")
        raise CommuniqueError(
            f"{path}: cannot be used as an SSH private key: {reason}. "
            "Give the file that ssh-keygen -t ed25519 makes, not the .pub beside it, and its passphrase if it has one, and "
            "only then: the command line takes that from the variable COMMUNIQUE_PASSPHRASE."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise CommuniqueError(f"{path}: not a key of the kind {KIND}. Make one with ssh-keygen -t ed25519.")
    return private


def _read(path: Path) -> str:
    """Return the text of a file of keys. Raises CommuniqueError where it is too large to be one, or cannot be read."""
    text = _start(path)
    if KEY_FILE.exceeded(len(text)):
        raise CommuniqueError(
            f"{path}: has more than {KEY_FILE.most:,} bytes, so it is not read. Give a file with the keys alone."
        )
    return text


def _start(path: Path) -> str:
    """Return the text of a small regular file, or the start of a larger one; pipes and devices are never read."""
    try:
        if not path.is_file():
            raise CommuniqueError(
                f"{path}: cannot be read: there is no such file, or it is not a regular one."
            )
        with path.open("rb") as file:
            return file.read(KEY_FILE.most + 1).decode("ascii", errors="replace")
    except OSError as error:
        raise CommuniqueError(f"{path}: cannot be read: {error.strerror}.") from error
