// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_inputs.h"

#include "metadata/digest.h"
#include "metadata/facts.h"

namespace reposbom::pipeline {

std::string SetInputs::digest() const {
  std::string bytes;
  metadata::append_fact(bytes, made_by);
  for (const SetInputRow& row : kSetInputRows)
    metadata::append_fact(bytes, this->*row.part);
  return metadata::sha256(bytes);
}

std::string made_by(const SetRecipe& recipe) {
  return recipe.creation.tool + "-" + recipe.creation.version;
}

SetInputs set_inputs(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const SetRecipe& recipe,
    const std::string& configuration) {
  const metadata::BuildFacts facts = metadata::build_facts(catalog, build);
  return {
      .made_by = made_by(recipe),
      .configuration = configuration,
      .source = metadata::sha256(facts.source),
      .packages = metadata::sha256(facts.packages),
      .advisories = metadata::sha256(facts.advisories),
      .dependencies = metadata::sha256(facts.dependencies),
      .licenses = metadata::sha256(facts.licenses),
      .repositories = metadata::sha256(facts.repositories)};
}

}  // namespace reposbom::pipeline
