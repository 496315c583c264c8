#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds that are killed at 200 random times (KILLS, if that is set), again and again on the same
# tree: after each, what is current verifies, or there is nothing current yet, and in the end an
# undisturbed build gives the bytes of a tree that was never disturbed. Half of them are first
# builds, half build on a run and remove it in the end.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"

readonly kills=${KILLS:-200}
readonly kills_of_a_tree=10

own_config > own.yaml
printf 'keep: {runs: 1}\n' >> own.yaml
build=("$reposbom" build -c own.yaml --jobs 2 --allow-shrink)
# Few packages, so that the kills find writing and publishing as often as reading.
first=(--only 'quillsh')
second=(--only '[gq]*')

milliseconds_of() { # command...
  local start
  start=$(date +%s%N)
  expect_exit 0 "$@"
  echo $((($(date +%s%N) - start) / 1000000 + 1))
}
expect_exit 0 "${build[@]}" -o before "${first[@]}"
cp -a before once
longest=$(milliseconds_of "${build[@]}" -o once "${second[@]}")
expect_exit 0 "${build[@]}" -o never "${second[@]}"

killed=0
kill_a_build() { # tree
  local tree=$1 code=0 wait=$((SRANDOM % longest))
  # Not in a function of its own, whose shell would be killed in place of the build.
  "${build[@]}" -o "$tree" "${second[@]}" > stdout 2> stderr < /dev/null &
  sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
  kill -s KILL $! 2> /dev/null || true
  wait $! 2> /dev/null || code=$?
  case $code in
    137) killed=$((killed + 1)) ;;
    0) ;;
    *) fail "a build ends with $code" ;;
  esac
  if [ -L "$tree/current" ]; then
    expect_exit 0 "$reposbom" verify "$tree/current"
  fi
}

rounds=0
while [ "$killed" -lt "$kills" ]; do
  rounds=$((rounds + 1))
  undisturbed=never
  rm -rf tree.killed
  if [ $((rounds % 2)) = 0 ]; then
    undisturbed=once
    cp -a before tree.killed
  fi
  for ((i = 0; i != kills_of_a_tree && killed < kills; ++i)); do
    kill_a_build tree.killed
  done
  expect_exit 0 "${build[@]}" -o tree.killed "${second[@]}"
  # A build that was killed when it had published, but not yet pruned, leaves that to the next.
  expect_exit 0 "$reposbom" prune -c own.yaml -o tree.killed
  rm -rf tree.killed/.staging
  expect_same_tree "$undisturbed" tree.killed
done
echo "$killed builds killed within $longest ms, on $rounds trees"
[ "$rounds" -gt 1 ] || fail 'one tree took all kills'
