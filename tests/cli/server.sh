#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# companion/server: nginx and Apache httpd serve a tree with the configurations as they are there, to
# clients with a certificate of the demonstration authority and to no others.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
# shellcheck source=support/tree_server.bash
. "$support/tree_server.bash"
PATH=$PATH:/usr/sbin
need curl gpgv openssl
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
running=()
# Not below the folder of the test: servers do not run as root, and may not get there.
place=$(mktemp -d)
chmod 755 "$place"
at_exit() {
  [ "${#running[@]}" -eq 0 ] || kill "${running[@]}" 2> /dev/null || :
  rm -rf "$place"
}

# --- a tree of two runs, and the certificates -------------------------------------------------

ln -s "$place/tree" tree
own_config > local.yaml
SOURCE_DATE_EPOCH=1600000000 expect_exit 0 "$reposbom" build -c local.yaml -o "$place/tree"
first=$(basename "$(readlink tree/current)")
expect_exit 0 "$reposbom" build -c local.yaml -o "$place/tree"
second=$(basename "$(readlink tree/current)")
[ "$first" != "$second" ] || fail 'two runs of one name'
tree=$place/tree

demo() { "$server/make-demo-ca" settings "$@" > said 2>&1 || fail "make-demo-ca $*: $(cat said)"; }
demo localhost 127.0.0.1
for client in alice bob; do demo --client $client; done
demo --client late 20210101000000Z
demo --revoke bob
"$server/make-demo-ca" others > said && "$server/make-demo-ca" others --client stranger > said
expect_refusal 1 'has an authority already' "$server/make-demo-ca" settings
expect_refusal 1 'carol: has no certificate' "$server/make-demo-ca" settings --revoke carol
expect_refusal 1 'has a certificate already' "$server/make-demo-ca" settings --client alice
expect_equal 600 "$(stat -c %a settings/clients/alice.key)" 'mode of the key'
# What a customer gets is what others read.
openssl pkcs12 -in settings/clients/alice.p12 -passin file:settings/clients/alice.password -nokeys \
  -clcerts 2> said | openssl x509 -noout -subject | grep -q 'CN = alice' || fail 'alice.p12'

# --- asking -----------------------------------------------------------------------------------

# Into `answer` and `headers`; what curl says of the connection into `said`. Names the code of HTTP.
ask() { # client path [option...]
  local folder=settings client=$1 path=$2 identity=()
  shift 2
  [ "$client" != stranger ] || folder=others
  [ "$client" = nobody ] ||
    identity=(--cert "$folder/clients/$client.pem" --key "$folder/clients/$client.key")
  : > answer
  curl --silent --show-error --max-time 20 --cacert settings/clients-ca.pem "${identity[@]}" \
    --path-as-is --output answer --dump-header headers --write-out '%{http_code}' "$@" \
    "https://localhost:$port$path" 2> said || true
}

header() { # name
  sed -n "s/^$1: \(.*\)\r$/\1/Ip" headers
}

expect_file() { # path-on-the-server file
  expect_equal 200 "$(ask alice "$1")" "$1: $(cat said)"
  cmp -s answer "$2" || fail "$1 is not $2"
}

# A client without a good certificate gets nothing, and is told why: by an answer, or by the alert that
# ends the handshake. In TLS 1.3 a client has sent its request by then, and can miss the alert.
expect_stranger() { # client pattern
  local code folder=settings identity=()
  code=$(ask "$1" /SHA256SUMS)
  [ "$code" = 403 ] || [ "$code" = 000 ] || fail "$1: $code"
  [ "$1" != stranger ] || folder=others
  [ "$1" = nobody ] ||
    identity=(-cert "$folder/clients/$1.pem" -key "$folder/clients/$1.key")
  printf 'GET /SHA256SUMS HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' |
    timeout 20 openssl s_client -connect "localhost:$port" -tls1_2 -ign_eof \
      -CAfile settings/clients-ca.pem "${identity[@]}" > told 2>&1 || true
  ! grep -q '  index.json' answer told || fail "$1 is told what is there"
  grep -iE -- "$2" told > why || fail "$1: $code $(cat answer told)"
  sed "s/^/$1: /" why
}

