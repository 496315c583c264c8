# SPDX-License-Identifier: Apache-2.0
"""Draws builds and their packages: how many of what follows CentOS Stream 9 as it was in 2025.

Quantiles are of its BaseOS and AppStream, 18,774 packages of 4,692 builds. Everything follows from
the seed. Names are made of syllables and mean nothing.
"""
import bisect
import dataclasses
import hashlib
import itertools
import os
import random

FRACTIONS = (0, .05, .1, .25, .5, .75, .9, .95, .99, .999, 1)
SUBPACKAGES = (1, 1, 1, 1, 2, 4, 7, 11, 27, 177, 370)
REQUIRES = (0, 1, 1, 2, 6, 14, 26, 39, 80, 144, 188)
VIRTUAL = (0, 0, 0, 0, 0, 1, 3, 9, 120, 900, 5000)
SONAMES = (1, 1, 1, 1, 1, 4, 14, 26, 115, 228, 325)  # Of the fifth of the packages that have any.
BUNDLED = (1, 1, 1, 1, 1, 6, 35, 143, 639, 657, 657)  # Of the 4 % that have any.
DESCRIPTION = (5, 30, 38, 64, 123, 251, 410, 561, 933, 2438, 2977)
SUMMARY = (5, 19, 22, 28, 36, 47, 58, 64, 75, 86, 93)
FILES = (0, 0, 0, 0, 0, 1, 4, 10, 34, 92, 486)
SOURCES = (1, 1, 1, 1, 2, 4, 10, 20, 60, 200, 400)
CHANGES = (1, 2, 4, 10, 25, 60, 120, 200, 400, 900, 1200)
HAVE_SONAMES, HAVE_BUNDLED, HAVE_EPOCH, ARE_NOARCH, HAVE_I686 = .25, .041, .24, .1, .4
KINDS = {"soname": 62, "virtual": 17, "name": 10, "file": 5}  # Of what is asked for; and siblings.
# How often the Nth most wanted capability is asked for, of 209,272 requirements of 11,153 kinds.
WANTED = ((1, 8957), (2, 4594), (10, 1963), (50, 535), (100, 268), (200, 135), (500, 60), (1000, 31),
          (2000, 15), (3000, 10), (11153, 1))
SIBLINGS, UNRESOLVED = .06, .02
BUNDLES = (("crate(%s)", 45), ("npm(%s)", 18), ("nodejs-%s", 11), ("golang(example.com/%s)", 10),
           ("%s", 11), ("rubygem(%s)", 1), ("python3dist(%s)", 2), ("js-%s", 1))
SUFFIXES = ("devel", "libs", "doc", "utils", "common", "tools", "examples", "server", "selinux",
            "filesystem", "core", "tests", "gui", "client", "plugin", "base", "x11", "javadoc")
CONSONANTS, VOWELS = "bdfghklmnprstvz", "aeiou"
FIRST_TIME, LAST_TIME, OLDEST_CHANGE = 1600000000, 1736000000, 900000000


@dataclasses.dataclass
class Source:
    name: str
    size: int
    digest: str


@dataclasses.dataclass
class Package:
    build: "Build"
    name: str
    arch: str
    summary: str
    description: str
    provides: list = dataclasses.field(default_factory=list)  # (name, version or "")
    requires: list = dataclasses.field(default_factory=list)
    files: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Build:
    name: str
    epoch: int
    version: str
    release: str
    license: str
    url: str
    summary: str
    description: str
    time: int
    host: str
    sources: list
    build_requires: list
    changelog: list
    packages: list = dataclasses.field(default_factory=list)


