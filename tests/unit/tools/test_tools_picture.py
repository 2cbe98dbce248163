"""The picture of a terminal shows what npconv prints today, and fetches nothing."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import picture
import pytest

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which runs the session")
@pytest.mark.skipif(not Path(sys.executable).with_name("npconv").exists(), reason="npconv is not installed here")
def test_the_picture_is_up_to_date(update_golden: bool) -> None:
    if update_golden:
        picture.PICTURE.write_text(picture.draw(), encoding="utf-8")
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.draw(), "run `make docs`"


def test_it_can_be_shown_anywhere() -> None:
    """No script, no font, no address; and every letter inside of it."""
    text = picture.PICTURE.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "style", "rect", "circle", "text")
    }
    assert re.findall(r"https?://[^\"']*", text) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in text
    width = float(root.attrib["width"])
    for one in root.iter(f"{SVG}text"):
        assert float(one.attrib["x"]) + float(one.attrib["textLength"]) < width
    assert any("loss[NPC" in (one.text or "") for one in root.iter(f"{SVG}text"))
