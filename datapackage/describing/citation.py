"""Citation: how to cite a release, in several styles, computed from its descriptor.

words    a line for people, used in README, Croissant, exports and sites
bibtex   an entry `@misc` with the fields of BibTeX, and those that biblatex adds for data: version, date, type
apa      a line in the manner of APA 7 for data sets, as plain text
csl      CSL-JSON, which reference managers read: https://docs.citationstyles.org/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, get_args

from ..edition import stem
from ..errors import CommuniqueError
from .describe import as_json
from .descriptor import Contributor, Package

Style: TypeAlias = Literal["bibtex", "apa", "csl"]
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, also behind a backslash
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
"""The characters that are special to TeX, and how each is escaped."""
_PARTS = re.compile(r",|\band\b", re.IGNORECASE)
"""What separates names in BibTeX, unless it is in braces."""
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}(?:\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+)")
"""What CITATION.cff accepts as a DOI."""


class Credited(Protocol):
    """Somebody who contributed to a package, with Data Package roles."""

    @property
    def title(self) -> str:
        """What they are called."""
        ...

    @property
    def roles(self) -> Sequence[str]:
        """What they did."""
        ...


_Credited = TypeVar("_Credited", bound=Credited)


def authors_of(contributors: Iterable[_Credited]) -> list[_Credited]:
    """Return whom a citation names: all contributors except those who only publish, unless there are no others."""
    everybody = list(contributors)
    return [one for one in everybody if set(one.roles) != {"publisher"}] or everybody


def in_words(contributors: Iterable[Credited], released: str, title: str, version: str) -> str:
    """Return the citation of a package in words; what is empty is left out.

    released: the day of release, in ISO 8601.
    """
    authors = ", ".join(author.title for author in authors_of(contributors))
    year = f"({released[:4]})" if released else ""
    sentences = (f"{authors} {year}".strip(), title, f"Version {version}" if version else "")
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


@dataclass(frozen=True)
class Author:
    """An author of a release.

    title: the full name.
    given, family: the names of a person; both empty for a body, and where one of them is unknown.
    """

    title: str
    given: str = ""
    family: str = ""


@dataclass(frozen=True)
class Citation:
    """What every citation of a release says; what is unknown is empty.

    name, title, version, released: those of the release.
    authors: who made it.
    publisher: the name of its publisher.
    doi: its DOI, without the address of a resolver.
    url: the address of its page.
    license: its SPDX identifier.
    languages: codes of BCP 47, the first being that of the texts.
    digest: that of the package, by which anybody can tell whether they have the same data.
    """

    name: str
    title: str
    version: str
    released: date | None
    authors: tuple[Author, ...]
    publisher: str
    doi: str
    url: str
    license: str
    languages: tuple[str, ...]
    digest: str

    @property
    def key(self) -> str:
        """The key by which a text refers to the citation."""
        return stem(self.name, self.version)

    @property
    def year(self) -> str:
        """The year of release; `n.d.` where it is unknown, as in APA."""
        return f"{self.released.year}" if self.released else "n.d."

    @property
    def address(self) -> str:
        """Where it is found: its DOI as an address, else that of its page."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


def citation(package: Package) -> Citation:
    """Return what a citation of a release says."""
    publishers = (one.title for one in package.contributors if "publisher" in one.roles)
    return Citation(
        name=package.name,
        title=_line(package.title),
        version=package.version,
        released=package.released,
        authors=tuple(map(_author, authors_of(package.contributors))),
        publisher=_line(next(publishers, "")),
        doi=doi_of(package.id or ""),
        url=_line(package.homepage or ""),
        license=package.license.name or package.license.title,
        languages=tuple(package.languages),
        digest=package.digest,
    )


def doi_of(identifier: str) -> str:
    """Return the DOI of an identifier, without prefix or resolver; an empty text where it is not a DOI."""
    match = _DOI.fullmatch(identifier)
    return match[1] if match else ""


