"""The store of conversations."""

import time
from threading import Thread

import pytest

from bot.errors import InputError, UnknownConversationError
from bot.history import Conversations


def test_questions_come_back_in_order() -> None:
    conversations = Conversations(minutes=1)
    conversation = conversations.start()
    conversations.add(conversation, "one")
    conversations.add(conversation, "two")
    assert conversations.questions(conversation) == ("one", "two")


def test_an_id_cannot_be_guessed() -> None:
    conversations = Conversations(minutes=1)
    ids = {conversations.start() for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 32


def test_an_unknown_id_is_an_input_error_that_says_what_to_do() -> None:
    with pytest.raises(UnknownConversationError, match="without a conversation id") as caught:
        Conversations(minutes=1).questions("nothing")
    assert isinstance(caught.value, InputError)
    with pytest.raises(UnknownConversationError):
        Conversations(minutes=1).add("nothing", "question")


def test_an_idle_conversation_ends_and_one_in_use_does_not() -> None:
    conversations = Conversations(minutes=0.2 / 60)
    used, idle = conversations.start(), conversations.start()
    for _ in range(6):
        time.sleep(0.05)
        conversations.questions(used)
    with pytest.raises(UnknownConversationError):
        conversations.questions(idle)
    assert conversations.questions(used) == ()


def test_turns_and_conversations_are_bounded() -> None:
    conversations = Conversations(minutes=1, max_conversations=2, max_turns=3)
    first = conversations.start()
    for number in range(5):
        conversations.add(first, str(number))
    assert conversations.questions(first) == ("2", "3", "4")
    for _ in range(2):
        conversations.start()
    with pytest.raises(UnknownConversationError):
        conversations.questions(first)


def test_many_threads_lose_no_question() -> None:
    conversations = Conversations(minutes=1, max_turns=1000)
    conversation = conversations.start()

    def ask_often() -> None:
        for _ in range(50):
            conversations.add(conversation, "q")

    threads = [Thread(target=ask_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(conversations.questions(conversation)) == 400
