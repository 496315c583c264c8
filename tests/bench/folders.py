# SPDX-License-Identifier: Apache-2.0
"""Where the benchmark writes: a folder with room for it, in memory if there is one."""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

# Bytes that a tree takes for each byte of primary.xml, and besides; to choose a folder with room.
TREE_PER_PRIMARY = 50
TREE_AT_LEAST = 64 << 20


class Stop(Exception):
    """What ends the benchmark early, with its exit code."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


def primary_size(repository):
    """Of the XML, decompressed, as repomd.xml tells."""
    space = "{http://linux.duke.edu/metadata/repo}"
    file = os.path.join(repository, "repodata/repomd.xml")
    try:
        parts = ElementTree.parse(file).getroot().findall(space + "data")
    except OSError as error:
        raise Stop(f"{file}: {error.strerror}") from error
    except ElementTree.ParseError as error:
        raise Stop(f"{file}: {error}") from error
    for part in parts:
        if part.get("type") == "primary":
            return int(part.findtext(space + "open-size") or part.findtext(space + "size") or 0)
    raise Stop(f"{file}: names no primary.xml")


def is_memory(folder):
    answer = subprocess.run(["stat", "-f", "-c", "%T", folder], check=True, stdout=subprocess.PIPE)
    return answer.stdout.decode().strip() in ("tmpfs", "ramfs")


def free_bytes(folder):
    free = shutil.disk_usage(folder).free
    if not is_memory(folder):
        return free
    with open("/proc/meminfo", encoding="ascii") as file:
        available = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable:"))
    return min(free, available * 1024)


def needed_bytes(folder, tree, options):
    """Of each run a tree and the floor's copy of it: all of them on a disk, one in memory."""
    runs = 1 if is_memory(folder) else options.rounds * len(options.threads)
    return 2 * tree * runs


def choose_folder(options, build, repositories):
    tree = TREE_AT_LEAST + TREE_PER_PRIMARY * sum(map(primary_size, repositories))
    for folder in [options.folder] if options.folder else ["/dev/shm", build]:
        if os.access(folder, os.W_OK) and free_bytes(folder) >= needed_bytes(folder, tree, options):
            return folder
    needed = needed_bytes(folder, tree, options) / 2**30
    raise Stop(f"{folder}: {needed:.1f} GiB must be free and writable; see --folder and --rounds")


@contextlib.contextmanager
def scratch_folder(parent):
    folder = tempfile.mkdtemp(prefix="reposbom-bench.", dir=parent)
    try:
        yield folder
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.exists(folder):
            print(f"could not be removed whole: {folder}", file=sys.stderr)
