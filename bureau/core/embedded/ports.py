"""Free ports on the loopback address."""

import socket

from bureau.core.embedded.locate import HOST


def free() -> int:
    """Return a port nobody listens on now; another may take it before we do, so callers retry."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def taken(port: int) -> bool:
    """Tell whether somebody already listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
