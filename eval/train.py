"""Training a corpus's reader: ``corpus/reader.safetensors``.

The encoder's upper layers are tuned, and with them a prototype for each known answer and several for each other kind of
question, so that a question lies nearest to the prototype of what it asks for: cross-entropy over scaled cosines, with
every known answer that says the same counted as right. The data are the corpus's own: the wordings of its known
questions, its near misses and the examples of its scope file, all written for this project. What is held out
(``held_out``) is left for ``eval.calibrate``.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save
from sklearn.cluster import KMeans
from torch.nn.functional import normalize

from bot.embed import Encoder
from bot.index import Index
from bot.reader import ADVICE
from bot.types import Corpus, Matrix, ReaderWeights

FROZEN = 2
"""Layers from below that stay as they are; what they give is computed once."""
EPOCHS = 5
BATCH = 128
LAYERS_RATE, PROTOTYPES_RATE = 1e-4, 2e-3
WARM_UP = 30
SCALE = 20.0
PROTOTYPES, NEAR_MISS_PROTOTYPES = 48, 512
"""Of each kind of question, at most; a kind with few examples has a third as many as it has examples."""
HELD_OUT = 0.12
LONGEST = 64
"""Tokens of a question that are read in training."""
SEED = 0
_LOW = -1e4

Say = Callable[[str], None]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with the known answers that it asks for (rows of ``answer keys``), or its other kind."""

    text: str
    answers: tuple[int, ...]
    kind: str = ""
    beside: str = ""
    """A kind that the question is as well, which is not weighed against its answers."""


