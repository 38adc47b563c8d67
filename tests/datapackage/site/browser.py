"""A headless Chromium for tests, which are skipped with a reason where it or its driver is not installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from ...conftest import ROOT

PHONE, DESKTOP = (390, 844), (1280, 900)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """A server with a long queue: a browser under load opens more connections at once than the usual five."""

    request_queue_size = 128


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serve a folder on loopback; give its address."""
    with _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def axe() -> str | None:
    """Return the script of axe-core: that of `npm install --no-save axe-core`, else that of axe-core-python."""
    installed = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if installed.exists():
        return installed.read_text("utf-8")
    package = find_spec("axe_core_python")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).with_name("axe.min.js").read_text("utf-8")


class Browser:
    """Chromium, driven by selenium, with all that it asks the network for on record."""

    def __init__(self, scripts: bool = True) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        driver = shutil.which("chromedriver")
        if not chromium or not driver:
            pytest.skip("Chromium or chromedriver is not installed")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--force-prefers-reduced-motion",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver: Any = webdriver.Chrome(options=options, service=Service(driver))
        if not scripts:
            self.command("Emulation.setScriptExecutionDisabled", value=True)

    def command(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Give Chromium a command of its protocol for developers."""
        return dict(self.driver.execute_cdp_cmd(name, parameters))

    def look(self, size: tuple[int, int], scheme: str) -> None:
        """Take the size of a screen, in pixels, and light or dark."""
        width, height = size
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        self.command(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )

    def complaints(self) -> list[str]:
        """Return the messages on the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked(self) -> set[str]:
        """Return scheme and host of what was asked for since the last time; what a page has in itself is nothing."""
        found: set[str] = set()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urlsplit(message["params"]["request"]["url"])
                found.add(f"{address.scheme}://{address.netloc}/")
        return found

    def close(self) -> None:
        """End Chromium."""
        self.driver.quit()
