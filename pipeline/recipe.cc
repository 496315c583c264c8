// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recipe.h"

#include "metadata/digest.h"
#include "metadata/facts.h"
#include "metadata/version.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

std::string SetRecipe::digest() const {
  std::string bytes;
  const metadata::Distribution& distribution = creation.distribution;
  for (const std::string* text :
       {&distribution.id,
        &distribution.name,
        &distribution.cpe,
        &distribution.purl.name_space,
        &distribution.purl.distro,
        &distribution.documents,
        &creation.supplier.name,
        &creation.supplier.url,
        &creation.supplier.email,
        &creation.creator.name,
        &creation.creator.url,
        &creation.creator.email}) {
    metadata::append_fact(bytes, *text);
  }
  metadata::append_fact(bytes, creation.time.value_or(-1));
  metadata::append_fact(bytes, list_files ? 1 : 0);
  // Of the version, the documents of a set say the major number only.
  metadata::append_fact(bytes, distribution.major());
  for (const generators::Format format : formats) {
    metadata::append_fact(bytes, generators::row_of(format).name);
  }
  if (compress != Compression::None) metadata::append_fact(bytes, row_of(compress).suffix);
  if (sha256_files) metadata::append_fact(bytes, kSha256Suffix);
  for (const auto& signer : signers) {
    metadata::append_fact(bytes, signer->suffix());
    for (const PublicKeyFile& key : signer->public_keys()) {
      metadata::append_fact(bytes, key.fingerprint);
    }
  }
  return metadata::sha256(bytes);
}

SetRecipe make_recipe(
    const Settings& settings,
    const metadata::Distribution& distribution,
    std::optional<std::int64_t> source_date_epoch) {
  SetRecipe recipe;
  recipe.creation.time = source_date_epoch;
  recipe.creation.distribution = distribution;
  recipe.creation.supplier = settings.supplier;
  if (recipe.creation.supplier.name.empty()) recipe.creation.supplier.name = distribution.name;
  recipe.creation.creator = settings.creator;
  recipe.creation.version = metadata::kDocumentVersion;
  recipe.formats = settings.formats;
  recipe.compress = settings.compress;
  recipe.sha256_files = settings.sha256_files;
  recipe.signers = make_signers(settings.signing);
  return recipe;
}

std::string run_inputs(
    const std::string& repositories,
    const Settings& settings,
    const SetRecipe& recipe,
    const RunScope& scope) {
  std::string bytes;
  metadata::append_fact(bytes, metadata::kVersion);
  metadata::append_fact(bytes, repositories);
  metadata::append_fact(bytes, recipe.creation.version);
  metadata::append_fact(bytes, recipe.digest());
  metadata::append_fact(bytes, recipe.creation.distribution.version);
  metadata::append_fact(bytes, scope.source_date_epoch.value_or(-1));
  metadata::append_fact(bytes, scope.only);
  metadata::append_fact(bytes, settings.sha512 ? 1 : 0);
  for (const RepositorySettings& repository : settings.repositories) {
    metadata::append_fact(bytes, repository.id);
    metadata::append_fact(bytes, repository.published);
    metadata::append_fact(bytes, repository.sources_published);
    metadata::append_fact(bytes, repository.specs ? 1 : 0);
  }
  return metadata::sha256(bytes);
}

}  // namespace reposbom::pipeline
