// SPDX-License-Identifier: Apache-2.0
//
// A function of a C library that frees a handle, as the deleter of std::unique_ptr.
#pragma once

namespace reposbom {

template <auto Destroy>
struct Destroyer {
  template <typename Handle>
  void operator()(Handle* handle) const {
    Destroy(handle);
  }
};

}  // namespace reposbom
