"""A static site from a release: pages for people, from its descriptor and a story, without a server."""

from __future__ import annotations

from ..errors import CommuniqueError

try:
    from .make import Made, site
except ModuleNotFoundError as error:
    raise CommuniqueError(f"A site needs {error.name}: pip install jinja2 vl-convert-python") from error

__all__ = ["Made", "site"]
