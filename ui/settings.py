"""Settings: every one has an environment name and a default."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingest import default_store
from ingest.readers.legible import RECOGNITION
from ingest.readers.limits import MAX_PAGES
from ingest.workers import others_are_loaded


class SettingError(ValueError):
    """A setting has a value that cannot be used; the text says which and what to do."""


@dataclass(frozen=True)
class Setting:
    """One setting with its current value."""

    name: str
    meaning: str
    value: str


def settings() -> list[Setting]:
    """All settings as they are now."""
    get = os.environ.get
    return [
        Setting("JUESUAN_STORE", "资料库的文件夹", str(default_store())),
        Setting("JUESUAN_CACHE", "内置编码器和评测资料库的文件夹", get("JUESUAN_CACHE", "（用户缓存文件夹）")),
        Setting("JUESUAN_WORKERS", "同时读取文件的进程数", str(workers())),
        Setting(
            "JUESUAN_OTHERS", "既非决算也非预算的文件：load 收录原文，refuse 拒绝", "load" if others() else "refuse"
        ),
        Setting("JUESUAN_HOST", "网页监听的地址", host()),
        Setting("JUESUAN_PORT", "网页监听的端口", str(port())),
        Setting(
            "JUESUAN_ACCESS",
            "网页的访问方式：open 人人可编辑（本机的默认），public 公开只读、限速、编辑须登录（其他地址的默认），login 都须登录",
            get("JUESUAN_ACCESS", "（按监听的地址）"),
        ),
        Setting("JUESUAN_RATE", "公开只读时每个地址可提问的次数", get("JUESUAN_RATE", "60/minute")),
        Setting("JUESUAN_PROXY_HEADER", "可信代理写明用户名的请求头", get("JUESUAN_PROXY_HEADER", "（不用）")),
        Setting("JUESUAN_PROXY_ADDRESSES", "可信代理的地址，用逗号隔开", get("JUESUAN_PROXY_ADDRESSES", "（无）")),
        Setting(
            "JUESUAN_REPLIES",
            "本单位答复稿用语的文件，写法同 prompts/replies.yaml",
            get("JUESUAN_REPLIES", "（用自带的）"),
        ),
        Setting("JUESUAN_MAX_PAGES", "一个 PDF 最多的页数，超过的不读", get("JUESUAN_MAX_PAGES", str(MAX_PAGES))),
        Setting("JUESUAN_OCR", "识别扫描页上的文字：auto 识别，off 不识别", recognition()),
        Setting(
            "JUESUAN_REAL_ACCOUNTS",
            "评测所用真实决算的文件夹",
            get("JUESUAN_REAL_ACCOUNTS", "（项目旁的 shared/documents）"),
        ),
        Setting(
            "JUESUAN_MODEL_BASE_URL",
            "可选的语言模型的地址（OpenAI 接口），不设则不用",
            get("JUESUAN_MODEL_BASE_URL", "（不用）"),
        ),
        Setting("JUESUAN_MODEL_NAME", "语言模型的名称", get("JUESUAN_MODEL_NAME", "（不用）")),
        Setting(
            "JUESUAN_MODEL_API_KEY", "语言模型的密钥", "（已设置）" if get("JUESUAN_MODEL_API_KEY") else "（未设置）"
        ),
        Setting(
            "JUESUAN_MODEL_STRUCTURED_METHOD",
            "先用哪种结构化输出：json_schema、json_mode 或 text",
            get("JUESUAN_MODEL_STRUCTURED_METHOD", "json_schema"),
        ),
        Setting("JUESUAN_MODEL_TIMEOUT", "等语言模型的秒数", get("JUESUAN_MODEL_TIMEOUT", "20")),
        Setting(
            "JUESUAN_MODEL_TASKS",
            "语言模型做什么：parse 理解提问，word 换一种说法",
            get("JUESUAN_MODEL_TASKS", "parse,word"),
        ),
        Setting(
            "JUESUAN_BENCHMARKS",
            "公开的计算题集（FinQA、TAT-QA）的文件夹",
            get("JUESUAN_BENCHMARKS", "（项目旁的 shared/benchmarks）"),
        ),
    ]


def host() -> str:
    """Address of the web page."""
    return os.environ.get("JUESUAN_HOST", "127.0.0.1")


def port() -> int:
    """Port of the web page.

    :raises SettingError: if the setting is no port.
    """
    named = os.environ.get("JUESUAN_PORT", "7860")
    if not named.isdecimal() or not 0 < int(named) < 65536:
        raise SettingError(f"JUESUAN_PORT 应是 1 到 65535 的整数，现在是“{named}”；请改正或去掉这个环境变量。")
    return int(named)


def workers() -> int:
    """Processes that read files at a time.

    :raises SettingError: if the setting is no number from 1 to 64.
    """
    named = os.environ.get("JUESUAN_WORKERS", "") or str(min(os.cpu_count() or 1, 4))
    if not named.isdecimal() or not 0 < int(named) <= 64:
        raise SettingError(f"JUESUAN_WORKERS 应是 1 到 64 的整数，现在是“{named}”；请改正或去掉这个环境变量。")
    return int(named)


def others() -> bool:
    """Whether documents of other kinds are loaded.

    :raises SettingError: if the setting is neither load nor refuse.
    """
    try:
        return others_are_loaded()
    except ValueError as error:
        raise SettingError(str(error)) from error


def recognition() -> str:
    """`auto` where scanned pages are recognised, `off` where they are refused.

    :raises SettingError: if the setting is neither.
    """
    named = os.environ.get(RECOGNITION, "auto")
    if named not in ("auto", "off"):
        raise SettingError(f"{RECOGNITION} 应是 auto 或 off，现在是“{named}”；请改正或去掉这个环境变量。")
    return named


def store_folder(given: Path | None) -> Path:
    """The store named on the command line, else the setting."""
    return given or default_store()
