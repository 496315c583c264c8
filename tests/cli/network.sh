#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Repositories on servers: the same bytes as from a directory, no more requests than needed, and
# servers that fail, lie or want to be convinced. Only the loopback is used.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need openssl flock
need_python ssl
# shellcheck source=support/servers.bash
. "$support/servers.bash"

# The fixtures' configuration, which says of source packages too where they are published: else that
# would be where they are read from.
published_config() {
  own_config | sed -E 's,^formats: .*,formats: [spdx-json\, cyclonedx-json],
    s,^( *)(published: .*)x86_64/os$,&\n\1sources_\2Source,'
}

# The same with its repositories at a URL, each download kept in ./cache.
remote_config() { # url [sed-expression...]
  local url=$1 expression
  shift
  published_config | sed -E "s,$fixtures/mirror,$url,; \$a cache: $PWD/cache" > remote.yaml
  for expression; do
    cp remote.yaml before.yaml
    sed -i -E "$expression" remote.yaml
    ! cmp -s before.yaml remote.yaml || fail "nothing changed by $expression"
  done
}

fresh() { # forgets what came before
  local name
  rm -rf cache out
  for name in "$@"; do
    : > "$name.rules"
    : > "$name.log"
  done
}

build_remote() { # code [option...]
  local code=$1
  shift
  expect_exit "$code" "$reposbom" build -c remote.yaml -o out "$@"
}

refuse_remote() { # code pattern
  expect_refusal "$1" "$2" "$reposbom" build -c remote.yaml -o out
  [ ! -e out ] || fail 'a refused build made a tree'
}

count_unproven() { grep -c 'is read over http:// without keys' "$1/current/report.json" || :; }

no_retries='$a network: {retries: 0}'
one_retry='$a network: {retries: 1}'
primary='BaseOS/x86_64/os/repodata/[^/]*primary\.xml'

published_config > local.yaml
expect_exit 0 "$reposbom" build -c local.yaml -o tree
serve main --folder "$fixtures/mirror"
main=http://127.0.0.1:$port

# --- the same bytes, and no request too many ---------------------------------------------------

remote_config "$main"
build_remote 0
expect_same_tree tree out
expect_silence
sources=$(grep -cP '\tmirror/.*/Source/' "$fixtures/packages.tsv")
packages=$(grep -P '\tmirror/' "$fixtures/packages.tsv" | cut -f 3 | sort -u | wc -l)
expect_equal "$packages" "$(grep -E '\.rpm' main.log | cut -d ' ' -f 2 | sort -u | wc -l)" \
  'packages asked for, each once wherever it is'
expect_equal "$packages" "$(requests main '\.rpm bytes=0-[0-9]+ 206')" 'requests for headers alone'
# They are not signed, and there are keys: then the digest of the whole file has to be right.
expect_equal "$packages" "$(requests main '\.rpm - 200')" 'requests for whole packages'
expect_equal 4 "$(requests main 'repomd.xml.asc ')" 'requests for signatures'
expect_equal 8 "$(requests main 'repomd.xml - 200')" 'requests for repomd.xml'
expect_equal '' "$(cut -d ' ' -f 2,3 main.log | grep -v 'repomd.xml' | sort | uniq -d)" \
  'files asked for twice'

: > main.log
build_remote 0
expect_equal 8 "$(requests main)" 'requests of a run over what is published'
expect_equal 8 "$(requests main 'repomd.xml')" 'those for repomd.xml'

# What is kept is not asked for again; what was damaged meanwhile is.
: > main.log
rm -rf out
build_remote 0
expect_same_tree tree out
expect_equal 0 "$(requests main '\.rpm|primary|updateinfo|modules')" 'requests for kept files'
find cache/parts -type f | while read -r file; do flip_byte "$file" 3; done
find cache/fronts* -type f | while read -r file; do flip_byte "$file" 3; done
rm -rf out
build_remote 0
expect_same_tree tree out
expect_equal "$packages" "$(requests main '\.rpm bytes')" 'requests for what was damaged'

# Spec files, for which whole packages are fetched, as they were for what vouches for their headers.
with_specs='s,sources: (.*),sources: {packages: \1\, specs: true},'
published_config | sed -E "$with_specs" > specs.yaml
expect_exit 0 "$reposbom" build -c specs.yaml -o with-specs
remote_config "$main" "$with_specs"
fresh main
build_remote 0
expect_same_tree with-specs out
expect_equal $((2 * sources)) "$(requests main '\.src\.rpm - 200')" 'whole source packages'
: > main.log
rm -rf out
build_remote 0
expect_same_tree with-specs out
expect_equal 0 "$(requests main '\.src\.rpm')" 'source packages fetched again'

