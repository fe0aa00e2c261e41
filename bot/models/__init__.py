"""Chat models: any provider that LangChain knows, or a file in this process, with one bounded way to call them.

model = chat_model(settings)             # None: none is configured
call = model.call(system, user, schema)
for piece in call: ...                   # text as it comes; raises ModelUnavailable
call.usage                               # tokens and cost, complete when the iteration has ended
"""

from bot.errors import ModelUnavailable
from bot.models.attempts import Bounds
from bot.models.budget import DailyBudget
from bot.models.chat import Call, ChatModel
from bot.models.failures import Trouble
from bot.models.providers import open_chat
from bot.models.usage import Prices, Usage
from bot.settings import Settings

__all__ = ["Call", "ChatModel", "ModelUnavailable", "Trouble", "Usage", "chat_model"]


def chat_model(settings: Settings) -> ChatModel | None:
    """The model of the settings, or None where none is set. Nothing is connected or loaded yet.

    Raises:
        SettingError: the provider is unknown, its package (the message has the line that installs it), its key or its
            file is missing.
    """
    if not settings.model:
        return None
    name, chat = open_chat(settings)
    return ChatModel(
        name,
        chat,
        bounds=Bounds(settings.model_timeout_seconds, settings.model_retries),
        prices=Prices(settings.model_input_price, settings.model_output_price),
        budget=DailyBudget(settings.data_dir / "model-tokens.json", limit=settings.model_daily_tokens),
    )
