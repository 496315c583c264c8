// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_table.h"

#include <array>

#include "metadata/error.h"
#include "pipeline/command_arguments.h"
#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

constexpr bool kRepeatable = true;
constexpr bool kRequired = true;
constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

constexpr Option kWait = {
    "wait",
    0,
    "DURATION",
    "If another run holds the tree, wait for it so long (30s, 10m, 2h); without it, exit 75."};
constexpr Option kConfigOfTree = {
    "config", 'c', "FILE", "The configuration, which names the tree."};
constexpr Option kTree = {"output", 'o', "DIR", "The tree; without it, the configuration's."};

constexpr std::array kBuildOptions = {
    Option{"config", 'c', "FILE", "The configuration. Paths in it are relative to it."},
    Option{
        "output",
        'o',
        "DIR",
        "The tree to publish to; without it, the configuration's, or ./sbom."},
    Option{"jobs", 'j', "N", "Use N threads; without it, as many as there are processors."},
    Option{
        "only",
        0,
        "GLOB",
        "Build only the source packages whose name or NEVRA matches GLOB: 'glibc', 'python3*', "
        "'bash-5.1.8-9.el9.src'."},
    Option{"dry-run", 0, "", "Tell which sets would be made, and why; write nothing."},
    Option{
        "force",
        0,
        "",
        "Make every set again. One that is damaged is replaced, one that comes out differently "
        "gets "
        "a successor."},
    Option{
        "redo-made-by",
        0,
        "VERSION",
        "The same of the sets whose set.json says \"madeBy\": \"reposbom-VERSION\"."},
    Option{
        "check",
        0,
        "",
        "Compare what is published with what would be built; write nothing; exit 6 if they "
        "differ."},
    Option{"allow-shrink", 0, "", "Publish even if packages vanished beyond limits.shrink."},
    kWait,
    Option{
        "log-format",
        0,
        "FORMAT",
        "Messages as text (the default), or as json: one object a line, the last with the exit "
        "code."},
    Option{
        "trace",
        0,
        "FILE",
        "Write to FILE what every thread did when, for the trace viewer of a browser."},
    Option{"verbose", 'v', "", "Tell more of what is being done."},
};
constexpr std::array kPruneOptions = {
    kConfigOfTree,
    kTree,
    Option{"dry-run", 0, "", "Tell what would be removed; remove nothing."},
    kWait,
};
constexpr std::array kRollbackOptions = {kConfigOfTree, kTree, kWait};
constexpr std::array kDiffOptions = {
    kConfigOfTree,
    kTree,
    Option{"json", 0, "", "Print it as diff.json of a run is."},
};
constexpr std::array kVerifyOptions = {
    Option{"key", 0, "FILE", "Trust the OpenPGP keys of FILE; may be repeated.", kRepeatable},
    Option{
        "certificate",
        0,
        "FILE",
        "Trust the X.509 certificate of FILE; may be repeated.",
        kRepeatable},
    Option{
        "quality",
        0,
        "",
        "Then tell how much the documents say of what NTIA 2021, CISA 2026 and BSI TR-03183-2 v2.1 "
        "ask: those in JSON, of a tree those of its current run. The exit code is not changed."},
    Option{
        "quality-report",
        0,
        "FILE",
        "The same, and write all of it, document by document, to FILE as JSON."},
};
constexpr std::array kDiskOptions = {
    Option{"config", 'c', "FILE", "The configuration of the tree.", !kRepeatable, kRequired},
    Option{
        "media",
        0,
        "PATH",
        "The installation ISO, or a directory like one.",
        !kRepeatable,
        kRequired},
    Option{"output", 'o', "FILE", "The ISO to write.", !kRepeatable, kRequired},
    Option{"volume-id", 0, "ID", "Its volume id, at most 32 characters."},
    Option{
        "client",
        0,
        "DIR",
        "The repository with the RPM of sbomget to put on it; without it, the configuration's "
        "disk.client."},
};
constexpr std::array kShowOptions = {
    Option{
        "format",
        0,
        "FORMAT",
        "spdx-json (the default), spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml or "
        "spdx3-json."},
    Option{"config", 'c', "FILE", "Look the package up in the repositories of this configuration."},
    Option{
        "repo", 0, "REPO", "Look the package up in this repository; may be repeated.", kRepeatable},
};

constexpr std::array kExplainOptions = {
    Option{"config", 'c', "FILE", "Look the package up in the repositories of this configuration."},
    Option{
        "repo", 0, "REPO", "Look the package up in this repository; may be repeated.", kRepeatable},
};

