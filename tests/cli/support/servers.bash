# SPDX-License-Identifier: Apache-2.0
#
# Web servers on the loopback (http_server.py), gone at the end. Source it after common.bash and
# need_python.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # Variables are for, and from, those who source this.

unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY

servers=()
at_exit() { [ "${#servers[@]}" -eq 0 ] || kill "${servers[@]}" 2> /dev/null || :; }

# Starts a server NAME, whose rules are NAME.rules and whose log is NAME.log; sets `port`.
serve() { # name option...
  local name=$1
  shift
  : > "$name.rules"
  : > "$name.log"
  "$python" "$support/http_server.py" --port-file "$name.port" --rules "$name.rules" \
    --log "$name.log" "$@" 2> "$name.err" &
  servers+=($!)
  for _ in $(seq 600); do
    [ -s "$name.port" ] && break
    sleep 0.1
  done
  port=$(cat "$name.port") || fail "the server $name does not start"
}

rule() { # server pattern action [arguments]
  local server=$1
  shift
  (IFS=$'\t' && printf '%s\n' "$*") >> "$server.rules"
}

requests() { # server [pattern]
  grep -cE -- "${2:-.}" "$1.log" || :
}
