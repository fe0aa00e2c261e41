"""Which addresses belong to the staff console, in whatever spelling they come."""

import posixpath
import re
from typing import Final
from urllib.parse import unquote

from starlette.types import Scope

CONSOLE: Final = "/staff/"
LOGIN: Final = "/staff/login"
LOGOUT: Final = "/staff/logout"
_ROOT: Final = "staff"
_DECODINGS: Final = 4
_MAX_CHARS: Final = 2000
_TARGET: Final = re.compile(r"/staff(/[A-Za-z0-9._~!$&'()*+,=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,=:@%/?-]*)?")


def is_staff(scope: Scope) -> bool:
    """True for every path that could lead to the console, through this app or through what stands before it."""
    path, root = scope["path"], scope.get("root_path", "")
    return is_staff_path(path) or bool(root and is_staff_path(path.removeprefix(root)))


def is_staff_path(path: str) -> bool:
    """True where the path begins with ``staff``: as it stands, or once it is decoded, resolved and in small letters."""
    return any(_first_segment(spelling) == _ROOT for spelling in (path, _decoded(path), _resolved(path)))


def is_page(path: str) -> bool:
    """True for addresses of ours, which need nothing that Gradio's pages need."""
    return path in {LOGIN, LOGOUT}


def safe_target(wanted: str) -> str:
    """Where to go after the login: an address below ``/staff``, else the console's first page."""
    path = wanted.partition("?")[0]
    plain = _decoded(path)
    strays = any(part in plain for part in ("..", "//", "\\")) or not plain.isprintable()
    if len(wanted) > _MAX_CHARS or strays or not _TARGET.fullmatch(wanted) or is_page(plain.rstrip("/")):
        return CONSOLE
    return wanted


def _decoded(path: str) -> str:
    for _ in range(_DECODINGS):
        if (plainer := unquote(path)) == path:
            break
        path = plainer
    return path


def _resolved(path: str) -> str:
    return posixpath.normpath("/" + _decoded(path).replace("\\", "/").lstrip("/"))


def _first_segment(path: str) -> str:
    """Without the parameters, spaces and stops that some servers drop."""
    segment = path.replace("\\", "/").lstrip("/").partition("/")[0]
    return segment.partition(";")[0].strip(" .\t\r\n\0").casefold()
