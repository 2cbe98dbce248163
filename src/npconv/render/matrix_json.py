"""A matrix of support -> JSON, for scripts (schemas/matrix.schema.json)."""

from __future__ import annotations

import json

from npconv.pipeline.engines import name
from npconv.pipeline.support import Matrix


def rendered(matrix: Matrix) -> str:
    """The matrix as a JSON document."""
    data = {
        "source": None if matrix.source is None else name(matrix.source),
        "features": [
            {"id": one.id, "group": one.group.value, "title": one.title, "meaning": one.meaning}
            for one in matrix.features
        ],
        "targets": [
            {
                "engine": name(target),
                "entries": {
                    one.id: {
                        "level": entry.level.value,
                        "how": entry.how,
                        "needs": [need.name.lower().replace("_", "-") for need in entry.needs],
                        "code": None if entry.code is None else entry.code.id,
                    }
                    for one in matrix.features
                    for entry in (matrix.entry(one, target),)
                },
            }
            for target in matrix.targets
        ],
    }
    return json.dumps(data, indent=2) + "\n"