# Without a place for them nothing is kept, and all is well.
remote_config "$main" '/^cache:/d'
fresh main
(
  export HOME=/nonexistent/a XDG_CACHE_HOME=/dev/null/b CACHE_DIRECTORY=/dev/null/c
  build_remote 0
)
expect_same_tree tree out

# Everything that is wrong with a repository in a directory is as wrong on a server.
expect_exit 0 "$source_dir/fixtures/make-broken" broken "$fixtures/mirror/AppStream/x86_64/os"
serve broken --folder broken
while IFS=$'\t' read -r folder code _; do
  keys=
  case $folder in *signature*) keys="keys: [$fixtures/keys/RPM-GPG-KEY-fixtures]" ;; esac
  printf 'cache: %s\nrepositories:\n  - id: broken\n    packages: %s\n    %s\n' \
    "$PWD/cache" "http://127.0.0.1:$port/$folder" "$keys" > remote.yaml
  rm -rf out cache
  build_remote "$code" --allow-shrink
done < <(grep -v '^#' "$source_dir/fixtures/broken.tsv")

# --- servers that fail --------------------------------------------------------------------------

remote_config "$main"
fresh main
rule main "$primary" fail 503 2
rule main 'AppStream/Source/repodata/repomd.xml$' fail 429 1 1
rule main 'AppStream/x86_64/os/repodata/repomd.xml$' fail 500 1
build_remote 0
expect_same_tree tree out
expect_equal 2 "$(requests main "$primary.* 503")" 'answers 503 before that was over'

remote_config "$main" "$one_retry"
fresh main
rule main "$primary" fail 503 9
refuse_remote 75 'primary.xml[^ ]*: the server answers with status 503'
expect_equal 2 "$(requests main "$primary")" 'requests with one retry'

for action in 'cut 100' 'length 7'; do
  fresh main
  # shellcheck disable=SC2086 # the action and its argument
  rule main "$primary" $action
  refuse_remote 75 'primary.xml[^ ]*: '
done

remote_config "http://127.0.0.1:1" "$no_retries"
fresh main
refuse_remote 75 'http://127.0.0.1:1/BaseOS/x86_64/os/repodata/repomd.xml: .*connect'

remote_config "$main" '$a network: {retries: 0, timeout: 1s}'
fresh main
rule main "$primary" slow 20
start=$SECONDS
refuse_remote 75 'primary.xml[^ ]*: '
[ $((SECONDS - start)) -lt 15 ] || fail 'a server that sends nothing is waited for'

# --- absent files -------------------------------------------------------------------------------

remote_config "$main" "$no_retries"
fresh main
rule main 'BaseOS/x86_64/os/repodata/repomd.xml$' fail 404 9
refuse_remote 1 "$main/BaseOS/x86_64/os: is not an RPM repository"
fresh main
rule main 'BaseOS/x86_64/os/repodata/repomd.xml.asc$' fail 404 9
refuse_remote 3 'repomd.xml: has no repomd.xml.asc'
fresh main
rule main "$primary" fail 404 9
refuse_remote 3 'primary.xml[^ ]*: cannot be read: there is no such file'
cp -a "$fixtures/mirror" no-sources
find no-sources -name '*.src.rpm' -delete
published_config | sed "s,$fixtures/mirror,$PWD/no-sources," > no-sources.yaml
expect_exit 0 "$reposbom" build -c no-sources.yaml -o without-sources
fresh main
rule main '\.src\.rpm' fail 404 999
build_remote 0
expect_same_tree without-sources out

# --- servers that lie ---------------------------------------------------------------------------

