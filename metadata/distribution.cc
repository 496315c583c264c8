// SPDX-License-Identifier: Apache-2.0
#include "metadata/distribution.h"

#include <algorithm>
#include <array>
#include <vector>

namespace reposbom::metadata {
namespace {

// Vendor and product of a CPE whose os-release ID or purl namespace is another word.
struct KnownProduct {
  std::string_view vendor;
  std::string_view product;
  std::string_view id;
  std::string_view name_space;
  std::string_view name;
};
constexpr std::array kKnownProducts = {
    KnownProduct{"almalinux", "almalinux", "almalinux", "almalinux", "AlmaLinux"},
    KnownProduct{"centos", "centos", "centos", "centos", "CentOS"},
    KnownProduct{"centos-stream", "centos-stream", "centos", "centos", "CentOS Stream"},
    KnownProduct{"centos", "centos_stream", "centos", "centos", "CentOS Stream"},
    KnownProduct{"fedoraproject", "fedora", "fedora", "fedora", "Fedora"},
    KnownProduct{"oracle", "linux", "ol", "oracle", "Oracle Linux"},
    KnownProduct{"redhat", "enterprise_linux", "rhel", "redhat", "Red Hat Enterprise Linux"},
    KnownProduct{"rocky", "rocky", "rocky", "rocky", "Rocky Linux"},
};

// "cpe:/o:vendor:product:version" or "cpe:2.3:o:vendor:product:version:…": the parts after "o".
std::vector<std::string> product_of_cpe(std::string_view cpe) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= cpe.size();) {
    const std::size_t end = std::min(cpe.find(':', begin), cpe.size());
    parts.emplace_back(cpe.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto kind = std::find_if(parts.begin(), parts.end(), [](const std::string& part) {
    return part == "/o" || part == "o";
  });
  if (kind == parts.end()) return {};
  return {kind + 1, parts.end()};
}

}  // namespace

std::string Distribution::major() const {
  return version.substr(0, version.find('.'));
}

Distribution distribution_from_tag(std::string_view cpe, std::string_view name) {
  std::vector<std::string> product = product_of_cpe(cpe);
  product.resize(std::max<std::size_t>(product.size(), 3));
  Distribution distribution;
  distribution.cpe = cpe;
  distribution.id = product[1].empty() ? "linux" : product[1];
  distribution.purl.name_space = distribution.id;
  distribution.version = product[2] == "*" ? "" : product[2];
  distribution.name = name.empty() ? distribution.id : std::string(name);
  for (const KnownProduct& known : kKnownProducts) {
    if (known.vendor != product[0] || known.product != product[1]) continue;
    distribution.id = known.id;
    distribution.purl.name_space = known.name_space;
    distribution.name = known.name;
  }
  distribution.purl.distro = distribution.id;
  if (!distribution.version.empty()) distribution.purl.distro += "-" + distribution.major();
  return distribution;
}

Distribution distribution_from_id(std::string_view id) {
  Distribution distribution;
  distribution.id = distribution.name = distribution.purl.name_space = id;
  const auto* const known =
      std::find_if(kKnownProducts.begin(), kKnownProducts.end(), [&](const KnownProduct& product) {
        return product.id == id;
      });
  if (known != kKnownProducts.end()) {
    distribution.name = known->name;
    distribution.purl.name_space = known->name_space;
  }
  distribution.purl.distro = distribution.id;
  return distribution;
}

}  // namespace reposbom::metadata
