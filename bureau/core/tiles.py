"""The one place outside from which a map may fetch pictures: the tile server a setting names."""

import re
from urllib.parse import urlsplit

PLACEHOLDER = re.compile(r"[A-Za-z0-9-]*\{s\}[A-Za-z0-9-]*(?=\.)")


def tile_origin(address: str) -> str:
    """Return what the content security policy allows for a tile address with {z}, {x}, {y}.

    Several servers (``{s}``) become a wildcard of their label. Raises ValueError for an address
    that is no http address of a server, or without its three coordinates.
    """
    if not all(word in address for word in ("{z}", "{x}", "{y}")):
        raise ValueError("MAP_TILE_URL must name {z}, {x} and {y}.")
    parts = urlsplit(PLACEHOLDER.sub("*", address))
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[*A-Za-z0-9.:-]+", parts.netloc):
        raise ValueError("MAP_TILE_URL must be the http address of a tile server.")
    return f"{parts.scheme}://{parts.netloc}"
