// SPDX-License-Identifier: Apache-2.0
//
// All signers of a run together: how they are made of the settings, and what they
// write and publish. Each writes a file of its own beside SHA256SUMS, also where two
// are of a kind (while one key takes the place of another): gpgv and openssl refuse
// a file in which there is a signature by a key that they were not given.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/catalog.h"
#include "pipeline/settings.h"
#include "pipeline/signer.h"

namespace reposbom::pipeline {

using Signers = std::vector<std::unique_ptr<Signer>>;

// The signers that the settings ask for, in their order, each tried out. Throws Error; Cause::Usage
// if two of them have the same key.
Signers make_signers(const Signing& signing);

// The files of their signatures over SHA256SUMS, beside them: the first of a kind has the name that
// everybody looks for, "SHA256SUMS.asc", the second is "SHA256SUMS.2.asc".
std::vector<std::string> signature_names(const Signers& signers);

// What is published in keys/: the public keys of all, those for gpgv in one keyring.
std::vector<PublicKeyFile> public_key_files(const Signers& signers);

// The README there: `text`, then each signer with its files and their fingerprints.
std::string keys_readme(std::string text, const Signers& signers);

std::vector<SigningKey> signing_keys(const Signers& signers);

// Of each key that ends within 30 days from `time`: that it does, and what to do.
std::vector<metadata::Remark> remarks_on_expiry(
    const std::vector<SigningKey>& keys, std::int64_t time);

}  // namespace reposbom::pipeline
