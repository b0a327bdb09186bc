"""Make the table of word vectors out of the sentence model all-MiniLM-L6-v2.

    uv run --with numpy --with safetensors python -m bench.memory.distil DIR

DIR has the model's `model.safetensors` and `vocab.txt` as its authors published them (Apache-2.0).
Each word and piece of a word goes through the model alone, as a sentence of one word; the mean of
what comes out is its vector. The 128 directions in which the vectors differ most are kept, words
that are said often count less (logarithm of the rank in the vocabulary), and each coordinate is
rounded to one of 15 steps. It takes minutes, and is not done again when words or weights change.
"""

import sys
import zlib
from pathlib import Path

import numpy as np  # ty: ignore[unresolved-import]
from safetensors.numpy import load_file  # ty: ignore[unresolved-import]

from bot.domain.similar.vectors import DIMENSIONS, FILE, STEP_MOST

Array = np.ndarray
Model = dict[str, Array]
HEADS, LAYERS, WIDTH, AT_ONCE = 12, 6, 384, 512
SPECIAL = 1_000
"""Ranks of the vocabulary that are no words."""
FULL_SCALE = 0.9995
"""The share of coordinates that fit into the steps; the few above are cut."""


def main() -> None:
    """Write the table."""
    folder = Path(sys.argv[1])
    vocabulary = folder.joinpath("vocab.txt").read_text(encoding="utf-8").splitlines()
    model = load_file(folder / "model.safetensors")
    vectors = np.concatenate(
        [
            alone(model, np.arange(start, min(start + AT_ONCE, len(vocabulary))), vocabulary)
            for start in range(0, len(vocabulary), AT_ONCE)
        ]
    )
    kept = [n for n, piece in enumerate(vocabulary) if spelled(piece)]
    names = sorted(kept, key=lambda n: vocabulary[n])
    steps = stepped(reduced(vectors, kept), kept)[names] + STEP_MOST + 1
    packed = (steps[:, 0::2] | steps[:, 1::2] << 4).astype(np.uint8)
    words = "\n".join(vocabulary[n] for n in names).encode()
    Path(str(FILE)).write_bytes(zlib.compress(words + b"\0" + packed.tobytes(), 9))


def spelled(piece: str) -> bool:
    """Whether a piece is of plain letters."""
    return piece.isascii() and piece.removeprefix("##").isalpha()


def alone(model: Model, ids: Array, vocabulary: list[str]) -> Array:
    """The mean of the model's last layer for each of these words between the two marks."""
    first, last = vocabulary.index("[CLS]"), vocabulary.index("[SEP]")
    said = np.stack([np.full_like(ids, first), ids, np.full_like(ids, last)], 1)
    embedded = model["embeddings.word_embeddings.weight"][said]
    embedded += model["embeddings.position_embeddings.weight"][:3]
    embedded += model["embeddings.token_type_embeddings.weight"][0]
    x = normed(model, "embeddings.LayerNorm", embedded)
    for layer in range(LAYERS):
        x = layered(model, f"encoder.layer.{layer}", x)
    return x.mean(1)


def layered(model: Model, name: str, x: Array) -> Array:
    """One layer of the encoder."""
    split = (*x.shape[:2], HEADS, WIDTH // HEADS)
    query, key, value = (
        linear(model, f"{name}.attention.self.{part}", x).reshape(split).transpose(0, 2, 1, 3)
        for part in ("query", "key", "value")
    )
    scores = np.exp(query @ key.transpose(0, 1, 3, 2) / (WIDTH // HEADS) ** 0.5)
    heeded = (scores / scores.sum(-1, keepdims=True) @ value).transpose(0, 2, 1, 3)
    attended = linear(model, f"{name}.attention.output.dense", heeded.reshape(x.shape))
    x = normed(model, f"{name}.attention.output.LayerNorm", x + attended)
    inner = gelu(linear(model, f"{name}.intermediate.dense", x))
    outer = linear(model, f"{name}.output.dense", inner)
    return normed(model, f"{name}.output.LayerNorm", x + outer)


def linear(model: Model, name: str, x: Array) -> Array:
    """A dense layer."""
    return x @ model[f"{name}.weight"].T + model[f"{name}.bias"]


def normed(model: Model, name: str, x: Array) -> Array:
    """A layer's normalisation."""
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * model[f"{name}.weight"] + model[f"{name}.bias"]


def gelu(x: Array) -> Array:
    """The error linear unit; Abramowitz and Stegun 7.1.26 for the error function."""
    z = np.abs(x) / 2**0.5
    t = 1 / (1 + 0.3275911 * z)
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t) + (
        0.254829592
    )
    return x * 0.5 * (1 + np.sign(x) * (1 - series * t * np.exp(-(z**2))))


def reduced(vectors: Array, kept: list[int]) -> Array:
    """On their principal directions, the frequent ones made shorter."""
    centred = vectors - vectors[kept].mean(0)
    _, directions = np.linalg.eigh(centred[kept].T @ centred[kept])
    rank = np.maximum(1, np.arange(len(vectors)) - SPECIAL)
    return centred @ directions[:, ::-1][:, :DIMENSIONS] * np.log(1 + rank)[:, None]


def stepped(vectors: Array, kept: list[int]) -> Array:
    """Whole numbers from -STEP_MOST to STEP_MOST."""
    top = np.quantile(np.abs(vectors[kept]), FULL_SCALE)
    return np.clip(np.round(vectors / top * STEP_MOST), -STEP_MOST, STEP_MOST).astype(int)


if __name__ == "__main__":
    main()
