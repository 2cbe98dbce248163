"""The floor: what PyYAML's C code needs to read and write the same documents, without a thought about them."""

from __future__ import annotations

from pathlib import Path

import yaml


def read_and_write(file: Path) -> int:
    """Load every document of a file and dump it again; how much was written."""
    documents = list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    return len(yaml.dump_all(documents, Dumper=yaml.CSafeDumper))


def read_and_write_slowly(file: Path) -> int:
    """What awslabs/k8s-network-policy-migrator does with each file (`convert.py`): PyYAML's Python code, both ways.

    A stand-in, because that project is no package: reading and writing are 99 % of what it needs (its converter
    functions take 17 of 3,900 microseconds a policy). What a user waits for besides, a request to the cluster
    for each file and half a second of imports, is left out.
    """
    written = 0
    for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        written += len(yaml.safe_dump(document))
    return written
