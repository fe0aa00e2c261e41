import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.corpus import load_corpus
from bot.embed import Encoder
from bot.errors import EncoderError
from bot.index import Index, open_index
from bot.reader import Reader
from bot.settings import Settings
from bot.types import ReaderWeights
from eval.train import answer_keys, train, write
from tests.conftest import PACK


@pytest.fixture(scope="module")
def river_index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    settings = Settings(corpus_dir=PACK, data_dir=tmp_path_factory.mktemp("plain"))
    index = open_index(settings, encoder, notify=lambda _: None)
    yield index
    index.close()


@pytest.fixture(scope="module")
def weights(river_index: Index) -> ReaderWeights:
    return train(river_index, epochs=3, say=lambda _: None)


def test_a_trained_reader_knows_which_answer_a_question_asks_for(river_index: Index, weights: ReaderWeights):
    known = river_index.corpus.known_questions
    reader = Reader.of(river_index.encoder, weights, known)
    for position, group in enumerate(known):
        reading = reader.read(reader.encoder.encode_question(group.questions[0]))
        assert reading.known.argmax() == position
        assert reading.known.sum() + sum(reading.kinds.values()) == pytest.approx(1, abs=1e-4)


def test_a_corpus_without_training_is_read_by_the_encoder_as_it_is(river_index: Index):
    reader = river_index.reader
    assert not reader.trained
    assert reader.encoder is river_index.encoder
    reading = reader.read(reader.encoder.encode_question("may I fish here"))
    assert not reading.known.any()
    assert reading.kinds == {}


def test_a_reader_that_is_written_and_loaded_reads_the_same(
    pack: Path, river_index: Index, weights: ReaderWeights, encoder: Encoder
):
    write(weights, pack / "reader.safetensors")
    corpus = load_corpus(pack)
    assert corpus.problems == ()
    assert corpus.reader is not None
    assert corpus.reader.answers == answer_keys(river_index.corpus)
    assert corpus.version != river_index.corpus.version
    before, after = (Reader.of(encoder, w, corpus.known_questions) for w in (weights, corpus.reader))
    question = "is a permit needed"
    readings = [r.read(r.encoder.encode_question(question)).known for r in (before, after)]
    assert np.abs(readings[0] - readings[1]).max() < 0.05


def test_a_reader_for_another_encoder_rests_and_the_start_says_so(
    settings: Settings, pack: Path, weights: ReaderWeights, encoder: Encoder
):
    write(dataclasses.replace(weights, fingerprint="sha256:another"), pack / "reader.safetensors")
    said: list[str] = []
    index = open_index(settings, encoder, notify=said.append)
    assert not index.reader.trained
    assert any("another embedding model" in line for line in said)
    index.close()


def test_a_damaged_reader_is_left_out_and_named(pack: Path):
    (pack / "reader.safetensors").write_bytes(b"not a reader")
    corpus = load_corpus(pack)
    assert corpus.reader is None
    assert any("reader.safetensors" in p and "mso-bot eval train" in p for p in corpus.problems)


def test_tuning_leaves_the_encoder_itself_as_it_was(encoder: Encoder, weights: ReaderWeights):
    before = encoder.encode_question("a licence")
    tuned = encoder.tuned(weights.layers)
    assert not np.array_equal(tuned.encode_question("a licence"), before)
    assert np.array_equal(encoder.encode_question("a licence"), before)
    assert tuned.fingerprint != encoder.fingerprint


def test_a_layer_that_does_not_fit_is_refused(encoder: Encoder):
    with pytest.raises(EncoderError, match="does not fit"):
        encoder.tuned({"encoder.layer.9.output.dense.bias": np.zeros(384, dtype=np.float32)})


def test_an_answer_keeps_its_prototype_when_other_groups_come_before_it(pack: Path, weights: ReaderWeights):
    file = pack / "questions" / "rivers.yaml"
    before = {k.key for k in load_corpus(pack).known_questions}
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["groups"].reverse()
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    corpus = load_corpus(pack)
    assert {k.key for k in corpus.known_questions} == before
    assert set(weights.answers) == before
