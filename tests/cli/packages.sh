#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The RPM and the Debian package of what has been built, each installed by its own tool below a folder
# and run there; what they name as their source matches; systemd finds no fault in the units.
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

check_units() { # folder
  if ! command -v systemd-analyze > /dev/null; then
    echo 'systemd-analyze is not installed: units are not verified'
    return
  fi
  local units=$1/usr/lib/systemd/system
  [ -d "$units" ] || units=$1/lib/systemd/system
  grep -qx 'ExecStart=/usr/bin/reposbom build -c /etc/reposbom/reposbom.yaml' \
    "$units/reposbom.service" || fail 'the unit does not start the program'
  # The program is not installed on this machine.
  mkdir -p units
  for unit in service timer path; do
    sed "s,^ExecStart=/usr,ExecStart=$1/usr," "$units/reposbom.$unit" > "units/reposbom.$unit"
  done
  SYSTEMD_UNIT_PATH=$PWD/units: systemd-analyze verify --man=no units/reposbom.* > said 2>&1 ||
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
  tried=deb
fi

# --- RPM ------------------------------------------------------------------------------------

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
  tried="$tried rpm"
fi
[ -n "$tried" ] || skip 'neither the tools of Debian packages nor rpmbuild are installed'
echo "installed, run and removed: $tried"
