"""`npconv.yaml` and `npconv.lock.yaml` -> typed values, and what is wrong with them.

path = find(paths)                      # None: there is none
found = read(path)                      # found.config is None if found.diagnostics has an error
found.config.lint                       # what `npconv lint` is to do: engine, select, ignore
inputs.files(found.config)              # the files of `include` without `exclude`
"""

from __future__ import annotations

from npconv.config.find import Read, find, parse, read
from npconv.config.model import Config, Lint

__all__ = ["Config", "Lint", "Read", "find", "parse", "read"]
