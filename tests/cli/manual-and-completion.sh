#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The man page renders without a warning and has every command, option and exit code that the help
# has; the completion of bash offers the same commands and options, formats, files and folders.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
made=$(dirname "$reposbom")/packaging

expect_exit 0 "$reposbom" help
sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' stdout > commands
sed -n '/^Exit codes:/,$s/^  \([0-9, ]*[0-9]\) .*/\1/p' stdout > codes
expect_equal build "$(head -n 1 commands)" 'the first command'
options_of() { # command
  expect_exit 0 "$reposbom" help "$1"
  sed -n 's/^  \(-[a-zA-Z]\|   \),\{0,1\} \(--[a-z0-9-]*\).*/\1 \2/p' stdout | tr -s ' ' '\n' | grep .
}

# --- bash -----------------------------------------------------------------------------------

# shellcheck disable=SC1091  # Made by the build.
. "$made/reposbom.bash"
compopt() { :; } # It works only where readline has asked.
offered() { # words, the last of which is being written
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _reposbom
  printf '%s\n' "${COMPREPLY[@]}" | sort | xargs
}
sorted() { sort "$@" | xargs; }

expect_equal "$({ cat commands && printf '%s\n' --help --version; } | sorted)" \
  "$(offered reposbom '')" 'offered as command'
expect_equal build "$(offered reposbom b)" 'offered for b'
expect_equal "$(sorted commands)" "$(offered reposbom help '')" 'offered to help'
grep -v '^help$' commands | while read -r command; do
  options_of "$command" > options
  [ -s options ] || fail "help of $command names no option"
  expect_equal "$(sorted options)" "$(offered reposbom "$command" -)" "options of $command"
done
formats='cyclonedx-json cyclonedx-xml spdx-json spdx-xml spdx-yaml spdx3-json'
expect_equal "$formats" "$(offered reposbom show --format '')" formats
expect_equal "$formats" "$(offered reposbom show --format =)" 'formats behind ='
expect_equal 'spdx-json' "$(offered reposbom show --format = spdx-j)" 'a format behind ='
expect_equal 'json text' "$(offered reposbom build --log-format '')" 'formats of the log'
mkdir -p place/folder && touch place/file.yaml 'place/name with blanks.yaml'
expect_equal place/folder "$(offered reposbom build -o place/f)" 'folders'
expect_equal place/folder "$(offered reposbom build place/f)" 'a repository'
expect_equal 'place/file.yaml place/folder' "$(offered reposbom build -c place/f)" 'files'
expect_equal 'place/name with blanks.yaml' "$(offered reposbom build -c place/n)" 'a name with blanks'
expect_equal '' "$(offered reposbom build --jobs '')" 'numbers'

# --- man ------------------------------------------------------------------------------------

need groff
groff -man -Tascii -ww -rLL=100n "$made/reposbom.1" > page 2> warnings || fail 'groff fails'
[ ! -s warnings ] || fail "groff warns: $(head -n 5 warnings)"
# Bold is struck over, or told the terminal.
sed -e 's/.\x08//g' -e 's/\x1b\[[0-9;]*m//g' page > text
for section in NAME SYNOPSIS DESCRIPTION COMMANDS 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES 'SEE ALSO'; do
  grep -qx "$section" text || fail "the man page has no $section"
done
while read -r code; do
  grep -q "^ *$code\( \|$\)" text || fail "the man page has no exit code $code"
done < codes
grep -v '^help$' commands | while read -r command; do
  grep -q "^ *reposbom $command" text || fail "the man page has no $command"
  options_of "$command" | grep -v -e '^-h$' -e '^--help$' > options || true
  # From its heading to the next one.
  sed -n "/^   $command\$/,/^\(   [a-z][a-z]*\|[A-Z][A-Z ]*\)\$/p" text > part
  while read -r option; do
    grep -q -- "^ *\(-., \)\{0,1\}$option\([ ,]\|$\)" part || fail "the man page has no $option of $command"
  done < options
done
