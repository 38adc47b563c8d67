"""Arrow files: frames that are spooled to a file of the work folder, and read back in the same order, some columns or all.

A file is not mapped into memory, so that what was read does not stay there, and only the requested columns are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import ipc

from ..threads import go_on


@dataclass(frozen=True)
class FileRows:
    """The rows of a file."""

    path: Path

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows frame by frame, as they were written."""
        with pa.OSFile(str(self.path)) as source:
            options = (
                None if columns is None else ipc.IpcReadOptions(included_fields=_places(source, columns))
            )
            with ipc.open_file(source, options=options) as file:
                for number in range(file.num_record_batches):
                    go_on()
                    rows = pl.DataFrame(file.get_batch(number))
                    yield rows if columns is None else pl.DataFrame([rows[name] for name in columns])


def _places(source: pa.OSFile, columns: Sequence[str]) -> list[int]:
    """Return the positions of columns in a file."""
    with ipc.open_file(source) as file:
        return [file.schema.get_field_index(name) for name in columns]


def spooled(frames: Iterable[pl.DataFrame], path: Path, most: int | None = None) -> FileRows:
    """Write at least one frame to a new file, and return its rows.

    most: the most rows that a frame has when it is read back; by default frames come back as they were written.
    """
    sink: ipc.RecordBatchFileWriter | None = None
    with ExitStack() as stack:
        for frame in frames:
            table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            sink = sink or stack.enter_context(ipc.new_file(path, table.schema))
            sink.write_table(table, max_chunksize=most)
    return FileRows(path)
