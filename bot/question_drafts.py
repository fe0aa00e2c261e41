"""Drafts of known questions for a document, by a chat model, for a person to approve.

The model chooses answers by the numbers of the document's own sentences, so an answer cannot be anything else.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from langchain_core.utils.json import parse_partial_json
from pydantic import BaseModel, ValidationError

from bot.corpus import find_quote
from bot.errors import InputError, ModelUnavailable
from bot.models import ChatModel
from bot.prompts import QUESTION_DRAFTS_SYSTEM, QUESTION_DRAFTS_USER
from bot.types import Corpus, Document, Progress, Section, Sentence

MAX_QUESTIONS: Final = 12
"""Of one group."""
_QUESTION_CHARS: Final = range(8, 201)
_SCHEMA: Final[Mapping[str, Any]] = {
    "title": "question_groups",
    "type": "object",
    "properties": {
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "questions": {"type": "array", "items": {"type": "string"}},
                    "sentences": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["questions", "sentences"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["groups"],
    "additionalProperties": False,
}


class _Group(BaseModel):
    questions: list[str]
    sentences: list[int]


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Ways to ask one thing, and the exact sentences of one section that answer it."""

    section: str
    answer: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionDrafts:
    """What the model made of a document. ``left_out`` names the sections without a group, and why."""

    document_id: str
    groups: tuple[QuestionGroup, ...]
    left_out: tuple[str, ...]

    def yaml(self) -> str:
        """In the form of the pack's ``questions/<document>.yaml``."""
        groups = [{"section": g.section, "answer": list(g.answer), "questions": list(g.questions)} for g in self.groups]
        content = {"document": self.document_id, "groups": groups}
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)


def draft_questions(
    model: ChatModel, corpus: Corpus, document_id: str, *, progress: Progress | None = None
) -> QuestionDrafts:
    """Groups for every section of a document, one call of the model each; known questions are not drafted again.

    Raises:
        InputError: there is no such document.
    """
    document = corpus.document(document_id)
    if document is None:
        names = ", ".join(d.id for d in corpus.documents)
        raise InputError(f"There is no usable document {document_id!r}; there are: {names}.")
    known = {_compared(wording) for k in corpus.known_questions for wording in k.questions}
    known |= {_compared(s.text) for s in document.sentences}  # weak models repeat these as questions
    sections = [(s, _sentences(document, i)) for i, s in enumerate(document.sections) if not s.boilerplate]
    asked = [(section, sentences) for section, sentences in sections if sentences]
    groups: list[QuestionGroup] = []
    left_out: list[str] = []
    for done, (section, sentences) in enumerate(asked, start=1):
        try:
            found = list(_groups(_answer(model, document, section, sentences), document, section, sentences, known))
            left_out += [] if found else [f"{section.heading}: the model's answer held nothing that can be used"]
            groups += found
        except ModelUnavailable as error:
            left_out.append(f"{section.heading}: {error}")
        if progress:
            progress(done, len(asked))
    return QuestionDrafts(document.id, tuple(groups), tuple(left_out))


def _sentences(document: Document, section: int) -> list[Sentence]:
    return [s for s in document.sentences if s.section == section and not s.introduces_list]


def _answer(model: ChatModel, document: Document, section: Section, sentences: Sequence[Sentence]) -> str:
    numbered = "\n".join(f"{number}. {s.text}" for number, s in enumerate(sentences, start=1))
    prompt = QUESTION_DRAFTS_USER.format(
        title=document.title, heading=section.heading, fence=f"sentences-{secrets.token_hex(4)}", sentences=numbered
    )
    return "".join(model.call(QUESTION_DRAFTS_SYSTEM.format(most=MAX_QUESTIONS), prompt, _SCHEMA))


def _groups(
    answer: str, document: Document, section: Section, sentences: Sequence[Sentence], known: set[str]
) -> Iterator[QuestionGroup]:
    """The groups that can be used. ``known`` grows by their questions."""
    for group in _parsed(answer):
        chosen = [sentences[n - 1] for n in sorted(set(group.sentences)) if 1 <= n <= len(sentences)]
        quotes = tuple(document.quote(s.span) for s in chosen if _is_found(document, section, s))
        questions = tuple(_new_questions(group.questions, known))[:MAX_QUESTIONS]
        if quotes and questions:
            known |= {_compared(q) for q in questions}
            yield QuestionGroup(section.heading, quotes, questions)


def _parsed(answer: str) -> Iterator[_Group]:
    """The groups of a JSON answer, also one in a code fence or one that was cut off; nothing of anything else."""
    start = answer.find("{")
    try:
        content = parse_partial_json(answer[start:].rstrip().removesuffix("```")) if start >= 0 else None
    except (ValueError, RecursionError):
        return
    groups = content.get("groups") if isinstance(content, dict) else None
    for group in groups if isinstance(groups, list) else ():
        try:
            yield _Group.model_validate(group)
        except ValidationError:
            continue


def _is_found(document: Document, section: Section, sentence: Sentence) -> bool:
    """The pack finds an answer by its words, so these must lead back to the sentence."""
    return find_quote(document, document.quote(sentence.span), section=section.heading) == (sentence.span,)


def _new_questions(questions: Iterable[str], known: set[str]) -> Iterator[str]:
    seen = set(known)
    for question in questions:
        text = " ".join(question.split())
        if len(text) in _QUESTION_CHARS and _compared(text) not in seen:
            seen.add(_compared(text))
            yield text


def _compared(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
