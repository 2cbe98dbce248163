"""A run -> logging commands of Azure Pipelines.

Sources: Microsoft, "Logging commands", `task.logissue`: type (`error` or `warning`), sourcepath, linenumber,
columnnumber, code; microsoft/azure-pipelines-task-lib `node/taskcommand.ts` for what is escaped. The agent keeps ten
issues of a kind for its summary (microsoft/azure-pipelines-agent `ExecutionContext.cs`): the worst come first.
"""

from __future__ import annotations

from typing import Final

from npconv.diagnostics.render.level import Level
from npconv.diagnostics.render.reported import Reported, remarks, reported, sentence, worst_first
from npconv.diagnostics.render.run import Run

_TYPE: Final = {Level.ERROR: "error", Level.WARNING: "warning"}


def as_issues(run: Run) -> str:
    """A command for each error and warning, the worst first. There are no notes: these become lines of the log."""
    lines = [_line(one) for one in worst_first(each for each in reported(run) if each.aside is None)]
    return "".join(f"{line}\n" for line in lines)


def _line(one: Reported) -> str:
    said = one.diagnostic
    kind = _TYPE.get(one.level)
    where = one.where if one.where is not None and one.where.path != "stdin" else None
    if kind is None:
        place = f"{where.path}:{where.span.line}:{where.span.column}: " if where is not None else ""
        return f"{place}{said.severity.value}[{said.code}] {sentence(said)}"
    properties = {"type": kind}
    if where is not None:
        properties["sourcepath"] = where.path
        properties["linenumber"] = str(where.span.line)
        properties["columnnumber"] = str(where.span.column)
    properties["code"] = said.code.id
    written = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_data(' | '.join([sentence(said), *remarks(said)]))}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
