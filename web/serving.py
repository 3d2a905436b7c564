"""``podium serve``: the site under waitress, with the worker process beside it."""

from __future__ import annotations

import errno
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from waitress.server import create_server

from archive.allocation import share_one_arena
from archive.errors import Busy, UserError
from archive.settings import Settings
from web.app import create_app
from web.site import EXTENSION

# Requests are short, and media is sent without holding a thread.
_THREADS = 4
_WORKER_END_S = 4.0
_SWITCH_S = 0.0005
"""How long a thread may keep Python's lock that others wait for.

A page lets go of it at each row that it reads, and as a rule gets it back 5 ms later at the
earliest while another page is made: so short pages waited for long ones over and over.
"""


def serve(settings: Settings, *, with_worker: bool, announce: Callable[[str], None]) -> None:
    """Serve until the process is told to stop; ``announce`` is given the address.

    Raises Busy where the port is in use, UserError where the address cannot be listened on.
    """
    share_one_arena()
    sys.setswitchinterval(_SWITCH_S)
    # A page asks for more at once than there are threads; that the rest waits is no warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    listener = _listen(settings.host, settings.port)
    app = create_app(settings)
    server = create_server(
        app, sockets=[listener], threads=_THREADS, ident="Podium", **_trusting(settings)
    )
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    worker = _start_worker(settings) if with_worker else None
    threading.Thread(target=app.extensions[EXTENSION].warm_up, daemon=True).start()
    try:
        announce(f"http://{shown}:{port}/")
        server.run()
    finally:
        server.close()
        app.extensions[EXTENSION].close()
        if worker is not None:
            _end(worker)


def _trusting(settings: Settings) -> dict[str, Any]:
    """How far the server believes headers that a proxy writes: from that address, for whom alone.

    All others are believed in nothing, but kept: who comes through a proxy is not at the machine.
    """
    kept = {"clear_untrusted_proxy_headers": False}
    if not settings.trusted_proxy:
        return kept
    return {
        **kept,
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise UserError(
            f"{host} is no address of this machine: {error.strerror}.",
            advice="Choose another with --host.",
        ) from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Busy(
                f"Port {port} of {host} is in use by another program.",
                advice=f"Choose another: podium serve --port {port + 1}",
            ) from error
        raise UserError(
            f"{host}:{port} cannot be listened on: {error.strerror}.",
            advice="Choose another with --host and --port.",
        ) from error
    return listener


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PODIUM_HOME": str(settings.home)}
    command = [sys.executable, "-m", "web", "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own command


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    with suppress(subprocess.TimeoutExpired):
        worker.wait(_WORKER_END_S)
    if worker.poll() is None:
        worker.kill()
        worker.wait()