def word(number):
    """The word of that number, as pronounceable as it is long; no two are the same."""
    text = ""
    number += 200
    while number:
        number, syllable = divmod(number, len(CONSONANTS) * len(VOWELS))
        text += CONSONANTS[syllable // len(VOWELS)] + VOWELS[syllable % len(VOWELS)]
    return text


def licenses():
    """The tags that the tests know, and how often each is: a few are on most packages."""
    file = os.path.join(os.path.dirname(__file__), "../../fixtures/licenses.tsv")
    with open(file, encoding="utf-8") as stream:
        rows = [line.split("\t") for line in stream if line.strip() and line[0] != "#"]
    tags = [row[0] for row in rows if row[0] and row[1].strip() not in ("", "NOASSERTION")]
    return tags, [1 / rank for rank in range(1, len(tags) + 1)]


class Model:
    def __init__(self, packages, seed):
        self.random = random.Random(seed)
        self.tags = licenses()
        self.vocabulary = [word(n * 37) for n in range(2000)]
        self.builds = []
        self.capabilities = {kind: [] for kind in KINDS}
        drawn = 0
        while drawn < packages:
            build = self.draw_build(len(self.builds), packages - drawn)
            self.builds.append(build)
            drawn += len(build.packages)
        self.provided = {entry[0] for package in self.packages() for entry in package.provides}
        self.wanted = {kind: self.popularity(names) for kind, names in self.capabilities.items()}
        for build in self.builds:
            self.connect(build)

    # --- figures --------------------------------------------------------------------------------

    def number(self, quantiles):
        at = self.random.random()
        upper = max(1, bisect.bisect_left(FRACTIONS, at))
        low, high = FRACTIONS[upper - 1], FRACTIONS[upper]
        share = (at - low) / (high - low)
        # The tail is long: most of what lies between two far quantiles is near the lower one.
        if quantiles[upper] > 4 * max(1, quantiles[upper - 1]):
            share **= 4
        return round(quantiles[upper - 1] + share * (quantiles[upper] - quantiles[upper - 1]))

    def chance(self, share):
        return self.random.random() < share

    def text(self, length):
        words = []
        while sum(map(len, words)) + len(words) < length:
            words.append(self.random.choice(self.vocabulary))
        return " ".join(words).capitalize() or "A"

    def popularity(self, names):
        """Cumulated weights of NAMES, shuffled here: the most wanted stand first."""
        self.random.shuffle(names)
        weights = []
        for (rank, count), (next_rank, next_count) in itertools.pairwise(WANTED):
            steps = next_rank - rank
            weights += [count * (next_count / count) ** (n / steps) for n in range(steps)]
        # Ten times the packages ask for more kinds of things, not only for the same more often.
        weights += [1] * (len(names) - len(weights))
        return list(itertools.accumulate(weights[:len(names)]))

    def packages(self):
        return [package for build in self.builds for package in build.packages]

    # --- builds ----------------------------------------------------------------------------------

    def draw_build(self, number, most):
        name = word(number * 7)
        time = self.random.randrange(FIRST_TIME, LAST_TIME)
        version = ".".join(str(self.random.randrange(40)) for _ in range(self.random.choice((2, 3))))
        build = Build(
            name=name, epoch=int(self.chance(HAVE_EPOCH)), version=version,
            release=f"{self.random.randrange(1, 90)}.el9", url=f"https://{name}.example.org/",
            license=self.random.choices(*self.tags)[0], summary=self.text(self.number(SUMMARY)),
            description=self.text(self.number(DESCRIPTION)), time=time,
            host=f"builder-{self.random.randrange(60):02}.example.com",
            sources=self.sources(name, version),
            build_requires=[word(self.random.randrange(number + 1) * 7) + "-devel"
                            for _ in range(self.number(REQUIRES))],
            changelog=[])
        build.changelog = self.changelog(build)
        is_noarch = self.chance(ARE_NOARCH)
        wanted = min(self.number(SUBPACKAGES), most)
        for index in itertools.count():
            if len(build.packages) >= wanted:
                break
            self.add_package(build, index, is_noarch, wanted)
        return build

    def sources(self, name, version):
        names = [f"{name}-{version}.tar.xz", f"{name}.spec"]
        names += [f"{n:04}-{self.random.choice(self.vocabulary)}.patch"
                  for n in range(1, self.number(SOURCES))]
        return [Source(text, self.random.randrange(200, 200000),
                       hashlib.sha256(f"{name} {text}".encode()).hexdigest()) for text in names]

    def changelog(self, build):
        entries, time = [], build.time
        for n in range(self.number(CHANGES)):
            text = f"- {self.text(60)}"
            if self.chance(.1):
                text += f" (CVE-{2015 + n % 10}-{self.random.randrange(1000, 50000)})"
            author = f"{self.vocabulary[n % 50].capitalize()} <{self.vocabulary[n % 50]}@example.com>"
            entries.append((time, f"{author} - {build.version}-{n + 1}", text))
            time = max(OLDEST_CHANGE, time - self.random.randrange(86400, 8640000))
        return entries

    def add_package(self, build, index, is_noarch, most):
        suffix = SUFFIXES[(index - 1) % len(SUFFIXES)]
        if index > len(SUFFIXES):
            suffix = f"{self.vocabulary[index]}-{suffix}"
        name = build.name if index == 0 else f"{build.name}-{suffix}"
        arch = "noarch" if is_noarch or suffix in ("doc", "javadoc", "filesystem") else "x86_64"
        package = Package(build, name, arch, self.text(self.number(SUMMARY)),
                          self.text(self.number(DESCRIPTION)))
        evr = f"{build.version}-{build.release}"
        package.provides.append((name, evr))
        if arch != "noarch":
            package.provides.append((f"{name}(x86-64)", evr))
            self.add_sonames(package)
        package.provides += [(f"{name}({self.random.choice(self.vocabulary)}-{n})", "")
                             for n in range(self.number(VIRTUAL))]
        self.add_bundled(package)
        package.files = [f"/usr/bin/{name}-{n}" for n in range(self.number(FILES))]
        build.packages.append(package)
        self.offer(package)
        if arch == "x86_64" and len(build.packages) < most and self.chance(HAVE_I686):
            build.packages.append(dataclasses.replace(
                package, arch="i686", requires=[],
                provides=[(entry[0].replace("(64bit)", "").replace("(x86-64)", "(x86-32)"), entry[1])
                          for entry in package.provides]))

    def offer(self, package):
        for name, _ in package.provides:
            kind = "soname" if ".so." in name else "virtual" if "(" in name else "name"
            if not name.startswith("bundled("):
                self.capabilities[kind].append(name)
        self.capabilities["file"] += package.files

    def add_sonames(self, package):
        if not self.chance(HAVE_SONAMES):
            return
        for n in range(self.number(SONAMES)):
            library = package.name if n == 0 else f"{package.name}-{n // 4}"
            symbol = "" if n % 4 == 0 else f"{package.name.upper()}_{n % 4}.0"
            package.provides.append((f"lib{library}.so.{n % 3}({symbol})(64bit)", ""))

    def add_bundled(self, package):
        if not self.chance(HAVE_BUNDLED):
            return
        forms, weights = zip(*BUNDLES)
        form = self.random.choices(forms, weights)[0]
        for n in range(self.number(BUNDLED)):
            name = form % self.vocabulary[(n * 7) % len(self.vocabulary)]
            package.provides.append((f"bundled({name})", f"{n % 9}.{n % 13}.{n % 5}"))

    # --- what needs what -----------------------------------------------------------------------------

    def connect(self, build):
        evr = f"{build.version}-{build.release}"
        for package in build.packages:
            wanted = set()
            for _ in range(self.number(REQUIRES)):
                if self.chance(SIBLINGS):
                    wanted.add((self.random.choice(build.packages).name, evr))
                elif self.chance(UNRESOLVED):
                    wanted.add((f"absent-{self.random.choice(self.vocabulary)}", ""))
                else:
                    wanted.add((self.popular(package.arch), ""))
            package.requires = sorted(wanted)

    def popular(self, arch):
        kind = self.random.choices(list(KINDS), KINDS.values())[0]
        names, weights = self.capabilities[kind], self.wanted[kind]
        if not names:
            return "rtld(GNU_HASH)"
        name = names[bisect.bisect(weights, self.random.random() * weights[-1] * .999999)]
        if arch != "i686":
            return name
        translated = name.replace("(64bit)", "").replace("(x86-64)", "(x86-32)")
        return translated if translated in self.provided else name
