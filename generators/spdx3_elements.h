// SPDX-License-Identifier: Apache-2.0
//
// An element of a document -> the elements that SPDX 3 makes of it: the package, its file, its
// annotations and its licence relationships; and the organizations and licences they refer to.
#pragma once

#include <string>
#include <string_view>

#include "generators/document.h"
#include "generators/spdx3_graph.h"

namespace reposbom::generators {

// The local ids of what elements refer to, made of its content.
std::string spdx3_agent_id(const Party& party);
std::string spdx3_license_id(std::string_view expression);

// Requires: it is known.
Party supplier_of(const Element& element, const Creation& creation);

// The vendor of a package: the supplier, if it has that name.
Party originator_of(const Element& element, const Creation& creation);

// Whether it has a licence of which anything can be said.
bool has_license(const Element& element);

void write_spdx3_agent(const Party& party, Spdx3Graph& graph);
void write_spdx3_license_text(const metadata::LicenseRef& ref, Spdx3Graph& graph);
void write_spdx3_license(const metadata::License& license, Spdx3Graph& graph);

// The code is of a package whose files are listed, else empty.
void write_spdx3_package(
    const Element& element,
    const Creation& creation,
    const std::string& verification_code,
    Spdx3Graph& graph);

// Requires: a File.
void write_spdx3_file(const Element& element, Spdx3Graph& graph);

}  // namespace reposbom::generators
