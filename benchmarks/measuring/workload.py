"""The datasets and releases that figures are measured on, each made when the first figure needs it."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .measure import run

HERE = Path(__file__).parent.parent
SMALL = 300_000
"""Participations of the dataset for rivals that take minutes for more."""
_INSTALLED = HERE.parent / ".venv/bench/bin/communique"
COMMUNIQUE = str(_INSTALLED if _INSTALLED.exists() else Path(sys.executable).with_name("communique"))
"""The command as people run it: installed by itself, where `make bench` did that."""


@dataclass
class Workload:
    """Datasets with so many participations, in the folder `work`, made anew."""

    work: Path
    participations: int
    seed: int

    @cached_property
    def dataset(self) -> Path:
        """The dataset of full size."""
        return self._generated("dataset", self.participations)

    @cached_property
    def tenth(self) -> Path:
        """A dataset of a tenth of the size, to see what growth costs."""
        return self._generated("tenth", max(1, self.participations // 10))

    @cached_property
    def release(self) -> Path:
        """The release of the dataset of full size."""
        return self._built(self.dataset, "release")

    @cached_property
    def csv_package(self) -> Path:
        """The CSV files of the release, as anybody's data package."""
        return self._package(self.release, "csv")

    @cached_property
    def parquet_package(self) -> Path:
        """The Parquet files of the release, as anybody's data package."""
        return self._package(self.release, "parquet")

    @cached_property
    def csv_sources(self) -> Path:
        """The CSV files of the tables that curators write, as anybody's data package."""
        return self._package(self.release, "csv", self.dataset)

    @cached_property
    def parquet_sources(self) -> Path:
        """Their Parquet files, as anybody's data package."""
        return self._package(self.release, "parquet", self.dataset)

    @cached_property
    def revised_release(self) -> Path:
        """A release in which one participation in a hundred was withdrawn, and as many have another note."""
        revised = self.work / "revised"
        run([sys.executable, str(HERE / "revise.py"), str(self.dataset), str(revised)])
        return self._built(revised, "revised-release")

    @cached_property
    def small(self) -> Path:
        """A small dataset."""
        return self._generated("small", min(SMALL, self.participations))

    @cached_property
    def small_release(self) -> Path:
        """The release of the small dataset."""
        return self._built(self.small, "small-release")

    def scratch(self) -> str:
        """Return a folder that is not there, for what a run writes."""
        folder = self.work / "scratch"
        shutil.rmtree(folder, ignore_errors=True)
        return str(folder)

    @cached_property
    def small_package(self) -> Path:
        """The CSV files of the small release, as anybody's data package."""
        return self._package(self.small_release, "csv")

    @cached_property
    def small_sources(self) -> Path:
        """The CSV files of the tables of the small release that curators write, as anybody's data package."""
        return self._package(self.small_release, "csv", self.small)

    def _package(self, release: Path, form: str, dataset: Path | None = None) -> Path:
        """Return the files of one form of a release as a package; of a dataset's release, the tables that it has."""
        folder = self.work / f"{release.name}-{form}{'-sources' if dataset else ''}"
        there = {path.stem for path in dataset.glob("*.csv")} if dataset else None
        (folder / "data").mkdir(parents=True)
        descriptor = json.loads((release / "datapackage.json").read_text("utf-8"))
        descriptor["resources"] = [
            item
            for item in descriptor["resources"]
            if item["path"].endswith(form) and (there is None or Path(item["path"]).stem in there)
        ]
        for item in descriptor["resources"]:
            shutil.copyfile(release / item["path"], folder / item["path"])
        (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
        return folder

    def _generated(self, name: str, participations: int) -> Path:
        folder, size = self.work / name, ["--participations", str(participations)]
        run([sys.executable, str(HERE / "generate.py"), str(folder), *size, "--seed", str(self.seed)])
        return folder

    def _built(self, dataset: Path, name: str) -> Path:
        folder = self.work / name
        run([COMMUNIQUE, "build", str(dataset), "--output", str(folder)])
        return folder


def rows_of(folder: Path) -> int:
    """Count the rows of all CSV files of a folder; no cell of a synthetic dataset has a line break."""
    return sum(_lines(path) - 1 for path in folder.glob("*.csv"))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
