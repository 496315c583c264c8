#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The whole road from a tree to a customer's machine: packages are really installed below a root, and
# sbomget fetches their SBOMs from nginx with a client certificate, through proxies, and from the
# companion disk; refuses what is not right; and merges what it fetched.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
# shellcheck source=support/tree_server.bash
. "$support/tree_server.bash"
PATH=$PATH:/usr/sbin
need bsdtar gpg nginx openssl rpm rpmbuild
need_python jsonschema yaml
find_schemas
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
sbomget=$(dirname "$reposbom")/sbomget
running=()
# Not below the folder of the test: servers do not run as root, and may not get there.
place=$(mktemp -d)
chmod 755 "$place"
at_exit() {
  [ "${#running[@]}" -eq 0 ] || kill -9 "${running[@]}" 2> /dev/null || :
  rm -rf "$place"
}

# --- the machine ----------------------------------------------------------------------------

# The root user installs the files as well; others cannot change the root, and enter them in the
# database alone.
machine() { # rpm's arguments
  local where=(--dbpath "$PWD/machine/var/lib/rpm" --justdb)
  [ "$(id -u)" -ne 0 ] || where=(--root "$PWD/machine" --dbpath /var/lib/rpm)
  rpm "${where[@]}" --nodeps --noscripts --notriggers --nosignature --ignorearch --ignoreos "$@" ||
    fail "rpm $*"
}
query() {
  rpm --dbpath "$PWD/machine/var/lib/rpm" -qa "$@" | grep -v '^gpg-pubkey' | sort
}
mirror() { # NVRA...
  local file
  for file; do find "$fixtures/mirror" -path "*/os/*" -name "$file.rpm" | sort | sed -n 1p; done
}
mkdir -p machine/var/lib/rpm
mapfile -t rpms < <(mirror 'webgale-2.4.57-8.*' 'webgale-tools-2.4.57-8.*' 'sslforge-3.0.7-24.*' \
  'horizonc-2.34-*' 'harborctl-3.10-*' 'sharedkit-1.2.3-4*.noarch' 'charterbox-6.0-1*.noarch' \
  'nimbus-store-2*' 'depweave-0.4-11.el9.x86_64')
expect_equal 9 "${#rpms[@]}" 'packages of the fixtures'
cat > local.spec << 'END'
Name: local-tool
Version: 1
Release: 1
Summary: Made by the customer
License: MIT
Vendor: Customer
BuildArch: noarch
Requires: sharedkit
%description
%summary.
%files
END
rpmbuild -bb --quiet --define "_topdir $PWD/build" --define '_build_id_links none' local.spec \
  > said 2>&1 || fail "rpmbuild: $(cat said)"
machine -i "${rpms[@]}" build/RPMS/noarch/local-tool-1-1.noarch.rpm > said 2>&1
installed=$(query | wc -l)
expect_equal 10 "$installed" 'installed packages'
document_of() { # NAME SUFFIX: the one in the folder that was fetched into
  find "${out:-sbom}/sets" -name "$1-[0-9]*$2"
}

# --- the publisher --------------------------------------------------------------------------

ln -s "$place/tree" tree
own_config > local.yaml
SOURCE_DATE_EPOCH=1600000000 expect_exit 0 "$reposbom" build -c local.yaml -o "$place/tree"
first=$(basename "$(readlink "$place/tree/current")")
expect_exit 0 "$reposbom" build -c local.yaml -o "$place/tree"
second=$(basename "$(readlink "$place/tree/current")")
tree=$place/tree
expect_exit 0 "$reposbom" disk -c local.yaml -o disk.iso --media "$fixtures/media.iso"
demo() { "$server/make-demo-ca" settings "$@" > said 2>&1 || fail "make-demo-ca $*: $(cat said)"; }
demo localhost 127.0.0.1
for client in alice bob; do demo --client $client; done
demo --client late 20210101000000Z
demo --revoke bob
"$server/make-demo-ca" others > said && "$server/make-demo-ca" others --client stranger > said

