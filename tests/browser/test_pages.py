"""The pages that npconv writes, in a real Chromium: seen, clicked, printed, and checked by axe-core and html-validate.

    cd tests/browser && npm install && cd ../.. && python -m pytest -m browser tests/browser

Pictures of what was seen are left in the folder that the environment variable NPCONV_SEEN names, if it names one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "unit" / "report"))

from hostile_plans import PAYLOADS, hostile_plan  # noqa: E402
from large_plans import large_plan  # noqa: E402
from plans import shop_plan  # noqa: E402
from plans_aks import aks_report  # noqa: E402

from npconv.report.html.page import rendered  # noqa: E402

pytestmark = pytest.mark.browser

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
WHOLE = replace(shop_plan(), aks=aks_report())
PAGES = {
    "plan": WHOLE,
    "hostile": hostile_plan("".join(one for one in PAYLOADS if "x" * 9 not in one)),
    "long-names": hostile_plan("x" * 253),
    "folded": large_plan(150, 60, matrix=45),
    "large": large_plan(5000, 500),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser says about each page."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    if shutil.which("node") is None or not (HERE / "node_modules").is_dir():
        pytest.skip("needs Node.js and `npm install` in tests/browser")
    folder = Path(os.environ.get("NPCONV_SEEN") or tmp_path_factory.mktemp("pages"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, plan in PAGES.items():
        (folder / f"{name}.html").write_text(rendered(plan), encoding="utf-8")
    command = ["node", str(HERE / "look.mjs"), CHROMIUM, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1500, cwd=HERE)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_and_nothing_complains(seen: dict[str, Any], name: str) -> None:
    assert seen[name]["fetched"] == []
    assert seen[name]["said"] == []


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_what_is_then_seen(seen: dict[str, Any], name: str) -> None:
    assert seen[name]["links"] == []
    assert seen[name]["skip"]


@pytest.mark.parametrize("name", PAGES)
def test_details_unfold_and_are_printed(seen: dict[str, Any], name: str) -> None:
    assert seen[name]["details"] == []
    assert seen[name]["unprinted"] == 0


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(seen: dict[str, Any], name: str) -> None:
    assert seen[name]["wide"] == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "large"])
def test_html_is_valid(seen: dict[str, Any], name: str) -> None:
    assert seen[name]["invalid"] == []


@pytest.mark.parametrize(
    ("name", "look"),
    [
        *((name, look) for name in ("plan", "folded") for look in ("light", "dark", "narrow")),
        ("hostile", "light"),
        ("long-names", "light"),
    ],
)
def test_everybody_can_read_it(seen: dict[str, Any], name: str, look: str) -> None:
    assert seen[name]["axe"][look] == []


def test_thousands_of_policies_are_shown_at_once(seen: dict[str, Any]) -> None:
    assert seen["large"]["heading"] == "Calico 3.30 to Cilium 1.19"
    assert max(seen["large"]["milliseconds"].values()) < 15_000
