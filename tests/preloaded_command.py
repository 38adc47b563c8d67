"""A `communique` command whose libraries are already imported: each run is a fork of one server process.

Importing all libraries takes longer than most commands. A script named `communique` on the PATH of a shell sends its
arguments, folder, environment and standard streams to the server, which forks to run the command; the script exits with
the fork's exit code. tests/test_installed.py and tests/cli test how the installed program itself starts and ends.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    request = json.dumps([sys.argv, os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(request)
    code = int(server.makefile().read())
sys.exit(code)
"""
_LIBRARIES = (
    "communique.cli.main",
    "communique.datapackage",
    "communique.schemas",
    "frictionless",
    "pandas",
)


@contextmanager
def preloaded_command(folder: Path) -> Generator[Path]:
    """Yield a folder for the PATH that holds the preloaded `communique`."""
    address = str(folder / "socket")
    script = folder / "communique"
    script.write_text(_CLIENT.format(python=sys.executable, address=address), "utf-8")
    script.chmod(0o755)
    with subprocess.Popen([sys.executable, "-P", __file__, address], stdin=subprocess.PIPE) as process:
        while not os.path.exists(address):
            assert process.poll() is None
            time.sleep(0.01)
        yield folder
        process.terminate()


def _serve(address: str) -> None:
    for name in _LIBRARIES:
        import_module(name)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{address}.new")
        server.listen()
        os.rename(f"{address}.new", address)
        while True:
            client, _ = server.accept()
            with client:
                length, descriptors, *_ = socket.recv_fds(client, 4, 3)
                request = client.makefile("rb").read(int.from_bytes(length, "big"))
                pid = os.fork()
                if not pid:
                    server.close()
                    _run(request, descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)
                client.sendall(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


def _run(request: bytes, descriptors: list[int]) -> NoReturn:
    from communique.cli.main import program

    words, folder, surroundings = json.loads(request)
    for place, descriptor in enumerate(descriptors):
        os.dup2(descriptor, place)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(surroundings)
    sys.argv = words
    program()


if __name__ == "__main__":
    _serve(sys.argv[1])
