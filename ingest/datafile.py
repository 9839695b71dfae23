"""Knowledge that is data: YAML files beside the code that checks what they say."""

from __future__ import annotations

from importlib.resources import files
from typing import Any


def yaml_of(package: str | None, name: str) -> Any:
    """What a package's YAML file says, unchecked.

    :param package: the importing package (`__package__`).
    :raises FileNotFoundError: if the package has no such file.
    """
    import yaml

    assert package is not None
    return yaml.safe_load((files(package) / name).read_text("utf-8"))
