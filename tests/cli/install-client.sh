#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh of a companion disk, with the real rpm and a small RPM that stands for sbomget: it
# installs into a root folder what it says and nothing before it was told to, refuses a disk that is
# not right, touches nothing that others have changed, and takes out again exactly what it has added.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need bsdtar gpgv rpm rpmbuild createrepo_c
[ "$(id -u)" -eq 0 ] || skip 'only root can install RPMs, also into a folder'
at_exit() { chmod -R u+w "$work"; }
public=$fixtures/keys/sbom-public.asc
fingerprint=$(gpg --show-keys --with-colons "$public" 2> /dev/null | sed -n '/^fpr/{s/^fpr:*//;s/:$//;p;q}')

make_rpm() { # version
  cat > sbomget.spec << END
Name: sbomget
Version: $1
Release: 1
Summary: stands for the client
License: Apache-2.0
BuildArch: noarch
AutoReqProv: no
%description
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc/sbomget/keys %{buildroot}/var/lib/sbomget
echo $1 > %{buildroot}/usr/bin/sbomget
cp $source_dir/packaging/sbomget.conf %{buildroot}/etc/
%files
/usr/bin/sbomget
%config(noreplace) /etc/sbomget.conf
%dir /etc/sbomget
%dir /etc/sbomget/keys
%dir /var/lib/sbomget
END
  rpmbuild -bb --quiet --define "_topdir $PWD/top" --define "_rpmdir $PWD" \
    --define '_build_name_fmt %%{NVRA}.rpm' --define "_dbpath $PWD/top/db" sbomget.spec > log 2>&1 ||
    fail "rpmbuild: $(cat log)"
}

own_config > own.yaml
echo 'disk: {client: client, url: https://sbom.example.com/9}' >> own.yaml
sed -i '/^  x509:/d' own.yaml
expect_exit 0 "$reposbom" build -c own.yaml
make_disk() { # version, name
  make_rpm "$1"
  rm -rf client
  expect_exit 0 "$source_dir/packaging/make-client-repository" client "sbomget-$1-1.noarch.rpm"
  expect_exit 0 "$reposbom" disk -c own.yaml --media "$fixtures/media" -o "$2.iso"
  grep -qx "client: sbomget-$1-1.noarch.rpm" stdout || fail 'the client is not told of'
  mkdir "$2"
  bsdtar -xf "$2.iso" -C "$2"
  chmod -R u+w "$2"
}
make_disk 1.0 disk
make_disk 1.1 newer
for key in '' "$public"; do
  expect_exit 0 sh disk/verify.sh ${key:+"$key"}
done
expect_exit 0 "$reposbom" verify disk.iso --key "$public"

rm -rf root
new_root() {
  rm -rf root
  mkdir -p root/usr/bin root/etc/yum.repos.d root/var/lib
  rpm --root "$PWD/root" --initdb
}
tell_root() { # everything but the database of rpm
  (cd root && find . \( -name '.rpmdb' -o -path './var/lib/rpm' -o -path ./root \) -prune -o \
    -printf '%M %p\n' -type f -exec sha256sum {} +) | sort
}
installs() { # disk, option...: exit 0
  local disk=$1
  shift
  expect_exit 0 sh "$disk/install.sh" --root root --yes "$@"
}
expect_untouched() { # what
  tell_root | cmp -s before - || fail "$1: $(tell_root | diff before -)"
}
new_root
tell_root > before

# --- nothing is done ------------------------------------------------------------------------

expect_exit 0 sh disk/install.sh --root root --dry-run --key "$public"
grep -q 'install the package sbomget-1.0-1.noarch.rpm' stdout || fail 'a dry run does not say what'
grep -q "source = $PWD/disk" stdout || fail 'a dry run does not say from where'
expect_untouched 'a dry run'
expect_exit 1 sh disk/install.sh --root root --key "$public"
grep -q 'Nothing was done' stdout || fail 'install.sh goes on without an answer'
expect_untouched 'without an answer'
echo no | sh disk/install.sh --root root > said 2>&1 && fail 'a no is taken for a yes'
grep -q "OpenPGP key $fingerprint" said || fail 'the fingerprint is not shown'
expect_untouched 'after a no'

for wrong in "--key $fixtures/keys/sbom-rsa-public.asc" "--fingerprint ${fingerprint%?????}00000"; do
  # shellcheck disable=SC2086 # an option and its value
  expect_exit 3 sh disk/install.sh --root root --yes $wrong
  grep -q 'nothing is installed' stderr || fail "not refused for its key: $wrong"
done
expect_exit 1 sh disk/install.sh --root root --yes --key absent.asc
expect_exit 1 sh disk/install.sh --root root --yes --fingerprint 12XY
expect_exit 1 sh disk/install.sh --root root --yes --repository /srv
expect_exit 1 sh disk/install.sh --root absent --yes
expect_exit 1 sh disk/install.sh --roof root
expect_exit 1 sh disk/install.sh --root root --uninstall --yes
for file in client/sbomget-1.0-1.noarch.rpm client/repodata/repomd.xml "keys/$fingerprint.asc" \
  sources.txt install.sh guide/index.html; do
  cp -p "disk/$file" kept
  if [ "$file" = install.sh ]; then echo >> "disk/$file"; else flip_byte "disk/$file"; fi
  expect_exit 3 sh disk/install.sh --root root --yes
  cp -p kept "disk/$file"
