// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share. A target reads hostile bytes as the program would,
// and checks what the header of the code under test promises of whatever is
// accepted; to refuse is never a finding. libFuzzer calls it, or replay.cc does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "metadata/error.h"
#include "metadata/package.h"
#include "metadata/primary.h"
#include "metadata/text.h"

// Always 0, as libFuzzer wants it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace reposbom::fuzz {

inline std::string_view bytes_of(const std::uint8_t* data, std::size_t size) {
  return size == 0 ? std::string_view()
                   : std::string_view(reinterpret_cast<const char*>(data), size);
}

// Ends the process, which is how libFuzzer is told of a finding.
inline void require(bool holds, std::string_view promise, std::string_view about = {}) {
  if (holds) return;
  (void)std::fprintf(
      stderr,
      "FINDING: %.*s: '%.*s'\n",
      static_cast<int>(promise.size()),
      promise.data(),
      static_cast<int>(about.size()),
      about.data());
  std::abort();
}

// Whether the bytes are accepted. Anything thrown but an Error of that cause is a finding.
template <class Read>
bool accepts(Read read, Cause cause = Cause::Untrusted) {
  try {
    read();
    return true;
  } catch (const Error& refusal) {
    require(refusal.cause() == cause, "a refusal has its cause", refusal.what());
    return false;
  }
}

inline void require_clean(std::string_view text) {
  require(metadata::is_clean_text(text), "text can stand in every format", text);
}

// What every reader promises of a package that it gives.
inline void require_usable(const metadata::Package& package) {
  const std::string nevra = metadata::nevra(package);
  require(metadata::refusal(package).empty(), "a package that cannot be used is refused", nevra);
  const auto parsed = metadata::parse_nevra(nevra);
  require(
      parsed && parsed->name == package.name && parsed->evr == package.evr &&
          parsed->arch == package.arch,
      "a NEVRA reads back as the same parts",
      nevra);
  require(metadata::is_safe_file_name(metadata::nvra(package)), "a name is one of a file", nevra);
  for (const std::string* text :
       {&package.name,
        &package.arch,
        &package.evr.version,
        &package.evr.release,
        &package.summary,
        &package.description,
        &package.packager,
        &package.url,
        &package.license,
        &package.vendor,
        &package.build_host,
        &package.source_rpm,
        &package.module}) {
    require_clean(*text);
  }
  for (const auto* dependencies : {&package.provides, &package.requires_}) {
    for (const metadata::Dependency& entry : *dependencies) {
      require_clean(entry.name);
      require_clean(entry.evr);
    }
  }
  for (const std::string& file : package.files)
    require_clean(file);
}

}  // namespace reposbom::fuzz
