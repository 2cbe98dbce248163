#!/usr/bin/env bash
# Build the referees into conformance/bin. Without Go nothing is built, which is said, and is no failure.
set -u
cd "$(dirname "$0")" || exit 2
if ! command -v go > /dev/null; then
  echo "conformance: no Go here: the referees are not built, and the engines are not asked"
  exit 0
fi
mkdir -p bin
export GOFLAGS="${GOFLAGS:--p=2}"
failed=0
build() {
  local program=$1 folder=$2
  shift 2
  if (cd "$folder" && nice -n 10 go build "$@"); then echo "conformance: built $program"; else
    echo "conformance: $program cannot be built here"
    failed=1
  fi
}
build kubernetes . -o bin/kubernetes ./kubernetes
build policyapi . -o bin/policyapi ./policyapi
build cilium-1.20 cilium -o ../bin/cilium-1.20 .
build cilium-1.18 cilium -modfile=go118.mod -tags cilium118 -o ../bin/cilium-1.18 .
build calico-3.28 calico -o ../bin/calico-3.28 .
exit $failed
