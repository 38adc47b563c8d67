"""Models in a user's own Python code are found, and nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path

import pandera.polars as pa
import pytest

from communique.datapackage.models import ModelError, load_model, names_model

MODULE = """
import pandera.polars as pa
print("loud")
class Box:
    class Model(pa.DataFrameModel):
        a: int
schema = pa.DataFrameSchema({"a": pa.Column(int)})
number = 3
class Broken(pa.DataFrameModel):
    a: int
    @pa.check("b")
    def never(cls, data): return data
class Other(pa.DataFrameModel):
    a: int
    @classmethod
    def to_schema(cls): raise AttributeError("no such check")
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "their_models.py").write_text(MODULE)
    (tmp_path / "their_broken.py").write_text("raise SystemExit('enough')\n")
    (tmp_path / "their_silent.py").write_text("raise ValueError\n")
    (tmp_path / "their_skipped.py").write_text(
        "import pytest\npytest.skip('not here', allow_module_level=True)\n"
    )
    (tmp_path / "модель.py").write_text("from their_models import schema as схема\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "their_models", raising=False)


def test_models_and_schemas_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    path = list(sys.path)
    for name in ("their_models:Box.Model", "their_models:schema", "модель:схема"):
        found = load_model(name)
        assert isinstance(found, pa.DataFrameSchema)
        assert list(found.columns) == ["a"]
    assert sys.path == path
    assert capsys.readouterr() == ("", "loud\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("their_models", "expected a module and a model"),
        ("their_models:", "expected a module and a model"),
        ("../their_models:Model", "expected a module and a model"),
        ("their_models:Nobody", "Give the name of a model in their_models"),
        ("their_models:number", "found int. Give a model for Polars"),
        ("their_models:Box", "found object. Give"),
        ("their_models:Other", "cannot be imported: AttributeError: no such check"),
        ("their_models:Broken", "SchemaInitError"),
        ("their_broken:Model", "SystemExit: enough"),
        ("their_silent:Model", "cannot be imported: ValueError$"),
        ("their_skipped:Model", "cannot be imported: Skipped: not here"),
        ("their_nothing:Model", "No module named 'their_nothing'"),
    ],
)
def test_what_is_no_model_is_refused(name: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        load_model(name)


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("a.b:C.D", True), ("data/union-state", False), ("C:\\data", False), ("a:b/c", False)],
)
def test_names_of_models_are_told_from_paths(text: str, is_name: bool) -> None:
    assert names_model(text) is is_name
