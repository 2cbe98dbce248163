"""The README's matrix is what `npconv matrix -o md` prints."""

from __future__ import annotations

from pathlib import Path

from npconv.pipeline.support import matrix
from npconv.render.matrix_markdown import rendered

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- npconv matrix -o md -->\n", "<!-- end of the matrix -->\n"


def test_the_matrix_of_the_readme_is_printed_from_the_tables(update_golden: bool) -> None:
    text = README.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    written, end, after = rest.partition(END)
    assert begin, "the README has no place for the matrix"
    assert end, "the README does not say where the matrix ends"
    printed = f"\n{rendered(matrix(None, ()))}\n"
    if update_golden:
        README.write_text(f"{before}{BEGIN}{printed}{END}{after}", encoding="utf-8")
        return
    assert written == printed, "`make golden` rewrites it"
