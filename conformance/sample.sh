#!/usr/bin/env bash
# Build the referees and ask them about a sample: every tenth golden case, and some random policies. For CI.
set -u
cd "$(dirname "$0")/.." || exit 2
python=${PYTHON:-python3}
conformance/build.sh || exit 1
if [[ ! -x conformance/bin/kubernetes ]]; then
  echo "conformance: skipped; recorded answers are replayed by tests/conformance"
  exit 0
fi
code=0
"$python" tests/conformance/ask_hard.py || code=1
"$python" tests/conformance/ask_goldens.py --every 10 --flows 200 || code=1
for engine in calico cilium k8s policy-api; do
  "$python" tests/conformance/ask_random.py "$engine" --count 30 --no-record || code=1
done
exit $code
