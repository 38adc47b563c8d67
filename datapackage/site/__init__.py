"""A static site from a release: pages for people, from its descriptor and a story, without a server."""

from __future__ import annotations

from .make import Made, site

__all__ = ["Made", "site"]
