#!/usr/bin/env bash
# Installs npconv into an environment of its own, below the runner's temporary folder. Wants: INPUT_VERSION.
set -euo pipefail

home=$RUNNER_TEMP/npconv
rm -rf "$home"
if [[ -n ${INPUT_VERSION:-} ]]; then
  wanted="npconv==$INPUT_VERSION"
else
  wanted=$(cd "$GITHUB_ACTION_PATH/.." && pwd)
fi

if command -v uv > /dev/null; then
  uv venv --quiet --python '>=3.11' "$home"
  uv pip install --quiet --python "$home" "$wanted"
else
  python=$(command -v python3 || command -v python || true)
  if [[ -z $python ]] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "::error title=npconv::npconv needs Python 3.11 or later: add a step with actions/setup-python before this one"
    exit 1
  fi
  "$python" -m venv "$home"
  if [[ -d $home/Scripts ]]; then bin=$home/Scripts; else bin=$home/bin; fi
  "$bin/python" -m pip install --quiet --disable-pip-version-check "$wanted"
fi
if [[ -d $home/Scripts ]]; then bin=$home/Scripts; else bin=$home/bin; fi
"$bin/npconv" --version
