#!/usr/bin/env bash
# The test plan of a migration, written by `npconv plan`.
#
#   bash probes.sh          what is expected after the migration (also: bash probes.sh after)
#   bash probes.sh before   what is expected before it
#   bash probes.sh allow    only what is to get through afterwards
#
# Needs kubectl, and the right to run commands in pods. Each probe opens one TCP connection from a pod and sends nothing.
# It tries bash, nc, python3 and perl of the first container; where a pod has none of them, set PROBE_IMAGE to an image
# with nc, and an ephemeral container is used. "not tried" means that nothing can be said: no pod fits, or nothing to
# connect with. A connection that is refused got through: nobody listens there, and policies did not drop it.
# Exit code: 0 as expected, 1 something is not, 2 nothing could be tried.
set -u
expected=${1:-after}
case $expected in before | after | allow) ;; *) echo "usage: bash probes.sh [before|after|allow]" >&2; exit 2 ;; esac
kubectl=${KUBECTL:-kubectl}
timeout=${PROBE_TIMEOUT:-3}
passed=0 failed=0 skipped=0

# pod NAMESPACE SELECTOR: the name of a running pod.
pod() {
  case $2 in
    pod/*) printf '%s\n' "${2#pod/}" ;;
    *) $kubectl get pods -n "$1" -l "$2" --field-selector=status.phase=Running -o jsonpath='{.items[0].metadata.name}' 2> /dev/null ;;
  esac
}

# connect NAMESPACE POD ADDRESS PORT: prints open, refused, closed or unable.
connect() {
  local inside='a=$1 p=$2 t=$3
    if command -v nc > /dev/null; then out=$(nc -z -w "$t" "$a" "$p" 2>&1) && echo open && exit 0
      case $out in *efused*) echo refused ;; *) nc -z -v -w "$t" "$a" "$p" 2>&1 | grep -qi refused && echo refused || echo closed ;; esac
    elif command -v bash > /dev/null && command -v timeout > /dev/null; then
      out=$(timeout "$t" bash -c ": > /dev/tcp/$a/$p" 2>&1) && echo open && exit 0
      case $out in *efused*) echo refused ;; *) echo closed ;; esac
    elif command -v python3 > /dev/null; then
      python3 -c "import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close(); print(\"open\")
except ConnectionRefusedError: print(\"refused\")
except OSError: print(\"closed\")" "$a" "$p" "$t"
    elif command -v perl > /dev/null; then
      perl -MIO::Socket::INET -e "print IO::Socket::INET->new(PeerAddr => \$ARGV[0], PeerPort => \$ARGV[1], Timeout => \$ARGV[2]) ? qq(open) : \$! =~ /refused/i ? qq(refused) : qq(closed)" "$a" "$p" "$t"
    else echo unable; fi'
  local answer
  answer=$($kubectl exec -n "$1" "$2" -- sh -c "$inside" probe "$3" "$4" "$timeout" 2> /dev/null | tail -n 1)
  if [[ -z $answer || $answer == unable ]] && [[ -n ${PROBE_IMAGE:-} ]]; then
    answer=$($kubectl debug -n "$1" "$2" -q -i --image="$PROBE_IMAGE" -- sh -c "$inside" probe "$3" "$4" "$timeout" 2> /dev/null | tail -n 1)
  fi
  printf '%s\n' "${answer:-unable}"
}

# probe NUMBER NAMESPACE SELECTOR TO-NAMESPACE TO-SELECTOR ADDRESS PORT BEFORE AFTER TITLE
probe() {
  local number=$1 want=$9 title=${10} from address answer got
  if [[ $expected == before ]]; then want=$8; fi
  if [[ $expected == allow && $want != allow ]]; then return; fi
  from=$(pod "$2" "$3")
  address=$6
  if [[ -n $5$4 && -z $address ]]; then
    address=$(pod "$4" "$5")
    if [[ -n $address ]]; then address=$($kubectl get pod -n "$4" "$address" -o jsonpath='{.status.podIP}' 2> /dev/null); fi
  fi
  if [[ -z $from || -z $address ]]; then answer=unable; else answer=$(connect "$2" "$from" "$address" "$7"); fi
  case $answer in open | refused) got=allow ;; closed) got=deny ;; *) got= ;; esac
  if [[ -z $got ]]; then skipped=$((skipped + 1)); printf 'not tried %3d  %s\n' "$number" "$title"
  elif [[ $got == "$want" ]]; then passed=$((passed + 1)); printf 'ok        %3d  %s: %s\n' "$number" "$title" "$got"
  else failed=$((failed + 1)); printf 'FAILED    %3d  %s: expected %s, found %s (%s)\n' "$number" "$title" "$want" "$got" "$answer"; fi
}

probe 1 batch app=reports shop app=orders-db '' 5432 allow allow 'pod batch/reports-1 -> pod shop/orders-db-0, port 5432/tcp'
probe 2 batch app=reports shop app=orders-db '' 5433 allow deny 'pod batch/reports-1 -> pod shop/orders-db-0, port 5433/tcp'
# 3. pod batch/reports-1 -> pod shop/orders-db-0, port 5434/tcp: deny before, deny after (nothing listens there: refused and denied look alike)

printf '%d as expected, %d not, %d not tried\n' "$passed" "$failed" "$skipped"
if ((failed)); then exit 1; fi
if ((passed == 0)); then exit 2; fi