port=$(free_port)
write_nginx_settings
start_nginx() {
  nginx -e "$PWD/server.log" -c "$PWD/nginx.conf" > said 2>&1 &
  nginx=$!
  running+=("$nginx")
  for _ in $(seq 100); do
    (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null && return
    sleep 0.1
  done
  fail "nginx does not answer: $(cat said server.log)"
}
stop_nginx() {
  pkill -9 -P "$nginx" || :
  kill -9 "$nginx"
  wait "$nginx" 2> /dev/null || :
}
start_nginx

# --- the customer ---------------------------------------------------------------------------

url=https://localhost:$port
configure() { # line...
  mkdir -p sbomget/keys
  cp "$fixtures"/keys/sbom-public.asc sbomget/keys/ 2> /dev/null || cp "$tree"/keys/*.asc sbomget/keys/
  printf '%s\n' "ca_file = settings/clients-ca.pem" "output = sbom" 'retries = 1' "$@" > sbomget.conf
}
get() { # command option...
  local command=$1
  shift
  set -- "$sbomget" "$command" -c sbomget.conf "$@"
  case $command in fetch | list | merge) set -- "$@" --root "$PWD/machine" --dbpath /var/lib/rpm ;; esac
  "$@"
}
# 2: local-tool has no SBOM anywhere.
expect_fetched() { # option...
  expect_exit 2 get fetch "$@"
  [ ! -s stdout ] || fail 'a fetch that nobody watches prints'
  expect_equal "1 installed package without an SBOM; 'sbomget list' names them" "$(cat stderr)" \
    'what is told'
  expect_equal "${documents:-9}" "$(find "${out:-sbom}/sets" -name '*.spdx.json' | wc -l)" 'documents'
}
asked() { # pattern: requests of nginx
  grep -cE "\"GET [^ ]*$1" access.log || :
}
configure "source = $url"

expect_exit 77 get fetch
grep -qi 'certificate' stderr || fail "without a certificate: $(cat stderr)"
[ ! -e sbom/sets ] || fail 'something came without a certificate'

expect_exit 1 get import settings/clients/alice.p12 --password-file /dev/null
expect_exit 0 get import settings/clients/alice.p12 --password-file settings/clients/alice.password
grep -q 'alice' stdout || fail "import names nobody: $(cat stdout)"
expect_equal 600 "$(stat -c %a sbomget/client.key)" 'mode of the key'
: > access.log
expect_fetched
expect_equal 9 "$(asked '[^c].spdx.json')" 'documents that were asked for'
for document in $(find sbom/sets -type f -name '*.spdx.json'); do
  cmp -s "$document" "$tree/current/${document#sbom/}" || fail "$document is another"
done
grep -q "serial=.*CN ?= ?alice" access.log || grep -q alice access.log || fail 'the log does not know alice'
expect_exit 0 get verify
(cd "$(dirname "$(document_of webgale .spdx.json)")" &&
  sha256sum --ignore-missing --quiet -c SHA256SUMS) || fail 'sha256sum finds fault'

# Nothing changed: one question, nothing else.
: > access.log
expect_fetched
expect_equal 1 "$(grep -c . access.log)" 'requests where nothing changed'
expect_equal 1 "$(grep -c '" 304 ' access.log)" 'answers that nothing changed'

expect_exit 2 get list
expect_equal "$installed" "$(cut -f 1 stdout | sort -u | wc -l)" 'packages that list knows'
grep -qP '^local-tool-1-1.noarch\t-\tno source has' stdout || fail 'list does not name the missing one'
grep -q 'CC0-1.0' stderr || fail 'list does not tell what may be done with them'

# --- who may not ----------------------------------------------------------------------------

as() { # client [folder]
  rm -rf other && mkdir -p other/sbomget && cp -r sbomget/keys other/sbomget/
  printf '%s\n' "ca_file = ../settings/clients-ca.pem" "source = $url" 'retries = 0' \
    "client_certificate = ../${2:-settings}/clients/$1.pem" \
    "client_key = ../${2:-settings}/clients/$1.key" > other/sbomget.conf
  expect_exit 77 "$sbomget" fetch -c other/sbomget.conf -o other/sbom --root "$PWD/machine" \
    --dbpath /var/lib/rpm
  [ ! -e other/sbom/sets ] || fail "$1 gets something"
}
as bob
grep -qi 'revoked' stderr || fail "bob: $(cat stderr)"
as late
grep -qi 'expired' stderr || fail "late: $(cat stderr)"
as stranger others
grep -qiE 'unknown ca|unable to|self.signed' stderr || fail "stranger: $(cat stderr)"

# --- through proxies ------------------------------------------------------------------------

through() { # what log line...
  local what=$1 log=$2
  shift 2
  : > "$log"
  rm -rf sbom
  configure "source = $url" "$@"
  expect_fetched
  grep -q "localhost:$port" "$log" || fail "$what: nothing went through the proxy: $(cat "$log")"
  echo "through $what"
}
refused_by_proxy() { # line...
  configure "source = $url" "$@"
  rm -rf sbom
  expect_exit 77 get fetch
  grep -q 'proxy' stderr || fail "the proxy is not named: $(cat stderr)"
}
wait_for_port() { # port what
  for _ in $(seq 100); do
    (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null && return
    sleep 0.1
  done
  fail "$2 does not start: $(cat "$2".log said 2> /dev/null)"
}
has_ipv6() { "$python" -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' 2> /dev/null; }

mkdir "$place/proxy"
chmod 777 "$place/proxy"
echo 'customer:secret' > proxy.user
echo 'customer:wrong' > wrong.user
start_squid() { # authentication lines on stdin
  {
    echo "http_port 127.0.0.1:$proxy"
    ! has_ipv6 || echo "http_port [::1]:$proxy"
    echo "pid_filename $place/proxy/squid.pid"
    echo "access_log stdio:$place/proxy/access"
    echo "cache_log $place/proxy/cache"
    echo "coredump_dir $place/proxy"
    echo 'cache deny all'
    echo 'visible_hostname localhost'
    echo 'shutdown_lifetime 0 seconds'
    echo 'pinger_enable off'
    cat
    echo 'http_access deny all'
  } > "$place/proxy/squid.conf"
  : > "$place/proxy/access"
  chmod 666 "$place/proxy/access"
  squid -N -f "$place/proxy/squid.conf" > squid.log 2>&1 &
  squid=$!
  running+=("$squid")
  wait_for_port "$proxy" squid
}
stop_squid() {
  kill -9 "$squid"
  pkill -9 -P "$squid" || :
  wait "$squid" 2> /dev/null || :
}
log=$place/proxy/access
if command -v squid > /dev/null; then
  proxy=$(free_port)
  start_squid <<< 'http_access allow all'
  through 'squid, by name' "$log" "proxy = http://localhost:$proxy"
  through 'squid, by address' "$log" "proxy = http://127.0.0.1:$proxy"
  ! has_ipv6 || through 'squid, by IPv6 address' "$log" "proxy = http://[::1]:$proxy"
  : > "$log"
  configure "source = $url"
  rm -rf sbom
  https_proxy=http://127.0.0.1:$proxy expect_fetched
  grep -q "localhost:$port" "$log" || fail 'the proxy of the environment is not used'
  : > "$log"
  configure "source = $url" 'proxy = none'
  rm -rf sbom
  https_proxy=http://127.0.0.1:$proxy expect_fetched
  [ ! -s "$log" ] || fail 'the proxy of the environment is used, though there is to be none'
  stop_squid

  helpers=$(dirname "$(find /usr/lib /usr/lib64 -name basic_ncsa_auth 2> /dev/null | sed -n 1p)")
  for scheme in basic digest; do
    proxy=$(free_port)
    if [ $scheme = basic ]; then
      echo "customer:$(openssl passwd -apr1 secret)" > "$place/proxy/users"
      program="$helpers/basic_ncsa_auth $place/proxy/users"
    else
      hash=$(printf 'customer:sbom:secret' | md5sum | cut -d ' ' -f 1)
      echo "customer:sbom:$hash" > "$place/proxy/users"
      program="$helpers/digest_file_auth -c $place/proxy/users"
    fi
    start_squid << END
auth_param $scheme program $program
auth_param $scheme realm sbom
auth_param $scheme children 1
acl known proxy_auth REQUIRED
http_access allow known
END
    through "squid, $scheme" "$log" "proxy = http://127.0.0.1:$proxy" 'proxy_user_file = proxy.user'
    grep -q ' customer ' "$log" || fail "squid does not know who it was: $(cat "$log")"
    refused_by_proxy "proxy = http://127.0.0.1:$proxy" 'proxy_user_file = wrong.user'
    refused_by_proxy "proxy = http://127.0.0.1:$proxy"
    stop_squid
  done
else
  echo 'squid is not installed: not tried'
fi

if command -v tinyproxy > /dev/null; then
  for who in anybody customer; do
    proxy=$(free_port)
    printf '%s\n' "Port $proxy" 'Listen 127.0.0.1' 'Timeout 60' 'MaxClients 50' 'LogLevel Connect' \
      > tinyproxy.conf
    [ $who = anybody ] || echo 'BasicAuth customer secret' >> tinyproxy.conf
    tinyproxy -d -c "$PWD/tinyproxy.conf" > "$log" 2>&1 &
    running+=($!)
    wait_for_port "$proxy" tinyproxy
    lines=("proxy = http://127.0.0.1:$proxy")
    [ $who = anybody ] || lines+=('proxy_user_file = proxy.user')
    through "tinyproxy, $who" "$log" "${lines[@]}"
    [ $who = anybody ] || refused_by_proxy "${lines[0]}"
    kill -9 $!
  done
else
  echo 'tinyproxy is not installed: not tried'
fi
configure "source = $url" "proxy = http://127.0.0.1:$(free_port)"
rm -rf sbom
expect_exit 75 get fetch
grep -q 'proxy' stderr || fail "a proxy that is not there: $(cat stderr)"

# --- a server that goes away ----------------------------------------------------------------

configure "source = $url" 'retries = 0' 'connections = 1'
sed -i '/^retries = 1$/d' sbomget.conf
stop_nginx
cp sbom.conf sbom.fast
sed -i '0,/root /s//limit_rate 3k; root /' sbom.conf
: > access.log
start_nginx
rm -rf sbom
get fetch > stdout 2> stderr &
fetching=$!
for _ in $(seq 1200); do
  [ "$(find sbom -name '*.spdx.json' 2> /dev/null | wc -l)" -lt 1 ] || break
  sleep 0.05
done
stop_nginx
code=0
wait $fetching || code=$?
expect_equal 75 "$code" 'exit code when the server goes away'
before=$(find sbom -name '*.spdx.json' | wc -l)
[ "$before" -ge 1 ] && [ "$before" -lt 9 ] || fail "$before documents came before the server went"
[ ! -e sbom/sets ] || expect_exit 0 get verify
cp sbom.fast sbom.conf
: > access.log
start_nginx
expect_fetched
expect_equal $((9 - before)) "$(asked '[^/]*[^c].spdx.json')" 'documents that were still missing'
expect_exit 0 get verify

# --- what is not right ----------------------------------------------------------------------

configure "source = $url"
victim=$(readlink -f "$tree/current/$(cd sbom && find sets -name 'webgale-2.4.57-8*.spdx.json')")
cp "$victim" kept.json
flip_byte "$victim"
rm -rf sbom
expect_exit 3 get fetch
grep -q 'webgale-2.4.57-8.*is not what was signed: its SHA-256 is' stderr || fail "$(cat stderr)"
[ -z "$(document_of webgale .spdx.json)" ] || fail 'a changed document has its name'
[ -n "$(document_of sslforge .spdx.json)" ] || fail 'other documents did not come'
cp kept.json "$victim"
expect_fetched

set_of() { # build: its link in the current run
  echo "$tree/runs/$second/sets/${1:0:1}/${1%-*-*}/$1"
}
old=$(readlink "$(set_of sslforge-3.0.7-27.el9)")
new=$(readlink "$(set_of sslforge-3.0.7-24.el9)")
ln -sfn "$old" "$(set_of sslforge-3.0.7-24.el9)"
rm -rf sbom
expect_exit 3 get fetch
grep -q 'sslforge-3.0.7-24.el9/SHA256SUMS: is not what was signed' stderr || fail "$(cat stderr)"
[ -z "$(document_of sslforge .spdx.json)" ] || fail 'a set in the place of another came'
ln -sfn "$new" "$(set_of sslforge-3.0.7-24.el9)"
expect_fetched

ln -sfn "runs/$first" "$tree/current"
expect_exit 3 get fetch
grep -q 'older than the one of' stderr || fail "an older run: $(cat stderr)"
ln -sfn "runs/$second" "$tree/current"
expect_fetched

GNUPGHOME=$PWD/gnupg
export GNUPGHOME
mkdir -m 700 gnupg
gpg --batch --quiet --passphrase '' --quick-generate-key other default default never 2> said
gpg --armor --export other > other.asc
configure "source = $url" 'key = other.asc'
expect_exit 3 get fetch -o other.sbom
grep -q 'SHA256SUMS' stderr || fail "another key: $(cat stderr)"
[ ! -e other.sbom/sets ] || fail 'a set by an unknown key came'

# --- no network -----------------------------------------------------------------------------

stop_nginx
configure 'source = disk.iso' "source = $url"
bsdtar -xf disk.iso -C "$(mkdir -p disk && echo disk)"
for source in disk.iso disk; do
  rm -rf sbom
  code=0
  get fetch --source "$source" > stdout 2> stderr < /dev/null || code=$?
  expect_equal 2 "$code" "exit code from $source"
  expect_exit 0 get verify
  count=$(find sbom/sets -name '*.spdx.json' | wc -l)
  [ "$count" -gt 3 ] || fail "$count documents came from $source"
  echo "$count documents from $source"
done
# The server takes its turn after the disk.
start_nginx
: > access.log
expect_fetched
expect_equal $((9 - count)) "$(asked '[^/]*[^c].spdx.json')" 'documents that the disk does not have'

# --- updates --------------------------------------------------------------------------------

mapfile -t rpms < <(mirror 'webgale-2.4.57-11.*' 'sslforge-3.0.7-27.*')
machine -U "${rpms[@]}" > said 2>&1
expect_equal "$installed" "$(query | wc -l)" 'installed packages after updates'
configure "source = $url"
: > access.log
documents=11 expect_fetched
expect_equal 2 "$(asked '[^/]*[^c].spdx.json')" 'documents of two updates'
expect_equal '' "$(grep -E 'GET [^ ]*.json' access.log | grep -vE 'webgale-2.4.57-11|sslforge-3.0.7-27' || :)" \
  'what else was asked for'

# --- merged ---------------------------------------------------------------------------------

for format in spdx-json spdx-xml spdx-yaml cyclonedx-json cyclonedx-xml; do
  suffix=${format/cyclonedx/cdx}
  expect_exit 0 get merge --format "$format" -o "whole.${suffix/-/.}"
done
expect_exit 0 get merge --format cyclonedx-json
cmp -s stdout whole.cdx.json || fail 'merge writes another document to standard output'
check_documents whole
printf '%s\0' whole.cdx.xml | validate_xml
query --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\n' > expected
"$python" "$support/packages_of.py" whole.cdx.json > seen
diff expected seen || fail 'the merged SBOM has other packages than rpm'
"$python" "$support/packages_of.py" whole.spdx.json > seen
diff expected seen || fail 'the merged SBOM in SPDX has other packages than rpm'
echo "$(wc -l < seen) packages in the SBOM of the machine, as rpm has them"
