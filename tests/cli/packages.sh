#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The RPMs and the Debian packages of what has been built, those of reposbom and of its customers'
# client, each installed by its own tool below a folder and run there; what they name as their source
# matches; systemd finds no fault in the units; the client's repository is one.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
build=$(dirname "$reposbom")
at_exit() { chmod -R u+w "$work" 2> /dev/null || true; }

version=$("$reposbom" --version | cut -d ' ' -f 2)
expect_equal "$version" "$(sed -n 's/^Version: *//p' "$source_dir/packaging/reposbom.spec")" \
  'version of the spec file'
expect_equal "$version" "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$source_dir/packaging/debian/changelog")" \
  'version of the changelog'

# What is built with is named in three places.
wanted() { # column, without what its own tools bring
  sed -n 's/^build  *//p' "$source_dir/tools/install-dependencies" | awk -v c="$1" '{print $c}' |
    grep -vx -e - -e g++ | sort
}
sed -n 's/^BuildRequires: *//p' "$source_dir/packaging/reposbom.spec" | grep -vx systemd-rpm-macros |
  sort > of-spec
wanted 2 | cmp -s - of-spec || fail "BuildRequires: $(wanted 2 | diff - of-spec)"
sed -n '/^Build-Depends:/,/^Standards/s/^ \([a-z0-9-]*\),\{0,1\}$/\1/p' \
  "$source_dir/packaging/debian/control" | sort > of-control
wanted 1 | cmp -s - of-control || fail "Build-Depends: $(wanted 1 | diff - of-control)"

# --- what a package has in it ---------------------------------------------------------------

check_root() { # folder: the program there does its work, and nothing is missing
  local root=$1 file
  for file in bin/reposbom lib/systemd/system/reposbom.{service,timer,path} \
    lib/sysusers.d/reposbom.conf lib/tmpfiles.d/reposbom.conf \
    share/bash-completion/completions/reposbom share/reposbom/report.schema.json \
    share/doc/reposbom/README.md share/doc/reposbom/examples/{reposbom.cron,alerts.yaml} \
    share/doc/reposbom/examples/server/{nginx.conf,httpd.conf,resolve-current,make-demo-ca}; do
    [ -s "$root/usr/$file" ] || [ -s "$root/usr/$file.gz" ] || [ -s "$root/$file" ] ||
      fail "no $file in $root"
  done
  [ -n "$(find "$root/usr/share/man/man1" -name 'reposbom.1*')" ] || fail "no man page in $root"
  [ -s "$root/etc/reposbom/reposbom.yaml" ] || fail "no configuration in $root"
  [ -d "$root/etc/reposbom/keys" ] || fail "no folder for keys in $root"
  # find and grep each have a status of their own here: what counts is what they print.
  # UndefinedBehaviorSanitizer keeps the place of every source; no such program is ever shipped.
  grep -qF __ubsan_handle "$root/usr/bin/reposbom" ||
    find "$root" -type f -exec grep -lF -e "$source_dir" {} + > named || true
  [ ! -s named ] || fail "the place of the sources is named in $(cat named)"
  expect_equal "reposbom $version" "$("$root/usr/bin/reposbom" --version)" 'the program installed'
  expect_exit 0 "$root/usr/bin/reposbom" build -c "$config" -o "$root/tree"
  expect_exit 0 "$root/usr/bin/reposbom" verify "$root/tree" --key "$fixtures/keys/sbom-public.asc"
  # The example is a configuration: only its repositories are not here.
  expect_refusal 1 '/srv/mirror/9/baseos' "$root/usr/bin/reposbom" build \
    -c "$root/etc/reposbom/reposbom.yaml" --dry-run
}

client=no
grep -q '^add_executable(sbomget ' "$source_dir/CMakeLists.txt" && client=yes