fresh main
rule main '\.src\.rpm' whole
build_remote 0
expect_same_tree tree out
fresh main
rule main '\.src\.rpm' other 7
refuse_remote 75 '\.src\.rpm: the server sent other bytes'
fresh main
rule main "$primary" file "$fixtures/reposbom.yaml"
refuse_remote 3 'primary.xml[^ ]*: has [0-9]+ bytes, repomd.xml says [0-9]+'
fresh main
cp "$(find "$fixtures/mirror/BaseOS/x86_64/os/repodata" -name '*primary.xml*')" flipped
flip_byte flipped
rule main "$primary" file "$PWD/flipped"
refuse_remote 3 'primary.xml[^ ]*: its SHA256 is [0-9a-f]{64}, repomd.xml says [0-9a-f]{64}'
! grep -rq "$(sha256sum < flipped | cut -c -64)" cache || fail 'a wrong file is kept'
for path in "$primary" 'BaseOS/x86_64/os/repodata/repomd.xml$'; do
  fresh main
  rule main "$path" endless
  refuse_remote 3 'has more than the [0-9]+ bytes that it may have'
  fresh main
  rule main "$path" redirect 'file:///etc/passwd'
  refuse_remote 3 'redirects to another protocol'
  fresh main
  rule main "$path" redirect /round
  rule main '^/round$' redirect /round
  refuse_remote 3 'redirects more than 5 times'
  fresh main
  rule main "$path" header 1048576
  refuse_remote 75 "$main/BaseOS/x86_64/os/repodata/"
done

# A repository that is another one at the end than at the beginning.
remote_config "$main" '/keys: /d'
fresh main
(cat "$fixtures/mirror/BaseOS/x86_64/os/repodata/repomd.xml" && echo '<!-- before -->') > before.xml
rule main 'BaseOS/x86_64/os/repodata/repomd.xml$' stale "$PWD/before.xml" 1
refuse_remote 75 "$main/BaseOS/x86_64/os/repodata/repomd.xml: changed while"

# Nothing vouches for a repomd.xml over http without keys, and the report says so.
fresh main
build_remote 0
expect_equal 4 "$(count_unproven out)" 'remarks'
expect_equal 0 "$(count_unproven tree)" 'remarks with keys'

# --- mirrors ------------------------------------------------------------------------------------

cp -a "$fixtures/mirror" copy
serve mirror --folder copy
mirror=http://127.0.0.1:$port
mirrors="s,^( *)packages: .*/BaseOS/x86_64/os,&\n\1mirrors: [\"$mirror/BaseOS/x86_64/os\"],"
remote_config "$main" "$no_retries" "$mirrors"
fresh main mirror
rule main "$primary" file "$PWD/flipped"
build_remote 0
expect_same_tree tree out
expect_equal 1 "$(requests mirror "$primary")" 'requests for what the first server has wrong'
fresh main mirror
rule main 'BaseOS/x86_64/os/' fail 503 999
build_remote 0
expect_same_tree tree out
expect_equal 1 "$(requests main ' 503')" 'requests to a server that has failed'

# A list of mirrors, which nobody reads while all is well.
printf '# mirrors\nrsync://127.0.0.1/x\nhttp://127.0.0.1:1/nowhere\n%s\n' \
  "$mirror/BaseOS/x86_64/os" > copy/list
for list in "$mirror/list" "$PWD/copy/list"; do
  remote_config "$main" "$no_retries" \
    "s,^( *)packages: .*/BaseOS/x86_64/os,&\n\1mirrors: $list,"
  fresh main mirror
  build_remote 0
  expect_equal 0 "$(requests mirror)" 'requests to mirrors that are not needed'
  fresh main mirror
  rule main "$primary" file "$PWD/flipped"
  build_remote 0
  expect_same_tree tree out
done

# --- users, proxies, TLS ------------------------------------------------------------------------

serve closed --folder "$fixtures/mirror" --user 'me:se:cret'
closed=http://127.0.0.1:$port
echo 'me:se:cret' > user
remote_config "$closed" "$no_retries"
fresh closed
refuse_remote 1 'wants a user and password.*user_file'
remote_config "$closed" "\$a network: {user_file: $PWD/user, retries: 0}"
fresh closed
build_remote 0 --verbose
expect_same_tree tree out
! grep -rqF 'se:cret' out cache stdout stderr || fail 'a password is told'

# The password is for the server of the repository, not for its mirrors or where it sends us.
remote_config "$closed" "\$a network: {user_file: $PWD/user, retries: 0}" "$mirrors"
fresh closed mirror
rule closed "$primary" file "$PWD/flipped"
rule closed 'updateinfo' redirect "$mirror/BaseOS/x86_64/os/repodata/nothing"
build_remote 3
[ "$(requests mirror)" -gt 0 ] || fail 'the mirror was not asked'
expect_equal 0 "$(requests mirror 'Basic')" 'passwords sent to others'