check_server() { # name
  local name=$1 document body run count accept
  expect_file /SHA256SUMS tree/current/SHA256SUMS
  expect_equal "$second" "$(header sbom-run)" "$name: the run that is named"
  expect_equal no-cache "$(header cache-control)" "$name: caching of the current run"
  gpgv --keyring "$PWD/$(echo tree/keys/*.gpg)" tree/current/SHA256SUMS.asc answer 2> said ||
    fail "$name: what is served does not verify: $(cat said)"

  # Every document on the way that needs no index, as it is there.
  document=$(cd tree/current && find -L sets -name '*.x86_64.spdx.json' | sort | sed -n 1p)
  expect_file "/${document//+/%2B}" "tree/current/$document"
  [[ $(header content-type) == application/json* ]] || fail "$name: a type of $(header content-type)"
  expect_file "/${document%/*}/SHA256SUMS" "tree/current/${document%/*}/SHA256SUMS"
  expect_file "/runs/$first/SHA256SUMS" "tree/runs/$first/SHA256SUMS"
  body=$(readlink -f "tree/current/${document%/*}")
  expect_file "${body#"$tree"}/set.json" "$body/set.json"
  expect_equal 'private, max-age=31536000, immutable' "$(header cache-control)" "$name: of a set"
  expect_file /keys/README tree/keys/README

  # Nothing but the tree, and of that only what is published.
  expect_equal 404 "$(ask alice /.sets)" "$name: a cache of reposbom"
  expect_equal 404 "$(ask alice /runs/../.lock)" "$name: the lock"
  [[ $(ask alice /../settings/server.key) == 40[04] ]] || fail "$name: leaves the tree"
  [[ $(ask alice /sets/) == 40[34] ]] || fail "$name: lists folders"
  expect_equal 404 "$(ask alice /SHA256SUMS.none)" "$name: what is not there"
  expect_equal '' "$(header cache-control | grep immutable || :)" "$name: caching of nothing"
  [[ $(ask alice /index.json --data x) == 40[345] ]] || fail "$name: takes what is sent"

  # What has not changed is not sent again, and what has is.
  expect_equal 200 "$(ask alice /index.json)" "$name"
  body=$(header etag)
  [ -n "$body" ] || fail "$name: no ETag"
  expect_equal 304 "$(ask alice /index.json -H "If-None-Match: $body")" "$name: the same again"
  ln -sfn "runs/$first" tree/current
  expect_equal 200 "$(ask alice /index.json -H "If-None-Match: $body")" "$name: another run"
  cmp -s answer "tree/runs/$first/index.json" || fail "$name: an old index"
  ln -sfn "runs/$second" tree/current

  # The part that is missing of a download.
  expect_equal 206 "$(ask alice /index.json -H 'Range: bytes=100-')" "$name: a range"
  tail -c +101 tree/current/index.json | cmp -s - answer || fail "$name: another range"

  # What was compressed before.
  gzip -kf -9 "tree/runs/$second/index.json"
  expect_equal 200 "$(ask alice /index.json -H 'Accept-Encoding: gzip')" "$name: compressed"
  expect_equal gzip "$(header content-encoding)" "$name: compressed before"
  cmp -s answer "tree/runs/$second/index.json.gz" || fail "$name: compressed otherwise"
  expect_equal 200 "$(ask alice /index.json)" "$name: not compressed"
  cmp -s answer "tree/runs/$second/index.json" || fail "$name: compressed unasked"
  # By its own name it is a file as others are, also for who would take FILE compressed.
  for accept in gzip identity; do
    expect_equal 200 "$(ask alice /index.json.gz -H "Accept-Encoding: $accept")" \
      "$name: by its own name, $accept"
    expect_equal '' "$(header content-encoding)" "$name: what it is encoded with, $accept"
    expect_equal application/gzip "$(header content-type)" "$name: of what is compressed, $accept"
    cmp -s answer "tree/runs/$second/index.json.gz" || fail "$name: index.json.gz, $accept"
  done
  rm "tree/runs/$second/index.json.gz"
  : > "tree/runs/$second/x.spdx.json.zst"
  expect_file /x.spdx.json.zst "tree/runs/$second/x.spdx.json.zst"
  expect_equal application/zstd "$(header content-type)" "$name: of what zstd compressed"
  rm "tree/runs/$second/x.spdx.json.zst"

  # While `current` is swapped all the time, each answer is of the run that it names.
  rm -f stop
  (while [ ! -e stop ]; do
    for run in "$first" "$second"; do
      ln -sfn "runs/$run" tree/new && mv -T tree/new tree/current
    done
  done) &
  local swapping=$!
  running+=("$swapping")
  : > runs
  for count in $(seq 40); do
    [ "$(ask alice /SHA256SUMS)" = 200 ] || fail "$name: request $count: $(cat said)"
    run=$(header sbom-run)
    cmp -s answer "tree/runs/$run/SHA256SUMS" || fail "$name: $run names another run's SHA256SUMS"
    echo "$run" >> runs
  done
  touch stop
  wait "$swapping"
  expect_equal 2 "$(sort -u runs | wc -l)" "$name: runs that were seen"
  ln -sfn "runs/$second" tree/current

  # Who may not.
  expect_stranger nobody 'not accepted: NONE|without a client certificate'
  expect_stranger late 'expired'
  expect_stranger bob 'revoked'
  expect_stranger stranger 'unable to (get|verify)|unknown ca|self.signed'
  [ "$(ask alice /SHA256SUMS --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0')" != 200 ] ||
    fail "$name: speaks TLS 1.1"
  expect_equal 200 "$(ask alice /SHA256SUMS --tls-max 1.2)" "$name: TLS 1.2"
  expect_equal 2 "$(ask alice /SHA256SUMS --http2 --write-out '%{http_version}' | tail -c 1)" \
    "$name: the version of HTTP"

  # Who it was is known afterwards.
  run=$(openssl x509 -in settings/clients/alice.pem -noout -serial | cut -d = -f 2)
  grep -qE "\"GET /index.json [^\"]*\" 304 .*serial=$run .*CN ?= ?alice" access.log ||
    fail "$name: alice is not in its log: $(head -n 3 access.log)"
}

