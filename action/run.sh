#!/usr/bin/env bash
# Runs npconv as the inputs of the action say. All that was asked for runs, whatever of it fails; findings become annotations, and
# the summary of the step says the rest. Exit code: 0, or the highest of npconv's.
# Wants: INPUT_PATHS, INPUT_LINT, INPUT_CHECK, INPUT_DIFF, INPUT_BASE, INPUT_FAIL_ON_DIFF, INPUT_DIFF_OPTIONS.
set -uo pipefail

home=$RUNNER_TEMP/npconv
if [[ -d $home/Scripts ]]; then npconv=$home/Scripts/npconv; else npconv=$home/bin/npconv; fi
worst=0

# lines TEXT: its lines that are not empty, as an array `lines`.
lines() {
  local line
  lines=()
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [[ -n $line ]]; then lines+=("$line"); fi
  done <<< "$1"
}

# ended CODE: remember how a command ended, unless it was in order.
ended() { if (($1 > worst)); then worst=$1; fi; }

summary() { printf '%s\n' "$@" >> "$GITHUB_STEP_SUMMARY"; }

# The npconv.yaml of this folder, or of one above it in the repository.
config() {
  local folder=$PWD
  while :; do
    if [[ -f $folder/npconv.yaml ]]; then return 0; fi
    if [[ -e $folder/.git || $folder == / ]]; then return 1; fi
    folder=$(dirname "$folder")
  done
}

lint() {
  local sarif=$RUNNER_TEMP/npconv.sarif code
  printf '::group::npconv lint\n'
  "$npconv" lint --allow-empty --format concise \
    --report "sarif=$sarif" --report github=- --report "github-summary=$GITHUB_STEP_SUMMARY" "${paths[@]}"
  code=$?
  printf '::endgroup::\n'
  if [[ -f $sarif ]]; then echo "sarif=$sarif" >> "$GITHUB_OUTPUT"; fi
  ended "$code"
}

check() {
  local code
  printf '::group::npconv convert --check\n'
  "$npconv" convert --check --diff --format concise --report github=- --report "github-summary=$GITHUB_STEP_SUMMARY"
  code=$?
  printf '::endgroup::\n'
  ended "$code"
}

# Which connections this tree lets through or shuts out that the base did not, for each path of its own.
compare() {
  local path old new code different=false empty=$RUNNER_TEMP/npconv-empty
  if ! git rev-parse --quiet --verify "$INPUT_BASE^{commit}" > /dev/null &&
    ! git fetch --quiet --depth=1 origin "$INPUT_BASE"; then
    echo "::error title=npconv::\`$INPUT_BASE\` is not in this clone: say \`fetch-depth: 0\` to actions/checkout"
    ended 2
    return
  fi
  mkdir -p "$empty"
  summary "## Connections that this change opens or closes" ""
  for path in "${paths[@]}"; do
    old="$INPUT_BASE:./${path#./}" new=$path
    if [[ $path == . ]]; then old="$INPUT_BASE:./"; fi
    if ! git rev-parse --quiet --verify "$old" > /dev/null; then old=$empty; fi
    if [[ ! -e $new ]]; then new=$empty; fi
    printf '::group::npconv diff %s\n' "$path"
    "$npconv" diff "$old" "$new" --format concise -o md ${options[@]+"${options[@]}"} > "$RUNNER_TEMP/npconv-diff.md"
    code=$?
    cat "$RUNNER_TEMP/npconv-diff.md"
    printf '::endgroup::\n'
    if [[ ${#paths[@]} -gt 1 ]]; then summary "\`$path\`" ""; fi
    summary "$(cat "$RUNNER_TEMP/npconv-diff.md")" ""
    case $code in
      0) ;;
      1)
        different=true
        if [[ $INPUT_FAIL_ON_DIFF == true ]]; then ended 1; fi
        ;;
      *)
        different=''
        echo "::error title=npconv::\`$path\` could not be compared with the base"
        ended "$code"
        break
        ;;
    esac
  done
  echo "different=$different" >> "$GITHUB_OUTPUT"
}

lines "$INPUT_DIFF_OPTIONS"
options=(${lines[@]+"${lines[@]}"})
lines "$INPUT_PATHS"
paths=(${lines[@]+"${lines[@]}"})
if ((${#paths[@]} == 0)); then paths=(.); fi

if [[ $INPUT_LINT == true ]]; then lint; fi
if [[ $INPUT_CHECK == true ]] || { [[ $INPUT_CHECK == auto ]] && config; }; then check; fi
if [[ $INPUT_DIFF == true ]] || { [[ $INPUT_DIFF == auto ]] && [[ -n $INPUT_BASE ]]; }; then compare; fi
exit "$worst"
