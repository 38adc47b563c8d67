"""What PyArrow raises while it reads says either that a file is damaged, or that it cannot be read now."""

from __future__ import annotations

import errno

import pytest

from communique.datapackage.errors import ParquetError
from communique.datapackage.storing.parquet import reading


@pytest.mark.parametrize(
    ("raised", "expected"), [(errno.EMFILE, OSError), (errno.ENFILE, OSError), (errno.EIO, ParquetError)]
)
def test_too_many_open_files_do_not_make_a_file_damaged(raised: int, expected: type[Exception]) -> None:
    with pytest.raises(expected, match=r"t\.parquet"), reading("t.parquet"):
        raise OSError(raised, "Failed to open local file '/dev/fd/6'")