done
cp disk/client/sbomget-1.0-1.noarch.rpm disk/client/sbomget-9-1.noarch.rpm
expect_exit 3 sh disk/install.sh --root root --yes --key "$public"
rm disk/client/sbomget-9-1.noarch.rpm
mkdir unsigned
cp -R disk/. unsigned
rm unsigned/SHA256SUMS.*
expect_exit 3 sh unsigned/install.sh --root root --yes
grep -q 'not signed' stderr || fail 'a disk that is not signed is installed from'
expect_untouched 'refused'

# --- installed, and taken out ----------------------------------------------------------------

installs disk --key "$public"
expect_equal 1.0 "$(cat root/usr/bin/sbomget)" 'the program'
cmp "root/etc/sbomget/keys/$fingerprint.asc" "disk/keys/$fingerprint.asc" || fail 'the key'
expect_equal "$fingerprint.asc" "$(ls root/etc/sbomget/keys)" 'keys'
grep -qx "baseurl=file://$PWD/disk/client" root/etc/yum.repos.d/sbomget.repo || fail 'the repository'
grep -qx 'enabled=0' root/etc/yum.repos.d/sbomget.repo || fail 'unsigned packages come by themselves'
expect_equal "source = $PWD/disk
source = https://sbom.example.com/9" "$(grep -v -e '^#' -e '^$' root/etc/sbomget.conf)" 'sources'
tell_root > installed
installs disk --fingerprint "$(sed 's/..../& /g' <<< "$fingerprint")"
tell_root | cmp -s installed - || fail "installed twice: $(tell_root | diff installed -)"

installs newer --key "$public" --source disk.iso --repository https://sbom.example.com/client
expect_equal 1.1 "$(cat root/usr/bin/sbomget)" 'the newer program'
expect_equal "source = $PWD/disk.iso" "$(grep -v -e '^#' -e '^$' root/etc/sbomget.conf)" 'the source'
grep -qx 'baseurl=https://sbom.example.com/client' root/etc/yum.repos.d/sbomget.repo ||
  fail 'the repository elsewhere'
installs disk --uninstall
expect_untouched 'uninstalled'
! rpm --root "$PWD/root" -q sbomget > /dev/null || fail 'the package is still there'

# --- what is others' stays theirs --------------------------------------------------------------

new_root
mkdir -p root/etc/sbomget/keys
echo 'another key' > "root/etc/sbomget/keys/$fingerprint.asc"
echo 'source = https://sbom.example.org' > root/etc/sbomget.conf
echo '[sbomget]' > root/etc/yum.repos.d/sbomget.repo
rpm --root "$PWD/root" -i sbomget-1.0-1.noarch.rpm
rm -f root/etc/sbomget.conf.rpmnew
[ "$(cat root/etc/sbomget.conf)" = 'source = https://sbom.example.org' ] || # rpm has saved it.
  mv root/etc/sbomget.conf.rpmorig root/etc/sbomget.conf
tell_root > before
expect_exit 0 sh disk/install.sh --root root --yes --key "$public"
grep -q 'leave   /etc/sbomget.conf' stdout || fail 'settings are not told to be left'
grep -q 'sbomget.repo: is there, and not ours' stdout || fail 'a repository file is not told to be left'
expect_untouched 'a machine where all is there'

new_root
tell_root > before
installs disk --key "$public"
echo '# mine' >> root/etc/yum.repos.d/sbomget.repo
echo 'timeout = 60' >> root/etc/sbomget.conf
installs disk --uninstall
grep -q 'sbomget.repo: was changed; it is left' stdout || fail 'a changed file is not told of'
expect_equal '# mine' "$(tail -n 1 root/etc/yum.repos.d/sbomget.repo)" 'a file that was changed'
saved=$(find root/etc -name 'sbomget.conf*')
expect_equal 'timeout = 60' "$(grep -v -e '^#' -e '^$' "$saved")" 'settings that were added'

# --- a disk that has no client ------------------------------------------------------------------

sed -i '/^disk:/d' own.yaml
expect_exit 0 "$reposbom" disk -c own.yaml --media "$fixtures/media" -o bare.iso
grep -q '^no client' stdout || fail 'a disk without a client is not told of'
mkdir bare
bsdtar -xf bare.iso -C bare
new_root
expect_exit 1 sh bare/install.sh --root root --yes --key "$public"
rpm --root "$PWD/root" -i sbomget-1.1-1.noarch.rpm
tell_root > before
installs bare --key "$public"
expect_equal "source = $PWD/bare" "$(grep -v -e '^#' -e '^$' root/etc/sbomget.conf)" 'the only source'
[ ! -e root/etc/yum.repos.d/sbomget.repo ] || fail 'a repository that is not there'
installs bare --uninstall
expect_untouched 'with the package of another'
rpm --root "$PWD/root" -q sbomget > /dev/null || fail 'the package of another is removed'
