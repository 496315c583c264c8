#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A run that is killed, at any moment, has published the whole or nothing, and the next run ends
# with what one run alone would have made. Interrupted, it exits 130 or 143.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"

build_fixtures whole
# Times are taken from one run on this machine, so that the signal finds each stage somewhere.
start=$(date +%s%N)
build_fixtures timed
milliseconds=$((($(date +%s%N) - start) / 1000000))

check_interrupted() { # tree
  if [ -e "$1/current" ]; then
    expect_exit 0 "$reposbom" verify "$1"
    expect_same_tree whole/current "$1/current"
  else
    [ ! -L "$1/current" ] || fail "$1: current leads nowhere"
  fi
  # What is in the store is finished, whatever happened.
  for set in "$1"/store/*/*/; do
    [ ! -d "$set" ] || (cd "$set" && sha256sum --check --strict --quiet SHA256SUMS) ||
      fail "$set is half of a set"
  done
}

for step in 2 5 8; do
  for signal in KILL TERM INT; do
    tree=$signal-$step
    code=0
    # Job control, as a shell without it has its children ignore SIGINT.
    set -m
    "$reposbom" build -c "$config" -o "$tree" > stdout 2> stderr < /dev/null &
    set +m
    sleep "$(printf '0.%03d' $((milliseconds * step / 10 % 1000)))"
    kill -s "$signal" $! 2> /dev/null || true
    asked=$(date +%s%N)
    wait $! 2> /dev/null || code=$?
    [ $((($(date +%s%N) - asked) / 1000000)) -lt 1000 ] || fail "SIG$signal is obeyed too late"
    case $signal:$code in
      *:0 | KILL:137 | TERM:143 | INT:130) ;;
      *) fail "$signal at step $step: exit $code" ;;
    esac
    check_interrupted "$tree"
    if [ "$signal" != KILL ] && [ "$code" -ne 0 ]; then
      expect_equal '' "$(find "$tree" -path '*.staging*' 2> /dev/null)" "half-done after SIG$signal"
    fi
    build_fixtures "$tree"
    expect_equal '' "$(find "$tree" -path '*.staging*')" 'half-done in the end'
    expect_same_tree whole/current "$tree/current"
    expect_same_tree whole/store "$tree/store"
    rm -rf "$tree"
  done
done