serve proxy --proxy --proxy-user 'us:them'
proxy=http://127.0.0.1:$port
echo 'us:them' > proxy-user
echo 'us:wrong' > proxy-wrong
remote_config "$main" "\$a network: {proxy: \"$proxy\", proxy_user_file: $PWD/proxy-user}"
fresh main proxy
build_remote 0
expect_same_tree tree out
expect_equal "$(requests main)" "$(requests proxy)" 'requests that went through the proxy'
remote_config "$main" "\$a network: {proxy: \"$proxy\", proxy_user_file: $PWD/proxy-wrong}"
fresh main proxy
refuse_remote 1 'the proxy wants a user and password'
remote_config "$main"
fresh main proxy
http_proxy=http://us:them@${proxy#http://} build_remote 0
expect_equal "$(requests main)" "$(requests proxy)" 'requests through the proxy of the environment'
remote_config "$main" '$a network: {proxy: none}'
fresh main proxy
http_proxy=$proxy build_remote 0
expect_equal 0 "$(requests proxy)" 'requests through a proxy that is switched off'

authority() { # name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1 CA" \
    -keyout "$1-ca.key" -out "$1-ca.pem" 2> openssl.log
}
issue() { # authority name
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
    -keyout "$2.key" -out "$2.csr" 2> openssl.log
  openssl x509 -req -in "$2.csr" -CA "$1-ca.pem" -CAkey "$1-ca.key" -CAcreateserial -days 2 \
    -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out "$2.crt" 2> openssl.log
  cat "$2.key" "$2.crt" > "$2.pem"
}
authority test
authority other
issue test server
issue test client
issue other stranger
serve tls --folder "$fixtures/mirror" --certificate server.pem
tls=https://127.0.0.1:$port
remote_config "$tls" "\$a network: {ca_file: $PWD/test-ca.pem}"
fresh tls
build_remote 0
expect_same_tree tree out
remote_config "$tls" '/keys: /d' "\$a network: {ca_file: $PWD/test-ca.pem}"
fresh tls
build_remote 0
expect_equal 0 "$(count_unproven out)" 'remarks over TLS'
remote_config "$tls"
fresh tls
refuse_remote 3 "$tls/BaseOS/.*certificate"
remote_config "$tls" "\$a network: {ca_file: $PWD/other-ca.pem}"
refuse_remote 3 "$tls/BaseOS/.*certificate"
remote_config "$tls" "\$a network: {ca_file: $PWD/absent.pem}"
refuse_remote 1 'absent.pem: cannot be read'
remote_config "$tls" "\$a network: {ca_file: $PWD/test-ca.pem, retries: 0}"
fresh tls
rule tls "$primary" redirect "$main/BaseOS/x86_64/os/repodata/primary.xml.gz"
refuse_remote 3 'from https to http'

remote_config "$tls" \
  "\$a network: {ca_file: $PWD/test-ca.pem, proxy: \"$proxy\", proxy_user_file: $PWD/proxy-user}"
fresh tls proxy
build_remote 0
expect_same_tree tree out
[ "$(requests proxy '^CONNECT')" -gt 0 ] || fail 'TLS went past the proxy'

serve strict --folder "$fixtures/mirror" --certificate server.pem --client-ca test-ca.pem
strict=https://127.0.0.1:$port
for key in "client_certificate: $PWD/client.pem" \
  "client_certificate: $PWD/client.crt, client_key: $PWD/client.key"; do
  remote_config "$strict" "\$a network: {ca_file: $PWD/test-ca.pem, $key}"
  fresh strict
  build_remote 0
  expect_same_tree tree out
done
for key in 'retries: 0' "retries: 0, client_certificate: $PWD/stranger.pem"; do
  remote_config "$strict" "\$a network: {ca_file: $PWD/test-ca.pem, $key}"
  fresh strict
  refuse_remote 1 'client_certificate'
done

# --- an end in the middle -----------------------------------------------------------------------

for path in "$primary" '\.src\.rpm'; do
  remote_config "$main"
  fresh main
  rule main "$path" slow 30
  "$reposbom" build -c remote.yaml -o out > stdout 2> stderr &
  run=$!
  for _ in $(seq 600); do
    [ "$(requests main "$path")" -eq 0 ] || break
    sleep 0.1
  done
  sleep 0.3
  start=$(date +%s%N)
  kill -TERM "$run"
  code=0
  wait "$run" || code=$?
  took=$((($(date +%s%N) - start) / 1000000))
  expect_equal 143 "$code" 'exit code of an interrupted download'
  [ "$took" -lt 5000 ] || fail "an interrupt took $took ms"
  [ ! -e out ] || fail 'an interrupted run left a tree'
  expect_equal '' "$(find cache -name '.new*')" 'half-done downloads'
done
