// SPDX-License-Identifier: Apache-2.0
//
// What the readers of RPM files and of the RPM database have in common: librpm's
// handles and messages, and its Header -> Package. Included by rpm_*.cc only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rpm/header.h>
#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>
#include <rpm/rpmts.h>

#include "metadata/destroyer.h"
#include "metadata/package.h"

namespace reposbom::metadata {

using HeaderHandle = std::unique_ptr<std::remove_pointer_t<Header>, Destroyer<headerFree>>;
using Transaction = std::unique_ptr<std::remove_pointer_t<rpmts>, Destroyer<rpmtsFree>>;

// Verifies the digests of headers, but no signature, and looks for no key.
Transaction new_transaction();

// librpm says why it refuses something only to its log, which is one for the process but written to
// by the thread that is reading. What that thread was told last, and nothing after clearing it.
std::string last_rpm_message();
void clear_rpm_message();

// One tag's data. Raw: translated texts come as they stand, the untranslated one first, whatever
// the language of this machine is.
class Tag {
 public:
  Tag(Header header, rpmTagVal tag);

  std::size_t count() const { return rpmtdCount(data_.get()); }
  std::string text(std::size_t index = 0) const;
  std::uint64_t number(std::size_t index = 0) const;
  std::string hex() const;  // Binary data in hexadecimal digits.
  std::string_view binary() const;

 private:
  struct FreeData {
    void operator()(rpmtd data) const;
  };

  bool seek(std::size_t index) const;

  std::unique_ptr<std::remove_pointer_t<rpmtd>, FreeData> data_;
};

std::string text(Header header, rpmTagVal tag);

// Sizes of 4 GiB and more have a tag of their own.
std::uint64_t long_number(Header header, rpmTagVal tag, rpmTagVal long_tag);

std::string sha256_or_empty(const std::string& hex);

// Written as primary.cc writes them: without rpmlib(…), an epoch of 0 being none.
std::vector<Dependency> requirements_of(Header header);

// What the header says of itself, without its requirements.
Package package_of(Header header);
HeaderFacts facts_of(Header header);

}  // namespace reposbom::metadata
