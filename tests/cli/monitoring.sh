#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What a run tells machines: one JSON object a line, the last of which has the exit code; priorities
# for the journal; and a file for Prometheus, also of a run that failed. Exit codes are documented.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_python yaml

# --- metrics --------------------------------------------------------------------------------

mkdir metrics
{ own_config && echo "metrics: $PWD/metrics/reposbom.prom"; } > own.yaml
expect_metrics() { # name=value...
  expect_equal reposbom.prom "$(ls metrics)" 'files beside the metrics'
  expect_exit 0 "$python" "$support/check_metrics.py" metrics/reposbom.prom \
    "$source_dir/packaging/alerts.yaml" "$@"
}
expect_exit 0 "$reposbom" build -c own.yaml --dry-run
expect_equal '' "$(ls metrics)" 'metrics of a dry run'
expect_exit 0 "$reposbom" build -c own.yaml
expect_silence
count() { count_of "$1" tree/current/report.json; }
published=(
  "reposbom_packages=$(count packages)" "reposbom_builds=$(count builds)"
  "reposbom_documents=$(count documents)" "reposbom_sets{outcome=\"written\"}=$(count setsWritten)"
  "reposbom_packages_without_source=$(count packagesWithoutSource)" reposbom_failures=0
)
expect_metrics reposbom_run_exit_code=0 'reposbom_run_status{state="finished"}=1' "${published[@]}"
success=$(sed -n 's/^reposbom_last_success_timestamp_seconds //p' metrics/reposbom.prom)
now=$(date +%s)
if [ "$success" -gt "$now" ] || [ "$success" -lt $((now - 600)) ]; then
  fail "the time of the last success is $success, now is $now"
fi
expect_exit 0 "$reposbom" build -c own.yaml
expect_metrics reposbom_run_exit_code=0 "${published[@]}"

# A mirror that cannot be read any more, and a tree that another run holds.
sed "s,mirror/AppStream,mirror/Nowhere," own.yaml > broken.yaml
code=0
"$reposbom" build -c broken.yaml 2> stderr || code=$?
[ "$code" -ne 0 ] || fail 'a repository that is not there is no failure'
success=$(sed -n 's/^reposbom_last_success_timestamp_seconds //p' metrics/reposbom.prom)
expect_metrics "reposbom_run_exit_code=$code" 'reposbom_run_status{state="doomed"}=1' \
  'reposbom_run_status{state="finished"}=0' \
  "reposbom_last_success_timestamp_seconds=$success" "${published[@]}"
touch tree/.lock
sed 's/^creator:.*/creator: {name: Another}/' own.yaml > changed.yaml
expect_exit 75 flock tree/.lock "$reposbom" build -c changed.yaml
expect_metrics reposbom_run_exit_code=75 "reposbom_last_success_timestamp_seconds=$success"

# --- log ------------------------------------------------------------------------------------

expect_json_log() { # exit code
  sed -i '/^\[[A-Za-z0-9_]*() .*\/src\/lib[a-z]*\/[^ ]*\.cpp:[0-9]*\] /d' stderr
  "$python" "$support/check_log.py" stderr "$1" || fail 'the log is not as it should be'
}
expect_exit 0 "$reposbom" build -c own.yaml --log-format json
expect_json_log 0
expect_exit "$code" "$reposbom" build -c broken.yaml --log-format json
expect_json_log "$code"
grep -q '"subject": *"[^"]*Nowhere' stderr || fail 'the log does not say what it is about'

# The journal is what JOURNAL_STREAM says it is, and only there are priorities.
journal() { # device:inode of stderr, command...
  local stream=$1
  shift
  (
    [ "$stream" != real ] || stream=$(stat -Lc %d:%i stderr)
    JOURNAL_STREAM=$stream "$@" > stdout 2> stderr < /dev/null || true
  )
}
: > stderr
journal real "$reposbom" build -c broken.yaml
grep -q '^<3>reposbom: error: ' stderr || fail 'no priority in the journal'
journal real "$reposbom" build -c own.yaml --verbose
grep -q '^<6>reposbom: nothing changed' stderr || fail 'no priority in the journal'
journal 1:1 "$reposbom" build -c broken.yaml
grep -q '^reposbom: error: ' stderr || fail 'a priority where there is no journal'

# --- exit codes -----------------------------------------------------------------------------

expect_exit 0 "$reposbom" help
sed -n '/^Exit codes:/,$s/^  \([0-9, ]*[0-9]\) .*/\1/p' stdout > of-help
sed -n '/^## Exit codes/,/^## /s/^| \([0-9, ]*[0-9]\) |.*/\1/p' "$source_dir/README.md" > of-readme
[ -s of-help ] || fail 'help names no exit code'
cmp -s of-help of-readme || fail "exit codes: $(diff of-help of-readme)"
