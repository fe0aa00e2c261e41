"""Single sign-on: a trusted proxy says in a header who is logged in."""

import re
from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.staff import Member, Role
from bot.web.addresses import Networks

_NAMED: Final = "mso.staff.named"
_NAME: Final = re.compile(r"[^\s\x00-\x1f\x7f,;<>\"]{1,200}")
_EVERYBODY_ELSE: Final = "*"


class NamedByProxy:
    """ASGI middleware, before anything that changes the client's address: keeps the header when a trusted proxy sent
    it, and takes it off every request.
    """

    def __init__(self, app: ASGIApp, *, header: str, trusted: Sequence[str]) -> None:
        self.app = app
        self._header = header.lower().encode()
        self._trusted = Networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the header. Two of it could be one of the client's, so that neither counts."""
        if scope["type"] in {"http", "websocket"}:
            sent = [value for name, value in scope["headers"] if name.lower() == self._header]
            headers = [(name, value) for name, value in scope["headers"] if name.lower() != self._header]
            scope = {**scope, "headers": headers}
            peer = scope["client"][0] if scope.get("client") else ""
            if len(sent) == 1 and peer in self._trusted:
                scope[_NAMED] = sent[0].decode(errors="replace").strip().lower()
        await self.app(scope, receive, send)


class Directory:
    """The roles of those whom the proxy names."""

    def __init__(self, roles: Sequence[tuple[str, Role]]) -> None:
        self._roles = dict(roles)

    def member(self, scope: Scope) -> Member | None:
        """Who sent a request; None when no trusted proxy named anybody, or nobody who has a role."""
        name = scope.get(_NAMED, "")
        role = self._roles.get(name) or self._roles.get(_EVERYBODY_ELSE)
        return Member(name, role) if role and _NAME.fullmatch(name) and name != _EVERYBODY_ELSE else None
