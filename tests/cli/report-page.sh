#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# report.json is what its schema says. report.html, in a real browser: it loads nothing and runs
# nothing, shows one language at a time, English first, shows hostile text as text, and fits a narrow
# window.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_python jsonschema
schema=$source_dir/pipeline/report.schema.json

keep_report() { # name: the report of ./tree
  expect_exit 0 "$python" "$support/check_report.py" "$schema" tree/current/report.json
  cp tree/current/report.html "$1.html"
}

# A first run; one after which a repository is gone; and a package all of whose texts are hostile.
own_config > own.yaml
expect_exit 0 "$reposbom" build -c own.yaml
keep_report first
expect_exit 0 "$reposbom" build -c own.yaml --allow-shrink "$fixtures/mirror/BaseOS/x86_64/os"
keep_report second
rm -rf tree
expect_exit 0 "$python" "$support/hostile_repository.py" hostile
expect_exit 0 "$reposbom" build -o tree hostile
keep_report hostile
sed -i 's/"packages": 1\b/"packages": -1/' tree/current/report.json
expect_exit 1 "$python" "$support/check_report.py" "$schema" tree/current/report.json

for browser in chromium chromium-browser google-chrome; do
  ! command -v "$browser" > /dev/null || break
done
need "$browser"
# The DOM of a page, and on stderr what the browser says of it.
open_page() { # page[#fragment]
  expect_exit 0 timeout 120 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-sync --disable-dev-shm-usage \
    --user-data-dir="$PWD/profile" --enable-logging=stderr --dump-dom "file://$PWD/$1"
}
complaints() {
  grep -a CONSOLE stderr || true
}

for page in first second hostile; do
  open_page "$page.html"
  grep -q '</html>' stdout || fail "$page.html does not open"
  expect_equal '' "$(complaints)" "what the browser says of $page.html"
done
# The browser does complain where there is reason.
sed 's,</body>,<img src="http://127.0.0.1:9/x.png"></body>,' first.html > loading.html
open_page loading.html
[ -n "$(complaints)" ] || fail 'a page that loads something is let do so'

# What can be seen, told by a script in a copy that is allowed one.
look() { # page fragment: its text to ./seen, and its width in a window of 320 pixels to ./width
  sed -e '/http-equiv="Content-Security-Policy"/d' \
    -e "/<\/body>/{r $support/tell_seen.html" -e 'd}' "$1.html" > "looked-at-$1.html"
  open_page "looked-at-$1.html$2"
  "$python" "$support/read_seen.py" stdout seen width || fail "$1.html$2 tells nothing"
}
expect_seen() { grep -qF -- "$1" seen || fail "not to be seen: $1"; }
expect_unseen() { ! grep -qF -- "$1" seen || fail "to be seen: $1"; }
expect_fitting() { [ "$(cat width)" -le 320 ] || fail "$1 is $(cat width) pixels wide"; }

packages=$(sed 's/.*<dt><span lang="en">Packages<.*<dd>\([0-9,]*\)<.*/\1/p;d' first.html)
[ -n "$packages" ] || fail 'no number of packages'
english=('SBOM report' Packages Licences 'Unresolved dependencies' 'Builds without their source package')
japanese=('SBOM レポート' パッケージ ライセンス 未解決の依存関係 ソースパッケージがないビルド)
for fragment in '' '#en' '#ja'; do
  look first "$fragment"
  case $fragment in
    '#ja') shown=("${japanese[@]}") hidden=("${english[@]}") ;;
    *) shown=("${english[@]}") hidden=("${japanese[@]}") ;;
  esac
  for text in "${shown[@]}" "$packages" 日本語 English; do expect_seen "$text"; done
  for text in "${hidden[@]}"; do expect_unseen "$text"; done
  expect_fitting "first.html$fragment"
done
look second '#ja'
expect_seen なくなったパッケージ
expect_unseen このツリーの最初の実行です
expect_fitting second.html
look second ''
expect_seen 'Packages removed'
expect_seen 'charterbox-6.0-1.el9.noarch'  # The first; of the rest the page says how many.
expect_seen '29 more'

look hostile ''
expect_seen '</style></title><script>document.title="ran"</script> &amp; <img src=x onerror=alert(1)>'
expect_fitting hostile.html
