"""All configuration, read once at the edge: environment variables with the prefix ``MSO_`` and ``.env``."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingError

PREFIX = "MSO_"
BUNDLED_MODEL = "bundled:all-MiniLM-L6-v2"
MAX_QUESTION_CHARS = 2000
STAFF_ROLES = ("attorney", "staff")
_MIN_SECRET_CHARS = 32
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?", re.IGNORECASE)
_MAY_HOLD_A_PASSWORD = {"secret_key", "redis_url", "database_url", "chroma_url", "model_base_url", "model_api_key"}


class Settings(BaseSettings):
    """Frozen and validated. ``Settings(corpus_dir=...)`` takes values from the call alone;
    ``Settings.from_environment()`` reads the environment and ``.env``.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    corpus_dir: Path = Field(Path("corpus"), description="Folder with the documents and the optional pack files")
    data_dir: Path = Field(
        Path("var"), description="Folder for the index and other data that can be rebuilt or is recorded"
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that the web app listens on")
    port: int = Field(7860, ge=0, le=65535, description="Port that the web app listens on (0: any free one)")
    embedding_model: str = Field(
        BUNDLED_MODEL,
        min_length=1,
        description="The bundled model, a local folder, or a hub name (fetched from the hub)",
    )
    chroma_url: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="A Chroma server; empty: embedded in the data folder"
    )
    model: str = Field(
        "", description="Chat model of the generative engine, such as openai:gpt-5-mini; empty: extractive answers"
    )
    model_base_url: str = Field(
        "",
        pattern=r"^(|https?://\S+)$",
        repr=False,
        description="Base address of a server that speaks OpenAI's protocol (or of the provider's own)",
    )
    model_api_key: SecretStr = Field(SecretStr(""), description="Key of the chat model's provider")
    model_timeout_seconds: float = Field(
        20, gt=0, le=600, description="Longest wait for the chat model in seconds, with its retries"
    )
    model_retries: int = Field(2, ge=0, le=10, description="Further attempts after a chat model's passing failure")
    model_daily_tokens: int = Field(
        0, ge=0, description="Tokens of the chat model in a day (UTC), then answers are extractive (0: no limit)"
    )
    model_input_price: float = Field(0, ge=0, description="Price of a million tokens that the chat model reads")
    model_output_price: float = Field(0, ge=0, description="Price of a million tokens that the chat model writes")
    database_url: str = Field(
        "",
        pattern=r"^(|postgres(ql)?(\+psycopg)?://\S+)$",
        repr=False,
        description="PostgreSQL for the record of conversations, postgresql://USER:PASSWORD@HOST/NAME; "
        "empty: SQLite in the data folder",
    )
    redact: bool = Field(True, description="Take personal data out of what is recorded: true or false")
    retention_days: int = Field(
        365, ge=0, le=36_500, description="Days that questions and feedback are kept (0: for ever)"
    )
    review_months: int = Field(
        12, ge=0, le=1200, description="Months after which a document is to be reviewed again (0: never)"
    )
    redis_url: str = Field(
        "",
        pattern=r"^(|rediss?://\S+)$",
        repr=False,
        description="Redis for limits shared by several machines; empty: in process",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description=f"Signs conversation ids and logins, at least {_MIN_SECRET_CHARS} characters; "
        "empty: a new one for each start",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas"
    )
    questions_per_minute: int = Field(
        300, ge=0, le=100_000, description="Questions that one address may ask in a minute (0: no limit)"
    )
    questions_per_day: int = Field(
        5000, ge=0, le=10_000_000, description="Questions that one address may ask in a day (0: no limit)"
    )
    questions_per_conversation: int = Field(
        100, ge=0, le=100_000, description="Questions that one conversation may have in a day (0: no limit)"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Sites that may call the API from a browser, separated by commas"
    )
    staff_users_file: Path | None = Field(
        None, description="File with the staff console's users; not set: staff.json in the data folder"
    )
    staff_session_hours: float = Field(10, gt=0, le=168, description="Hours after which staff have to log in again")
    staff_idle_minutes: float = Field(
        60, gt=0, le=10_080, description="Minutes without a request after which staff have to log in again"
    )
    staff_proxy_roles: Annotated[tuple[tuple[str, str], ...], NoDecode] = Field(
        (),
        description="Who may do what behind MSO_STAFF_PROXY_HEADER, such as anna@firm.example=attorney, *=staff "
        "(roles attorney and staff; * is everybody else; without it they are refused)",
    )
    staff_proxy_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]*$",
        description="Header in which a trusted proxy names who is logged in by single sign-on, such as "
        "X-Forwarded-User; empty: names and passwords of the staff file",
    )
    contact_url: str = Field(
        "", pattern=r"^(|(https?://|mailto:)\S+)$", description="Page or mail address of a human, offered on a decline"
    )
    contact_phone: str = Field(
        "", pattern=r"^[0-9+() .x-]*$", description="Telephone number of a human, offered on a decline"
    )
    max_question_chars: int = Field(
        MAX_QUESTION_CHARS, ge=50, le=10_000, description="Longest question that is read, in characters"
    )
    conversation_minutes: int = Field(
        60, ge=1, le=1440, description="Minutes after which an idle conversation is forgotten"
    )

    @property
    def staff_file(self) -> Path:
        """Where the staff console's users are kept."""
        return self.staff_users_file or self.data_dir / "staff.json"

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip().rstrip("/") for v in value.split(",") if v.strip()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as https://www.example.com")
        return tuple(origin.lower() for origin in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise ValueError(f"{error}; an address is 10.0.0.7, a network is 10.0.0.0/8") from None
        return value

    @field_validator("staff_proxy_roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return tuple((name.strip().lower(), role.strip().lower()) for name, _, role in pairs)

    @field_validator("staff_proxy_roles")
    @classmethod
    def _are_roles(cls, value: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        for name, role in value:
            if not name or role not in STAFF_ROLES:
                raise ValueError(f"{name + '=' + role!r} is not a name and a role such as anna@firm.example=attorney")
        if len({name for name, _ in value}) < len(value):
            raise ValueError("a name stands there twice")
        return value

    @field_validator("staff_proxy_header")
    @classmethod
    def _has_a_proxy(cls, value: str, info: ValidationInfo) -> str:
        if value and not info.data.get("trusted_proxies"):
            raise ValueError("anybody could send it: name the proxy in MSO_TRUSTED_PROXIES")
        if value and not info.data.get("staff_proxy_roles"):
            raise ValueError("nobody could log in: say who may do what in MSO_STAFF_PROXY_ROLES")
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _MIN_SECRET_CHARS:
            raise ValueError(f"it has fewer than {_MIN_SECRET_CHARS} characters")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from the call alone, so that a Settings never depends on where it was made."""
        return (init_settings,)

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env"), **overrides: Any
    ) -> "Settings":
        """Settings from ``.env``, then the environment, then ``overrides`` (later wins; None is no override).

        Raises:
            SettingError: a setting is unknown or invalid; the message names it, its value and what is allowed.
        """
        from_file = {k: v or "" for k, v in dotenv_values(dotenv).items()} if dotenv and dotenv.is_file() else {}
        merged = {**from_file, **(os.environ if environ is None else environ)}
        values: dict[str, Any] = {
            _field_name(name): value
            for name, value in merged.items()
            if name.startswith(PREFIX) and value.strip() != ""
        }
        values |= {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**values)
        except ValidationError as error:
            raise SettingError(_first_problem(error)) from None


def _field_name(variable: str) -> str:
    name = variable.removeprefix(PREFIX).lower()
    if name in Settings.model_fields:
        return name
    near = difflib.get_close_matches(name, Settings.model_fields, n=1)
    hint = f"did you mean {PREFIX}{near[0].upper()}?" if near else "see the settings table in README.md."
    raise SettingError(f"{variable} is not a setting; {hint} Unset it or correct the name.")


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    allowed = Settings.model_fields[name].description if name in Settings.model_fields else ""
    value = "" if name in _MAY_HOLD_A_PASSWORD else f"={first['input']!r}"
    return f"{PREFIX}{name.upper()}{value} is not allowed: {first['msg']}. It is: {allowed}."