constexpr std::array kCommands = {
    CommandRow{
        "build",
        "[REPO...]",
        0,
        kAnyNumber,
        "Build, sign and publish the SBOM sets of repositories.",
        "Builds the SBOM set of every package build of the repositories, signs the sets, and "
        "publishes them as one tree. Sets that are there already are not built again. A REPO is a "
        "directory with repodata in it; with a configuration, REPOs replace the repositories that "
        "it names.",
        kBuildOptions,
        make_build},
    CommandRow{
        "verify",
        "PATH",
        1,
        1,
        "Verify a tree, a run, a set, or a companion disk.",
        "Verifies every signature and checksum of PATH: a tree, one of its runs, one set, a "
        "mounted "
        "companion disk or its ISO. Exits 3 if anything is not as it was signed.",
        kVerifyOptions,
        make_verify},
    CommandRow{
        "disk",
        "",
        0,
        0,
        "Make the companion disk of an installation media.",
        "Writes an ISO with the document of the media, the sets of each of its packages and of all "
        "retained updates of them, and what is needed to use them without a network.",
        kDiskOptions,
        make_disk},
    CommandRow{
        "diff",
        "OLD NEW",
        2,
        2,
        "Tell what changed between two runs.",
        "Prints the packages that were added, updated and removed between two runs, and of those "
        "that both have, the licences, bundled parts and advisories that changed. OLD and NEW are "
        "folders of runs, trees, or with --config or --output names of runs, such as "
        "20240610T000000Z or current.",
        kDiffOptions,
        make_diff},
    CommandRow{
        "rollback",
        "[RUN]",
        0,
        1,
        "Make an earlier run the current one.",
        "Verifies RUN, or, without it, the run that was current before, and makes it the current "
        "one. The next build publishes again what the repositories hold.",
        kRollbackOptions,
        make_rollback},
    CommandRow{
        "prune",
        "",
        0,
        0,
        "Remove what is not to be kept.",
        "Removes the runs beyond keep.runs (14 without a configuration), which each build does as "
        "well, and every set that no run and no disk refers to, such as those of a killed build.",
        kPruneOptions,
        make_prune},
    CommandRow{
        "show",
        "NEVRA|FILE.rpm|MEDIA",
        1,
        1,
        "Print one document.",
        "Prints the document of one package, found by its NEVRA or as the RPM FILE.rpm; or that of "
        "an installation MEDIA, an ISO or a directory: exactly its packages, as the published tree "
        "of --config describes them.",
        kShowOptions,
        make_show},
    CommandRow{
        "explain",
        "NEVRA",
        1,
        1,
        "Tell where every fact of a document came from.",
        "Prints every fact of the document of one package with its origin: repodata, header, "
        "modules, updateinfo, licence table or configuration.",
        kExplainOptions,
        make_explain},
    CommandRow{
        "license",
        "TAG...",
        1,
        kAnyNumber,
        "Convert the License tag of an RPM to SPDX.",
        "Prints the SPDX expression of the License tag of an RPM; on the lines below, how it was "
        "found.",
        {},
        make_license},
};

constexpr std::array kVariables = {
    Term{"SOURCE_DATE_EPOCH", "Seconds since 1970: the time that all documents are dated."},
};

constexpr std::array kExitCodes = {
    Term{"0", "Done, or nothing to do."},
    Term{"1", "The command line or the configuration is wrong."},
    Term{
        "2",
        "Published, but some packages could not be described (within limits.failures); the report "
        "names them."},
    Term{"3", "The input is not trusted: a signature or a digest is wrong."},
    Term{"4", "Output, disk or signing failed; nothing was published."},
    Term{
        "5",
        "Too many failures, or a repository shrank by more than limits.shrink; nothing was "
        "published."},
    Term{"6", "With --check: what is published differs from what would be built."},
    Term{"70", "A defect of the program."},
    Term{
        "75",
        "Another run holds the lock, the input changed while it was read, or no server could give "
        "it: try again."},
    Term{"130, 143", "Interrupted; nothing half-done remains."},
};

}  // namespace

std::span<const CommandRow> command_rows() {
  return kCommands;
}

const CommandRow& command_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CommandRow& row : kCommands) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  fail_usage({}, "unknown command " + in_quotes(name) + "; " + suggestion(name, names));
}

std::span<const Term> exit_codes() {
  return kExitCodes;
}

std::span<const Term> variables() {
  return kVariables;
}

void fail_usage(std::string_view command, const std::string& message) {
  std::string program = "reposbom";
  if (!command.empty()) program += " " + std::string(command);
  throw Error(Cause::Usage, program, message + " (see '" + program + " --help')");
}

}  // namespace reposbom::pipeline
