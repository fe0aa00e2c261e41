"""Running the app in one process, on one address."""

import errno
import socket
from collections.abc import Callable

import uvicorn

from bot.errors import ServerError
from bot.pipeline import Bot
from bot.web import create_app

_GRACE_SECONDS = 5


def serve_forever(bot: Bot, *, announce: Callable[[str], None] = print) -> None:
    """Serve until interrupted. ``announce`` is told the address once it answers.

    Raises:
        ServerError: the address cannot be listened on.
    """
    settings = bot.settings
    app = create_app(bot)
    listener = _listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    announce(f"The bot answers on http://{host}:{listener.getsockname()[1]}/  (Ctrl+C ends it)")
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # MSO_TRUSTED_PROXIES decides, and uvicorn would believe every local process
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        announce("Ended.")
    finally:
        listener.close()
        bot.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServerError(f"Port {port} on {host} is in use; end what uses it, or set MSO_PORT.") from None
        raise ServerError(f"Cannot listen on {host}:{port} ({error.strerror}); set MSO_HOST and MSO_PORT.") from None
    return listener
