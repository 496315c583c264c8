// SPDX-License-Identifier: Apache-2.0
//
// Everything that goes into a set, as digests by part. Together they name the set;
// one by one, and kept in set.json, they tell why it must be made anew.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "metadata/catalog.h"
#include "pipeline/recipe.h"

namespace reposbom::pipeline {

struct SetInputs {
  std::string made_by = {};        // "reposbom-0.2": the program, as documents name it.
  std::string configuration = {};  // SHA-256 of the recipe, as are the others of their facts.
  std::string source = {};
  std::string packages = {};
  std::string advisories = {};
  std::string dependencies = {};
  std::string licenses = {};
  std::string repositories = {};

  // The name of the set.
  std::string digest() const;
};

// A part, its key in set.json, and what is said when it has changed.
struct SetInputRow {
  std::string SetInputs::*part;
  const char* key;
  std::string_view reason;
  bool is_of_packages = true;
};
inline constexpr std::array kSetInputRows = {
    SetInputRow{&SetInputs::configuration, "configuration", "configuration or key", false},
    SetInputRow{&SetInputs::source, "source", "source package", false},
    SetInputRow{&SetInputs::packages, "packages", "packages"},
    SetInputRow{&SetInputs::advisories, "advisories", "advisories"},
    SetInputRow{&SetInputs::dependencies, "dependencies", "dependencies"},
    SetInputRow{&SetInputs::licenses, "licenses", "licences"},
    SetInputRow{&SetInputs::repositories, "repositories", "repositories"},
};

// "reposbom-0.2", which documents and set.json say they were made by.
std::string made_by(const SetRecipe& recipe);

// `configuration` is recipe.digest(), which is the same for every build.
SetInputs set_inputs(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const SetRecipe& recipe,
    const std::string& configuration);

}  // namespace reposbom::pipeline