def held_out(text: str) -> bool:
    """True for about ``HELD_OUT`` of all texts, the same ones each time: they are not trained on."""
    digest = hashlib.blake2b(text.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32 < HELD_OUT


def answer_keys(corpus: Corpus) -> tuple[str, ...]:
    """The distinct answers of the known questions."""
    return tuple(dict.fromkeys(k.key for k in corpus.known_questions))


def samples(index: Index) -> list[Sample]:
    """Everything to train on; a question that stands below several answers asks for each of them."""
    keys = {key: i for i, key in enumerate(answer_keys(index.corpus))}
    right: dict[str, set[int]] = {}
    advice = {w for k in index.corpus.known_questions for w in k.advice}
    for position, known in enumerate(index.corpus.known_questions):
        same = {keys[index.corpus.known_questions[j].key] for j in np.flatnonzero(index.same_answer[position])}
        for wording in known.questions:
            right.setdefault(wording, set()).update(same | {keys[known.key]})
    found = [
        Sample(text, tuple(sorted(answers)), beside=ADVICE if text in advice else "") for text, answers in right.items()
    ]
    found += [Sample(text, (), kind) for kind, text in index.corpus.examples if kind != "question"]
    return found


def trainable(index: Index, given: Sequence[Sample]) -> list[Sample]:
    """Those that are not held out; the wordings of who wrote the groups are all trained on."""
    own = {w for k in index.corpus.known_questions for w in k.questions if w not in k.asked}
    return [s for s in given if s.text in own or not held_out(s.text)]


def train(index: Index, *, epochs: int = EPOCHS, say: Say = print) -> ReaderWeights:
    """A reader for the index's corpus and encoder; the same for the same data, encoder and libraries."""
    torch.manual_seed(SEED)
    chosen = trainable(index, samples(index))
    say(f"{len(chosen)} questions, {sum(bool(s.answers) for s in chosen)} of them with a known answer")
    network = _Network(index.encoder)
    hidden = network.lower([s.text for s in chosen])
    head = _Head(network.vectors(hidden), chosen, len(answer_keys(index.corpus)))
    _Fit(network, head, hidden, chosen).run(epochs, say)
    answers, kinds = (normalize(p.detach(), dim=1).numpy() for p in (head.answers, head.kinds))
    return ReaderWeights(
        index.encoder.fingerprint,
        {name: p.detach().numpy() for name, p in network.tuned().items()},
        answer_keys(index.corpus),
        answers,
        head.kind_of_prototype,
        kinds,
        SCALE,
    )


def write(weights: ReaderWeights, path: Path) -> None:
    """Put a reader into a corpus folder, in half precision."""
    about = {
        "fingerprint": weights.fingerprint, "answers": weights.answers, "kinds": weights.kinds, "scale": weights.scale,
    }  # fmt: skip
    tensors = {
        **weights.layers,
        "answer_prototypes": weights.answer_prototypes,
        "kind_prototypes": weights.kind_prototypes,
    }
    halved = {name: np.ascontiguousarray(t, dtype=np.float16) for name, t in tensors.items()}
    path.write_bytes(save(halved, metadata={"reader": json.dumps(about)}))


class _Network:
    """The encoder's transformer, parted into layers that are frozen and layers that are tuned."""

    def __init__(self, encoder: Encoder) -> None:
        self._tokenizer, self._model = encoder.transformer()
        for parameter in self._model.parameters():
            parameter.requires_grad_(False)
        for parameter in self._model.encoder.layer[FROZEN:].parameters():
            parameter.requires_grad_(True)

    def tuned(self) -> dict[str, torch.Tensor]:
        """The parameters that are trained, by name."""
        return {n: p for n, p in self._model.named_parameters() if p.requires_grad}

    def train(self, mode: bool) -> None:
        """With dropout, or without."""
        self._model.train(mode)

    def lower(self, texts: Sequence[str]) -> list[torch.Tensor]:
        """What the frozen layers make of each text, shape (tokens, d)."""
        found: list[torch.Tensor] = [torch.empty(0)] * len(texts)
        self._model.eval()
        with torch.no_grad():
            for rows in _by_length([len(t) for t in texts], BATCH):
                batch = self._tokenizer(
                    [texts[i] for i in rows], padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
                )
                mask = batch["attention_mask"]
                states = self._through(self._model.embeddings(batch["input_ids"]), mask, 0, FROZEN)
                for row, state, size in zip(rows, states, mask.sum(1).tolist(), strict=True):
                    found[row] = state[:size].clone()
        return found

    def upper(self, hidden: Sequence[torch.Tensor]) -> torch.Tensor:
        """The vectors of texts by what ``lower`` made of them, shape (n, d), each of length 1: the mean over tokens."""
        states = torch.nn.utils.rnn.pad_sequence(list(hidden), batch_first=True)
        sizes = torch.tensor([len(h) for h in hidden])
        mask = (torch.arange(states.shape[1]) < sizes[:, None]).long()
        states = self._through(states, mask, FROZEN, len(self._model.encoder.layer))
        return normalize((states * mask[:, :, None]).sum(1) / sizes[:, None], dim=1)

    def vectors(self, hidden: Sequence[torch.Tensor]) -> Matrix:
        """As ``upper`` for many texts, without gradients."""
        self._model.eval()
        found = np.zeros((len(hidden), hidden[0].shape[1]), dtype=np.float32)
        with torch.no_grad():
            for rows in _by_length([len(h) for h in hidden], 2 * BATCH):
                found[rows] = self.upper([hidden[i] for i in rows]).numpy()
        return found

    def _through(self, states: torch.Tensor, mask: torch.Tensor, first: int, last: int) -> torch.Tensor:
        blocked = (1 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for layer in self._model.encoder.layer[first:last]:
            given = layer(states, attention_mask=blocked)
            states = given[0] if isinstance(given, tuple) else given
        return states


class _Head:
    """Prototypes and the logits by them: answers first, then kinds."""

    def __init__(self, vectors: Matrix, chosen: Sequence[Sample], n_answers: int) -> None:
        answers = np.zeros((n_answers, vectors.shape[1]), dtype=np.float32)
        for vector, sample in zip(vectors, chosen, strict=True):
            for row in sample.answers:
                answers[row] += vector
        self.names = tuple(dict.fromkeys(s.kind for s in chosen if s.kind))
        centres = [_centres(vectors[[s.kind == k for s in chosen]], k) for k in self.names]
        self.kind_of_prototype = tuple(k for k, c in zip(self.names, centres, strict=True) for _ in c)
        self.answers = torch.nn.Parameter(normalize(torch.from_numpy(answers), dim=1))
        together = np.concatenate([np.zeros((0, vectors.shape[1]), dtype=np.float32), *centres])
        self.kinds = torch.nn.Parameter(normalize(torch.from_numpy(together), dim=1))
        self._owner = torch.tensor([self.names.index(k) for k in self.kind_of_prototype], dtype=torch.long)

    def logits(self, vectors: torch.Tensor) -> torch.Tensor:
        """Shape (n, answers + kinds). A kind's is the log of the sum over its prototypes."""
        answers = SCALE * vectors @ normalize(self.answers, dim=1).T
        scores = torch.exp(SCALE * (vectors @ normalize(self.kinds, dim=1).T - 1))
        sums = torch.zeros(len(vectors), len(self.names)).index_add(1, self._owner, scores)
        return torch.cat([answers, torch.log(sums) + SCALE], dim=1)

    def wanted(self, batch: Sequence[Sample]) -> torch.Tensor:
        """Which logits are right, shape (n, answers + kinds)."""
        right = torch.zeros(len(batch), len(self.answers) + len(self.names), dtype=torch.bool)
        for row, sample in enumerate(batch):
            right[row, list(sample.answers)] = True
            if sample.kind:
                right[row, len(self.answers) + self.names.index(sample.kind)] = True
        return right

    def unweighed(self, batch: Sequence[Sample]) -> torch.Tensor:
        """Which logits are left out, shape (n, answers + kinds)."""
        out = torch.zeros(len(batch), len(self.answers) + len(self.names), dtype=torch.bool)
        for row, sample in enumerate(batch):
            if sample.beside:
                out[row, len(self.answers) + self.names.index(sample.beside)] = True
        return out


def _centres(vectors: Matrix, kind: str) -> Matrix:
    most = NEAR_MISS_PROTOTYPES if kind == "not_in_sources" else PROTOTYPES
    n = max(1, min(most, len(vectors) // 3))
    return np.asarray(KMeans(n, n_init=1, random_state=SEED).fit(vectors).cluster_centers_, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Moves a network's tuned layers and a head's prototypes until questions lie where they belong."""

    network: _Network
    head: _Head
    hidden: Sequence[torch.Tensor]
    chosen: Sequence[Sample]

    def run(self, epochs: int, say: Say) -> None:
        """See every question ``epochs`` times."""
        layers: list[torch.Tensor] = list(self.network.tuned().values())
        prototypes: list[torch.Tensor] = [self.head.answers, self.head.kinds]
        optimiser = torch.optim.AdamW([{"params": layers}, {"params": prototypes}], weight_decay=0.01)
        steps, step = epochs * math.ceil(len(self.chosen) / BATCH), 0
        random = np.random.default_rng(SEED)
        self.network.train(True)
        for epoch in range(epochs):
            losses = []
            for rows in _shuffled([len(h) for h in self.hidden], random):
                pace = min(1.0, step / WARM_UP) * max(0.02, 1 - step / steps)
                for group, rate in zip(optimiser.param_groups, (LAYERS_RATE, PROTOTYPES_RATE), strict=True):
                    group["lr"] = rate * pace
                loss = self._loss(rows)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
                torch.nn.utils.clip_grad_norm_(layers, 1.0)
                optimiser.step()
                losses.append(loss.item())
                step += 1
            say(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}")
        self.network.train(False)

    def _loss(self, rows: Sequence[int]) -> torch.Tensor:
        batch = [self.chosen[i] for i in rows]
        logits = self.head.logits(self.network.upper([self.hidden[i] for i in rows]))
        logits = logits.masked_fill(self.head.unweighed(batch), _LOW)
        right = self.head.wanted(batch)
        return (logits.logsumexp(1) - logits.masked_fill(~right, _LOW).logsumexp(1)).mean()


def _by_length(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    return (order[i : i + size] for i in range(0, len(order), size))


def _shuffled(lengths: Sequence[int], random: np.random.Generator) -> Iterator[list[int]]:
    """Batches of texts of about one length, so that little is padded, in a new order each time."""
    order = random.permutation(len(lengths)).tolist()
    for start in range(0, len(order), 8 * BATCH):
        chunk = sorted(order[start : start + 8 * BATCH], key=lengths.__getitem__)
        batches = [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
        for i in random.permutation(len(batches)).tolist():
            yield batches[i]
