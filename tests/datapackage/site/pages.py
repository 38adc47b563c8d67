"""Functions for tests that read the pages of a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

from lxml import html


def pages(site: Path) -> Iterator[Path]:
    """Yield every page; the files of the release are none."""
    return (path for path in sorted(site.rglob("*.html")) if "release" not in path.relative_to(site).parts)


def parsed(path: Path) -> html.HtmlElement:
    """Return a page as a tree."""
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def links(path: Path) -> Iterator[tuple[html.HtmlElement, str]]:
    """Yield what a page links to or loads, with the element that does."""
    for element in parsed(path).iter():
        for name in ("href", "src", "action", "formaction", "poster", "data", "srcset"):
            if isinstance(element.tag, str) and name in element.attrib:
                yield element, element.attrib[name]


def broken(site: Path) -> list[str]:
    """Return the internal links that lead nowhere, to a file or to a place in a page."""
    ids: dict[Path, set[str]] = {}
    found: list[str] = []
    for page in pages(site):
        for _, link in links(page):
            if link.startswith(("http://", "https://")):
                continue
            address, fragment = urldefrag(link)
            target = (page.parent / unquote(address)).resolve() if address else page
            if not target.is_file() or not target.is_relative_to(site.resolve()):
                found.append(f"{page.relative_to(site)}: {link}")
            elif fragment:
                if target not in ids:
                    ids[target] = {str(name) for name in parsed(target).xpath("//@id")}
                if unquote(fragment) not in ids[target]:
                    found.append(f"{page.relative_to(site)}: {link}")
    return found


def text(path: Path) -> str:
    """Return the text of a page in one line."""
    return " ".join(parsed(path).text_content().split())
