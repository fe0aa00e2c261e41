"""Weeks of a website's visitors, made up from a seed: real replies to the corpus's own questions, at made-up times."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from bot.history import History
from bot.pipeline import Bot
from bot.types import Reply, Status

HOURS = (1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 6, 9, 12, 12, 9, 10, 11, 9, 6, 4, 3, 2)
"""Weights of the hours of a day, in UTC."""
WEEKDAYS = (1.2, 1.3, 1.2, 1.1, 0.9, 0.3, 0.2)
OPENINGS = ("", "", "", "", "hi, ", "Quick question: ", "hello there, ", "Can you tell me: ")
COMMENTS = (
    None, None, "This is not what I asked.", "Too long, I only wanted a number.", "wrong section?",
    "Call me at 212-555-0147 please, this did not help.", "The answer is about something else.",
)  # fmt: skip
UNHELPFUL = ("out_of_scope", "advice", "chat", "unsafe", "out_of_jurisdiction")


class MovableClock(Protocol):
    """The clock that the history was opened with."""

    time: dt.datetime


@dataclass
class Visitors:
    """Who asks what: some topics are popular, a few that the documents do not cover grow from week to week."""

    bot: Bot
    rng: random.Random
    replies: dict[str, Reply] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = list(self.bot.corpus.known_questions)
        self.rng.shuffle(known)
        self.topics = known[:25]
        self.weights = [1 / (rank + 1) for rank in range(len(self.topics))]
        self.gaps = self._gaps(6)
        self.others = [w for kind, w in self.bot.corpus.examples if kind in UNHELPFUL]
        self.rng.shuffle(self.others)
        self.doubles = [f"{self.topics[i].questions[0]}? And {gap[0]}?" for i, gap in enumerate(self.gaps)]

    def _gaps(self, most: int) -> list[list[str]]:
        """Questions without an answer, each with others of nearly its meaning."""
        examples, vectors = self.bot.index.examples, self.bot.index.example_vectors
        rows = [i for i, (kind, _) in enumerate(examples) if kind == "not_in_sources"]
        return [
            [examples[rows[j]][1] for j in np.argsort(-(vectors[rows] @ vectors[i]), kind="stable")[:5]]
            for i in self.rng.sample(rows, min(most, len(rows)))
        ]

    def question(self, progress: float) -> str:
        """What is asked when ``progress`` of the weeks is over, in [0, 1]."""
        draw = self.rng.random()
        if draw < 0.14 + 0.1 * progress and self.gaps:
            growing = [1 + 6 * progress if i == 0 else 1.0 for i in range(len(self.gaps))]
            return self.rng.choice(self.rng.choices(self.gaps, growing)[0])
        if draw < 0.28 and self.doubles:
            return self.rng.choice(self.doubles)
        if draw < 0.38 and self.others:
            return self.rng.choice(self.others[:25])
        topic = self.rng.choices(self.topics, self.weights)[0]
        return self.rng.choice(topic.questions[:4])

    def reply(self, question: str) -> Reply:
        """The bot's, with an id, a time and sometimes an opening of its own; each question is put to the bot once."""
        if question not in self.replies:
            self.replies[question] = self.bot.ask(question)
        fresh = {
            "id": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            "question": self.rng.choice(OPENINGS) + question,
            "latency_ms": round(self.rng.lognormvariate(4.2, 0.5), 1),
        }
        return self.replies[question].model_copy(update=fresh)


def traffic(  # noqa: PLR0913 - whoever calls it turns its knobs
    history: History, bot: Bot, clock: MovableClock, *, days: int = 28, seed: int = 1, per_day: int = 20
) -> list[Reply]:
    """Record turns, verdicts and hand-offs of the ``days`` before the clock's time, which is then again what it was.

    Same seed, same turns. Returns the replies, oldest first.
    """
    rng = random.Random(seed)
    visitors, end, recorded = Visitors(bot, rng), clock.time, []
    moments = sorted(_moments(rng, end, days, per_day))
    conversation = ""
    for number, moment in enumerate(moments):
        if not conversation or rng.random() < 0.5:
            conversation = f"conversation-{seed}-{number}"
        clock.time = moment
        reply = visitors.reply(visitors.question(number / len(moments)))
        history.record(conversation, reply, rng.choice(("stream", "stream", "stream", "chat", "form", "api")))
        recorded.append(reply)
        _judge(history, clock, rng, reply, conversation)
    assert history.flush(60)
    clock.time = end
    return recorded


def _moments(rng: random.Random, end: dt.datetime, days: int, per_day: int) -> list[dt.datetime]:
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for back in range(days):
        day = midnight - dt.timedelta(days=back)
        for _ in range(max(1, round(rng.gauss(per_day, per_day / 5) * WEEKDAYS[day.weekday()]))):
            hour = rng.choices(range(24), HOURS)[0]
            found.append(day + dt.timedelta(hours=hour, seconds=rng.randrange(3600)))
    return [m for m in found if m < end]


def _judge(history: History, clock: MovableClock, rng: random.Random, reply: Reply, conversation: str) -> None:
    serves = reply.status in {Status.ANSWERED, Status.PARTIAL}
    clock.time += dt.timedelta(seconds=rng.randrange(10, 90))
    draw = rng.random()
    if draw < (0.03 if serves else 0.1):
        history.feedback.thumbs(reply.id, "down", rng.choice(COMMENTS), conversation_id=conversation)
    elif serves and draw < 0.15:
        history.feedback.thumbs(reply.id, "up", conversation_id=conversation)
    if rng.random() < (0.02 if serves else 0.12):
        history.feedback.handoff(reply.id, conversation_id=conversation)
