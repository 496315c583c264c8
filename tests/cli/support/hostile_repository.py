# SPDX-License-Identifier: Apache-2.0
"""Writes a repository of one package whose texts want to be more than text: hostile_repository.py DIR"""

import hashlib
import os
import sys
from xml.sax.saxutils import escape

HOSTILE = '</style></title><script>document.title="ran"</script> &amp; <img src=x onerror=alert(1)>'
LONG = "lib" + "verylongname" * 15 + ".so"

PRIMARY = """<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns="http://linux.duke.edu/metadata/common"
  xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="1">
<package type="rpm">
  <name>hostile</name><arch>noarch</arch><version epoch="0" ver="1" rel="1"/>
  <checksum type="sha256" pkgid="YES">{digest}</checksum>
  <summary>{hostile}</summary><description>{hostile}</description>
  <packager>{hostile}</packager><url>https://example.com/</url>
  <time file="1700000000" build="1700000000"/><size package="1" installed="1" archive="1"/>
  <location href="hostile-1-1.noarch.rpm"/>
  <format>
    <rpm:license>{hostile}</rpm:license><rpm:vendor>{hostile}</rpm:vendor>
    <rpm:sourcerpm>hostile-1-1.src.rpm</rpm:sourcerpm>
    <rpm:requires><rpm:entry name="{hostile}"/><rpm:entry name="{long}"/></rpm:requires>
  </format>
</package>
</metadata>
"""

REPOMD = """<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo">
  <revision>{hostile}</revision>
  <data type="primary">
    <checksum type="sha256">{digest}</checksum>
    <location href="repodata/primary.xml"/>
    <timestamp>1700000000</timestamp><size>{size}</size>
  </data>
</repomd>
"""


def main():
    hostile = escape(HOSTILE, {'"': "&quot;"})
    folder = os.path.join(sys.argv[1], "repodata")
    os.makedirs(folder)
    primary = PRIMARY.format(hostile=hostile, long=LONG, digest="a" * 64).encode()
    repomd = REPOMD.format(
        hostile=hostile, digest=hashlib.sha256(primary).hexdigest(), size=len(primary)
    ).encode()
    for name, data in (("primary.xml", primary), ("repomd.xml", repomd)):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


main()
