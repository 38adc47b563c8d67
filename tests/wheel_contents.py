"""Compare the wheel with `git ls-files`: every tracked file of the installed folders ships, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("cli", "data", "datapackage", "output", "schemas")


def tracked() -> set[str]:
    """Return the paths in the wheel that tracked files should have."""
    listed = subprocess.run(
        ["git", "ls-files", "-s"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    files = [line.split("\t", 1) for line in listed.splitlines()]
    paths = [path for mode, path in files if not mode.startswith("120000")]  # links are for editors alone
    rooms = {f"communique/{path}" for path in paths if path.split("/")[0] in ROOMS}
    return rooms | {path for path in paths if path.startswith("communique/")}


def shipped() -> set[str]:
    """Return the paths in a wheel that is built now, without its metadata."""
    with tempfile.TemporaryDirectory() as folder:
        source, wheels = Path(folder, "source"), Path(folder, "wheels")
        # A copy of what is tracked: a build folder that lies in the work tree would add to the wheel.
        subprocess.run(["git", "checkout-index", "--all", f"--prefix={source}/"], cwd=ROOT, check=True)
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "."]
        subprocess.run([*build, "--wheel-dir", wheels], cwd=source, check=True)
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
            return {name for name in wheel.namelist() if ".dist-info/" not in name}


def main() -> int:
    """Print the differences; return 1 where there are any."""
    expected, built = tracked(), shipped()
    missing, extra = sorted(expected - built), sorted(built - expected)
    for path in missing:
        print(f"tracked, but not in the wheel: {path}")
    for path in extra:
        print(f"in the wheel, but not tracked: {path}")
    print(
        "wheel: its contents are the tracked files" if not missing + extra else "wheel: its contents differ"
    )
    return 1 if missing + extra else 0


if __name__ == "__main__":
    sys.exit(main())
