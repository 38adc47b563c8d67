"""Make: a static site from a release, complete or not at all, with the same bytes for the same release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from communique.schemas import Story

from ..arguments import as_path, insist_on, optional_path
from ..describing.citation import in_words
from ..describing.describe import as_json
from ..describing.snippets import snippets
from ..edition import edition
from ..foreign.adopting.asrelease import as_release
from ..progress import Step, tell
from ..releasing.commit import refuse_overlap, refuse_within_release, staging
from ..storing.arrowfile import FileRows, spooled
from ..verify import insist_on_promises
from .addresses import column_anchor, list_page, row_page, table_page
from .charts import Chart, Counts, charts_of
from .dates import in_words as dated
from .diagram import HEIGHT, WIDTH, diagram_of
from .downloads import FOLDER, downloads
from .entities import write_pages
from .linkeddata import linked_data
from .lists import Listed, by_year, write_list
from .merge import Row
from .render import Writer
from .search import postings, write_index
from .shape import Shape, shape_of
from .tables import write_table

MARKER = "site.json"
"""The file by which a folder is known to be a complete site; it is written last."""


@dataclass(frozen=True)
class Made:
    """What was made.

    name: the name of the release.
    version: its version; empty where it has none.
    files: how many pages and other files were made, those of the release not counted.
    bytes: how large they are together.
    """

    name: str
    version: str
    files: int
    bytes: int

    @property
    def edition(self) -> str:
        """The name of the release with its version, where it has one."""
        return edition(self.name, self.version)


def site(release: str | Path, target: str | Path, story: Story, schema: str | Path | None = None) -> Made:
    """Make a static site of a release, or of a package of others, in the folder `target`; a site there is replaced.

    story: which tables have pages for their rows, such as `communique.schemas.STORY`; what of it does not fit the
        release is left out.
    schema: the Table Schema of a lone table.
    Raises ReleaseError where the release does not keep its promises, TargetError where the site cannot be written;
    what was there before is untouched then.
    """
    release, target, schema = as_path(release), as_path(target), optional_path(schema)
    insist_on(Story, story, "a Story, such as communique.schemas.STORY")
    with as_release(release, schema) as folder, TemporaryDirectory(prefix="communique-") as work:
        shape = shape_of(folder, story)
        for source in (folder, release):
            refuse_overlap(target, source)
        refuse_within_release(target)
        insist_on_promises(release, folder)
        with staging(target, MARKER) as new:
            return _write(shape, new, Path(work))


def _write(shape: Shape, new: Path, work: Path) -> Made:
    package = shape.package
    nav = [(list_page(page.table), shape.tables[page.table].parquet.title) for page in shape.pages.values()]
    writer = Writer(new, {"package": package, "nav": nav, "row_page": row_page})
    writer.assets()
    first, files = downloads(shape, new)
    lists: list[Listed] = []
    charts: list[Chart] = []
    entries: list[FileRows] = []
    tell(Step("write", ahead=sum(shape.tables[name].parquet.rows for name in shape.pages)))
    for page in shape.pages.values():
        counts, path = Counts(), work / f"entries-{len(entries)}.arrow"
        entries.append(spooled(_counted(write_pages(shape, page, writer, work), counts), path))
        lists.append(write_list(shape, page, entries[-1].batches(), counts.total, writer, work))
        charts += charts_of(shape, page, counts)
    for table in shape.tables.values():
        write_table(shape, table, writer)
    write_index(postings(_findable(shape, entries)), writer, work)
    writer.page(
        "index.html",
        "index.html",
        shape=shape,
        lists=lists,
        timelines=[listed for listed in lists if listed.page.when],
        by_year=by_year,
        charts=charts,
        diagram=diagram_of(shape),
        box=(WIDTH, HEIGHT),
        downloads=first,
        files=files,
        snippets=snippets(shape.raw, FOLDER),
        linked=linked_data(shape.folder),
        cited=in_words(package.contributors, package.created or "", package.title, package.version),
        table_page=table_page,
        list_page=list_page,
    )
    made = Made(package.name, package.version, writer.files + 1, writer.size)
    marker = {"name": made.name, "version": made.version, "digest": package.digest, "files": made.files}
    writer.file(MARKER, as_json(marker).encode())
    return made


def _counted(frames: Iterator[pl.DataFrame], counts: Counts) -> Iterator[pl.DataFrame]:
    for frame in frames:
        counts.add(frame)
        yield frame


def _findable(shape: Shape, entries: list[FileRows]) -> Iterator[Row]:
    """Yield what search finds: tables and their columns, and every row that has a page."""
    for table in shape.tables.values():
        resource, path = table.parquet, table_page(table.name)
        yield {
            "path": path,
            "title": resource.title or table.name,
            "native": None,
            "key": table.name,
            "about": "Table",
            "also": "",
        }
        for name, field in table.fields.items():
            about = f"Column of {table.name}"
            title = f"{field.title} ({name})" if field.title and field.title != name else name
            yield {
                "path": f"{path}#{column_anchor(name)}",
                "title": title,
                "native": None,
                "key": name,
                "about": about,
                "also": "",
            }
    for page, found in zip(shape.pages.values(), entries, strict=True):
        for frame in found.batches():
            for row in frame.iter_rows(named=True):
                when = row["when"] and dated(row["when"])
                about = " · ".join(filter(None, (page.noun.capitalize(), when, row["group"])))
                also = " ".join(filter(None, (row["when"], row["stage"], row["facts"], row["summary"])))
                yield {**row, "path": row_page(page.table, row["key"]), "about": about, "also": also}