wait_for() { # pid
  local code
  for _ in $(seq 100); do
    kill -0 "$1" 2> /dev/null || fail "the server ended: $(cat server.log)"
    code=$(ask alice /SHA256SUMS)
    [ "$code" != 000 ] && return
    sleep 0.1
  done
  fail "the server does not answer: $(cat said server.log)"
}

tried=''
need_python json
if command -v nginx > /dev/null; then
  port=$(free_port)
  write_nginx_settings
  nginx -e "$PWD/server.log" -c "$PWD/nginx.conf" > said 2>&1 &
  running+=($!)
  wait_for $!
  check_server nginx
  kill "${running[@]}" 2> /dev/null || :
  running=()
  tried+=' nginx'
fi

httpd=$(command -v apache2 || command -v httpd || :)
modules=''
for modules in /usr/lib/apache2/modules /usr/lib64/httpd/modules ''; do
  [ ! -e "$modules/mod_ssl.so" ] || break
done
if [ -n "$httpd" ] && [ -n "$modules" ]; then
  port=$(free_port)
  : > access.log
  {
    echo "ServerRoot $PWD"
    echo "PidFile $PWD/httpd.pid"
    echo "ErrorLog $PWD/server.log"
    echo "Listen 127.0.0.1:$port https"
    [ "$(id -u)" -ne 0 ] || printf 'User #%s\nGroup #%s\n' 33 33
    for module in mpm_event authz_core env dir headers http2 log_config mime rewrite setenvif \
      socache_shmcb ssl unixd; do
      [ ! -e "$modules/mod_$module.so" ] ||
        echo "LoadModule ${module}_module $modules/mod_$module.so"
    done
    echo 'TypesConfig /dev/null'
    filled "$server/httpd.conf"
  } > httpd.conf
  "$httpd" -d "$PWD" -f "$PWD/httpd.conf" -DFOREGROUND > said 2>&1 &
  running+=($!)
  wait_for $!
  check_server httpd
  kill "${running[@]}" 2> /dev/null || :
  running=()
  tried+=' httpd'
fi
[ -n "$tried" ] || skip 'neither nginx nor Apache httpd is installed'
echo "served by:$tried"
