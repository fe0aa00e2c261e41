"""From the settings to a LangChain chat model. The one owner of LangChain's providers."""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from bot.errors import SettingError
from bot.models.local import LocalChat
from bot.settings import Settings

MAX_OUTPUT_TOKENS: Final = 4096
"""Of a provider's answer, with what a reasoning model thinks before it."""
MAX_LOCAL_TOKENS: Final = 600
_OLLAMA_CONTEXT_TOKENS: Final = 8192
"""Ollama cuts a longer prompt off without a word, and its own default is smaller than what the bot sends."""
_NO_KEY: Final = SecretStr("none")
"""Sent to a server of one's own that wants no key: else the clients insist on one, or take that of another variable."""
_WRITES_REQUESTS: Final = ("openai", "anthropic", "google_genai", "ollama", "httpx", "httpcore")
"""Loggers that write whole requests at their debug level."""


@dataclass(frozen=True, slots=True)
class _Provider:
    """One of LangChain's providers, with its own names for what all of them have. It tries once: retries are ours."""

    extra: str
    package: str
    address: str
    """Always passed on: else variables that are not ours (OPENAI_BASE_URL, a gateway) could send texts elsewhere."""
    needs_key: bool
    arguments: Callable[[Settings], dict[str, Any]]


def _key(settings: Settings) -> SecretStr:
    return settings.model_api_key if settings.model_api_key.get_secret_value() else _NO_KEY


def _openai(settings: Settings) -> dict[str, Any]:
    return {
        "api_key": _key(settings),
        "timeout": settings.model_timeout_seconds,
        "max_retries": 0,
        "max_tokens": MAX_OUTPUT_TOKENS,
        "stream_usage": True,
        **({"temperature": 0} if settings.model_base_url else {}),  # OpenAI's own reasoning models refuse it
    }


def _anthropic(settings: Settings) -> dict[str, Any]:
    return {
        "api_key": _key(settings),
        "timeout": settings.model_timeout_seconds,
        "max_retries": 0,
        "max_tokens": MAX_OUTPUT_TOKENS,
    }


def _google(settings: Settings) -> dict[str, Any]:
    return {
        "api_key": _key(settings),
        "timeout": settings.model_timeout_seconds,
        "max_retries": 1,  # here it is the number of attempts
        "max_tokens": MAX_OUTPUT_TOKENS,
        "temperature": 0,
        "vertexai": False,
    }


def _ollama(settings: Settings) -> dict[str, Any]:
    return {
        "client_kwargs": {
            "timeout": settings.model_timeout_seconds,
            # Ollama wants no key (one that does is asked by OpenAI's protocol); without a header its client takes that
            # of another variable.
            "headers": {"Authorization": f"Bearer {_NO_KEY.get_secret_value()}"},
        },
        "num_predict": MAX_OUTPUT_TOKENS,
        "num_ctx": _OLLAMA_CONTEXT_TOKENS,
        "temperature": 0,
    }


_PROVIDERS: Final[Mapping[str, _Provider]] = MappingProxyType(
    {
        "openai": _Provider("openai", "langchain_openai", "https://api.openai.com/v1", True, _openai),
        "anthropic": _Provider("anthropic", "langchain_anthropic", "https://api.anthropic.com", True, _anthropic),
        "google_genai": _Provider(
            "google", "langchain_google_genai", "https://generativelanguage.googleapis.com", True, _google
        ),
        "ollama": _Provider("ollama", "langchain_ollama", "http://127.0.0.1:11434", False, _ollama),
    }
)
_LOCAL: Final = "local"


def open_chat(settings: Settings) -> tuple[str, BaseChatModel]:
    """The name of the configured model, and its client; nothing is connected or loaded yet.

    Raises:
        SettingError: the provider is unknown, its package or its key is missing, or the file is.
    """
    provider, model = _parsed(settings)
    if provider == _LOCAL:
        return _local(settings, Path(model).expanduser())
    chosen = _PROVIDERS[provider]
    _require(chosen.package, chosen.extra, settings.model)
    if chosen.needs_key and not settings.model_base_url and not settings.model_api_key.get_secret_value():
        raise SettingError(f"MSO_MODEL={settings.model!r} needs a key: set MSO_MODEL_API_KEY.")
    from langchain.chat_models import init_chat_model

    for name in _WRITES_REQUESTS:
        logging.getLogger(name).setLevel(logging.WARNING)
    address = settings.model_base_url or chosen.address
    chat = init_chat_model(model, model_provider=provider, base_url=address, **chosen.arguments(settings))
    return f"{provider}:{model}", chat


def _parsed(settings: Settings) -> tuple[str, str]:
    """Provider and model. A server of one's own speaks OpenAI's protocol unless another provider is named."""
    provider, colon, model = settings.model.partition(":")
    if colon and model and (provider == _LOCAL or provider in _PROVIDERS):
        return provider, model
    if settings.model_base_url:
        return "openai", settings.model
    known = ", ".join(f"{name}:…" for name in (*_PROVIDERS, _LOCAL))
    raise SettingError(
        f"MSO_MODEL={settings.model!r} is not allowed: write the provider in front, one of {known}, "
        "or set MSO_MODEL_BASE_URL to a server that speaks OpenAI's protocol."
    )


def _local(settings: Settings, path: Path) -> tuple[str, BaseChatModel]:
    _require("xllamacpp", "local", settings.model)
    if settings.model_base_url:
        raise SettingError("MSO_MODEL_BASE_URL has no meaning for a model file (MSO_MODEL=local:…): unset one of both.")
    if not path.is_file():
        raise SettingError(f"MSO_MODEL={settings.model!r}: there is no file {path}. It is a model in the GGUF format.")
    chat = LocalChat(path=path, max_tokens=MAX_LOCAL_TOKENS, seconds=settings.model_timeout_seconds)
    return f"{_LOCAL}:{path.name}", chat


def _require(package: str, extra: str, model: str) -> None:
    if find_spec(package) is None:
        raise SettingError(
            f"MSO_MODEL={model!r} needs packages that are not installed. Install them from the folder of this "
            f"program:\n  {sys.executable} -m pip install -c constraints.txt -e '.[{extra}]'"
        )