def _author(contributor: Contributor) -> Author:
    given, family = _line(contributor.given_name or ""), _line(contributor.family_name or "")
    return Author(_line(contributor.title), *((given, family) if given and family else ()))


def cite(package: Package, style: Style) -> str:
    """Return the citation of a release as a text without a line feed at its end.

    Raises CommuniqueError where there is no such style.
    """
    render = _STYLES.get(style)
    if render is None:
        raise CommuniqueError(
            f"{style!r} is not a style of citation. Give one of {', '.join(get_args(Style))}."
        )
    return render(citation(package))


def _line(text: str) -> str:
    """Return a text on one line, without what cannot be printed."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _bibtex(cited: Citation) -> str:
    version = f"Version {cited.version}. " if cited.version else ""
    fields = {
        "author": " and ".join(map(_tex_name, cited.authors)),
        "title": f"{{{_tex(cited.title)}}}",
        "year": f"{cited.released.year}" if cited.released else "",
        "date": str(cited.released or ""),
        "version": _tex(cited.version),
        "type": "Data set",
        "publisher": f"{{{_tex(cited.publisher)}}}" if cited.publisher else "",
        "doi": _verbatim(cited.doi),
        "url": _verbatim(cited.url),
        "note": _tex(f"{version}Licence: {cited.license}. Content: {cited.digest}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@misc{{{_key(cited.key)},", *lines, "}"))


def _tex_name(author: Author) -> str:
    """Return a name as `Family, Given`, and that of a body in braces, which keep it whole."""
    if not author.family:
        return f"{{{_tex(author.title)}}}"
    return ", ".join(
        f"{{{_tex(part)}}}" if _PARTS.search(part) else _tex(part) for part in (author.family, author.given)
    )


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _verbatim(text: str) -> str:
    """Return a DOI or an address for a verbatim field; braces and backslashes are percent-encoded."""
    return re.sub(r"[{}\\]", lambda sign: f"%{ord(sign[0]):02X}", text)


def _key(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.:-]", "-", text)


def _apa(cited: Citation) -> str:
    *others, last = map(_apa_name, cited.authors or (Author(""),))
    authors = f"{', '.join(others)}, & {last}" if others else last
    version = f" (Version {cited.version})" if cited.version else ""
    title = f"{cited.title}{version} [Data set]."
    # A publisher who is the author is not named again.
    publisher = cited.publisher if cited.publisher not in [author.title for author in cited.authors] else ""
    end = [f"{publisher.removesuffix('.')}." if publisher else "", cited.address]
    if not authors:  # where nobody is named the title comes first
        return " ".join(filter(None, (title, f"({cited.year}).", *end)))
    return " ".join(filter(None, (f"{authors.removesuffix('.')}.", f"({cited.year}).", title, *end)))


def _apa_name(author: Author) -> str:
    """Return a name as `Family, G.`, with the initials of a person; hyphens between given names stay."""
    words = re.split(r"[\s.]+", author.given)
    initials = ["-".join(f"{part[0]}." for part in word.split("-") if part) for word in words]
    named = " ".join(filter(None, initials))
    return f"{author.family}, {named}" if named else author.title


def _csl(cited: Citation) -> str:
    day = cited.released
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "dataset",
        "title": cited.title,
        "author": [_csl_name(author) for author in cited.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "version": cited.version,
        "publisher": cited.publisher,
        "DOI": cited.doi,
        "URL": cited.url,
        "language": next(iter(cited.languages), ""),
        "note": f"Licence: {cited.license}. Content: {cited.digest}",
    }
    return as_json([{name: value for name, value in item.items() if value}]).rstrip()


def _csl_name(author: Author) -> Mapping[str, str]:
    if author.family:
        return {"family": author.family, "given": author.given}
    return {"literal": author.title}


_STYLES: Mapping[str, Callable[[Citation], str]] = MappingProxyType(
    {"bibtex": _bibtex, "apa": _apa, "csl": _csl}
)