check_client() { # folder: the client alone is there, with all that it needs to be used
  local root=$1 file
  for file in bin/sbomget lib/systemd/system/sbomget.{service,timer} \
    share/bash-completion/completions/sbomget; do
    [ -s "$root/usr/$file" ] || [ -s "$root/$file" ] || fail "no $file in $root"
  done
  [ -n "$(find "$root/usr/share/man/man1" -name 'sbomget.1*')" ] || fail "no man page in $root"
  cmp "$root/etc/sbomget.conf" "$source_dir/packaging/sbomget.conf" || fail 'the configuration'
  for file in etc/sbomget/keys var/lib/sbomget; do
    expect_equal 755 "$(stat -c %a "$root/$file")" "mode of $file"
  done
  [ ! -e "$root/usr/bin/reposbom" ] || fail 'the client brings reposbom along'
  expect_equal "sbomget $version" "$("$root/usr/bin/sbomget" --version)" 'the client installed'
  expect_refusal 1 'no key: ' "$root/usr/bin/sbomget" verify -c "$root/etc/sbomget.conf"
  # The example names every key, and is right where it is not commented out.
  for file in source format output key proxy proxy_user_file ca_file client_certificate client_key \
    timeout retries connections; do
    grep -q "^#$file = " "$root/etc/sbomget.conf" || fail "the configuration does not name '$file'"
  done
  sed 's/^#\([a-z_]* = \)/\1/; /^key = /d; /^proxy = .*[]0-9]:[0-9]/d' "$root/etc/sbomget.conf" > every-key.conf
  grep -q '^proxy = ' every-key.conf || fail 'no proxy is left to try'
  expect_refusal 1 'no key: ' "$root/usr/bin/sbomget" verify -c every-key.conf
}

check_units() { # folder
  if ! command -v systemd-analyze > /dev/null; then
    echo 'systemd-analyze is not installed: units are not verified'
    return
  fi
  local units=$1/usr/lib/systemd/system
  [ -d "$units" ] || units=$1/lib/systemd/system
  grep -qx -e 'ExecStart=/usr/bin/reposbom build -c /etc/reposbom/reposbom.yaml' \
    -e 'ExecStart=/usr/bin/sbomget fetch -q' "$units"/*.service || fail 'no unit starts the program'
  # The program is not installed on this machine.
  rm -rf units
  mkdir units
  for unit in "$units"/*; do
    sed "s,^ExecStart=/usr,ExecStart=$1/usr," "$unit" > "units/${unit##*/}"
  done
  SYSTEMD_UNIT_PATH=$PWD/units: systemd-analyze verify --man=no units/* > said 2>&1 ||
    fail "systemd-analyze: $(cat said)"
  [ ! -s said ] || fail "systemd-analyze: $(cat said)"
}

# --- Debian ---------------------------------------------------------------------------------

tried=''
if command -v dh > /dev/null && command -v dpkg-buildpackage > /dev/null; then
  expect_exit 0 "$source_dir/packaging/make-deb" "$build" .
  deb=$(find . -name 'reposbom_*.deb')
  expect_exit 0 dpkg-deb --field "$deb" Depends
  grep -q 'librnp' stdout || fail 'the package does not depend on its libraries'
  mkdir -p root-deb/var/lib root-deb/etc
  if [ "$(id -u)" -eq 0 ]; then
    # Into a folder that has the database of this machine, so that dependencies count.
    cp -R /var/lib/dpkg root-deb/var/lib/
    cp /etc/passwd /etc/group root-deb/etc/
    sed -i '/^reposbom:/d' root-deb/etc/passwd root-deb/etc/group
    dpkg_here() { dpkg --root="$PWD/root-deb" --force-script-chrootless --log=/dev/null "$@"; }
    expect_exit 0 dpkg_here --install "$deb"
    grep -q '^reposbom:.*:/var/lib/reposbom:' root-deb/etc/passwd || fail 'no user reposbom'
    group=$(sed -n 's/^reposbom:[^:]*:\([0-9]*\):.*/\1/p' root-deb/etc/group)
    expect_equal "0:$group 750" "$(stat -c '%u:%g %a' root-deb/etc/reposbom/keys)" 'the folder of keys'
    expect_equal "$group" "$(stat -c %g root-deb/var/lib/reposbom)" 'the folder of trees'
  else
    dpkg-deb --extract "$deb" root-deb
  fi
  check_root "$PWD/root-deb"
  check_units "$PWD/root-deb"
  if [ "$(id -u)" -eq 0 ]; then
    expect_exit 0 dpkg_here --remove reposbom
    [ ! -e root-deb/usr/bin/reposbom ] || fail 'the package cannot be removed'
    [ -e root-deb/etc/reposbom/reposbom.yaml ] || fail 'the configuration is removed too'
    expect_exit 0 dpkg_here --purge reposbom
    [ ! -e root-deb/etc/reposbom/reposbom.yaml ] || fail 'the configuration is not purged'
  fi
  rm -rf root-deb
  if [ $client = yes ]; then
    mkdir root-deb-client
    dpkg-deb --extract "$(find . -name 'sbomget_*.deb')" root-deb-client
    check_client "$PWD/root-deb-client"
    check_units "$PWD/root-deb-client"
  fi
  tried=deb
