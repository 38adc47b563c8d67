"""Citation: how a release is cited, in words and in the styles of those who cite it. The descriptor has the facts.

words    a line for people, which README, Croissant, exports and sites have
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

from .describe import as_json
from .descriptor import Package
from .errors import CommuniqueError

Style: TypeAlias = Literal["bibtex", "apa", "csl"]
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, also behind a backslash
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
"""What means something to TeX, and how it is written as itself."""


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
    """Return whom a citation names: all contributors but those who only publish, unless there are no others."""
    everybody = list(contributors)
    return [one for one in everybody if set(one.roles) != {"publisher"}] or everybody


def in_words(contributors: Iterable[Credited], released: str, title: str, version: str) -> str:
    """Return how a package is cited in a text; what is empty is left out.

    released: its day, in ISO 8601.
    """
    authors = ", ".join(author.title for author in authors_of(contributors))
    year = f"({released[:4]})" if released else ""
    sentences = (f"{authors} {year}".strip(), title, f"Version {version}" if version else "")
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


@dataclass(frozen=True)
class Citation:
    """What every citation of a release says.

    name, title, version, released: those of the release.
    authors: who made it, as they are called; persons and organizations are not told apart.
    license: its SPDX identifier.
    languages: codes of BCP 47, the first being that of the texts.
    digest: that of the package, by which anybody can tell whether they have the same data.
    """

    name: str
    title: str
    version: str
    released: date | None
    authors: tuple[str, ...]
    license: str
    languages: tuple[str, ...]
    digest: str

    @property
    def key(self) -> str:
        """What a text calls the citation by."""
        return "-".join(filter(None, (self.name, self.version)))

    @property
    def year(self) -> str:
        """The year in which it was released; n.d. where that is not known, as APA has it."""
        return f"{self.released.year}" if self.released else "n.d."


def citation(package: Package) -> Citation:
    """Return what a citation of a release says."""
    return Citation(
        name=package.name,
        title=_line(package.title),
        version=package.version,
        released=package.released,
        authors=tuple(_line(author.title) for author in authors_of(package.contributors)),
        license=package.license.name or package.license.title,
        languages=tuple(package.languages),
        digest=package.digest,
    )


def cite(package: Package, style: Style) -> str:
    """Return the citation of a release as a text without a line feed at its end.

    Raises CommuniqueError where there is no such style.
    """
    render = _STYLES.get(style)
    if render is None:
        raise CommuniqueError(f"{style!r} is no style of citation. Give one of {', '.join(get_args(Style))}.")
    return render(citation(package))


def _line(text: str) -> str:
    """Return a text on one line, without what cannot be printed."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _bibtex(cited: Citation) -> str:
    version = f"Version {cited.version}. " if cited.version else ""
    fields = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "year": f"{cited.released.year}" if cited.released else "",
        "date": str(cited.released or ""),
        "version": _tex(cited.version),
        "type": "Data set",
        "note": _tex(f"{version}Licence: {cited.license}. Content: {cited.digest}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@misc{{{_key(cited.key)},", *lines, "}"))


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _key(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.:-]", "-", text)


def _apa(cited: Citation) -> str:
    *others, last = cited.authors or ("",)
    authors = f"{', '.join(others)}, & {last}" if others else last
    version = f" (Version {cited.version})" if cited.version else ""
    title = f"{cited.title}{version} [Data set]."
    if not authors:  # where nobody is named the title comes first
        return f"{title} ({cited.year})."
    return f"{authors.removesuffix('.')}. ({cited.year}). {title}"


def _csl(cited: Citation) -> str:
    day = cited.released
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "dataset",
        "title": cited.title,
        "author": [{"literal": author} for author in cited.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "version": cited.version,
        "language": next(iter(cited.languages), ""),
        "note": f"Licence: {cited.license}. Content: {cited.digest}",
    }
    return as_json([{name: value for name, value in item.items() if value}]).rstrip()


_STYLES: Mapping[str, Callable[[Citation], str]] = MappingProxyType(
    {"bibtex": _bibtex, "apa": _apa, "csl": _csl}
)