fi

# --- RPM ------------------------------------------------------------------------------------

check_client_rpm() { # RPM
  local rpm=$1
  expect_exit 0 rpm -qp --requires "$rpm"
  ! grep -E 'tbb|reposbom|boost' stdout || fail 'the client needs more than its libraries'
  expect_exit 0 rpm -qp --configfiles "$rpm"
  expect_equal /etc/sbomget.conf "$(cat stdout)" 'configuration files of the client'
  mkdir root-client
  if [ "$(id -u)" -eq 0 ]; then
    expect_exit 0 rpm --root "$PWD/root-client" --install --nodeps --noscripts "$rpm"
  else
    bsdtar -xf "$rpm" -C root-client
  fi
  check_client "$PWD/root-client"
  check_units "$PWD/root-client"

  command -v createrepo_c > /dev/null || return 0
  for folder in client again; do
    expect_exit 0 "$source_dir/packaging/make-client-repository" $folder "$rpm"
  done
  diff -r client again || fail 'two repositories of the same RPM differ'
  expect_exit 0 "$source_dir/packaging/make-client-repository" client "$rpm"
  diff -r client again || fail 'a repository that is made again is another'
  gzip -dc client/repodata/*-primary.xml.gz > primary.xml
  grep -q "<checksum type=\"sha256\" pkgid=\"YES\">$(sha256sum "$rpm" | cut -d ' ' -f 1)<" primary.xml ||
    fail 'the repository does not name the RPM by its digest'
  mkdir precious
  touch precious/file
  expect_refusal 1 'precious: is there' "$source_dir/packaging/make-client-repository" precious "$rpm"
  expect_refusal 1 'README.md: is no RPM' "$source_dir/packaging/make-client-repository" other \
    "$source_dir/README.md"
  [ ! -e other ] || fail 'make-client-repository leaves something'
  [ -e precious/file ] || fail 'make-client-repository takes something'
}

if command -v rpmbuild > /dev/null; then
  expect_exit 0 "$source_dir/packaging/make-rpm" "$build" .
  rpm=$(find . -name 'reposbom-*.rpm')
  expect_exit 0 rpm -qp --requires "$rpm"
  grep -q '^librnp\.so' stdout || fail 'the package does not depend on its libraries'
  expect_exit 0 rpm -qp --configfiles "$rpm"
  expect_equal /etc/reposbom/reposbom.yaml "$(cat stdout)" 'configuration files'
  rpm -qp --scripts "$rpm" | grep -q 'useradd -r' || fail 'the package makes no user'
  mkdir root-rpm
  if [ "$(id -u)" -eq 0 ]; then
    # What it needs is called otherwise here; its scripts are for a whole system.
    expect_exit 0 rpm --root "$PWD/root-rpm" --install --nodeps --noscripts "$rpm"
    expect_exit 0 rpm --root "$PWD/root-rpm" --query --licensefiles reposbom
    [ -s "root-rpm/$(cat stdout)" ] || fail 'no licence in the package'
  else
    need bsdtar
    bsdtar -xf "$rpm" -C root-rpm
  fi
  check_root "$PWD/root-rpm"
  check_units "$PWD/root-rpm"
  if [ "$(id -u)" -eq 0 ]; then
    expect_exit 0 rpm --root "$PWD/root-rpm" --erase --noscripts reposbom
    [ ! -e root-rpm/usr/bin/reposbom ] || fail 'the package cannot be removed'
  fi
  if [ $client = yes ]; then
    check_client_rpm "$(find . -maxdepth 1 -name 'sbomget-*.rpm')"
  fi
  tried="$tried rpm"
fi
[ -n "$tried" ] || skip 'neither the tools of Debian packages nor rpmbuild are installed'
echo "installed, run and removed: $tried"
