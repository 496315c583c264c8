// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string_view>

#include "tests/bench/floor.h"

namespace reposbom::bench {
namespace {

namespace fs = std::filesystem;

// Files of one folder are one piece of work, unless they are more than this.
constexpr std::uint64_t kUnitBytes = std::uint64_t{4} << 20U;

std::string_view folder_of(const ModelFile& file) {
  const std::string_view path = file.path;
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::vector<Unit> divide(const std::vector<ModelFile>& files) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i != files.size(); ++i) {
    const bool begins = i == 0 || folder_of(files[i]) != folder_of(files[i - 1]) ||
                        units.back().bytes + files[i].size > kUnitBytes;
    if (begins) units.push_back({.first = i, .last = i});
    units.back().last = i + 1;
    units.back().bytes += files[i].size;
  }
  std::stable_sort(units.begin(), units.end(), [](const Unit& left, const Unit& right) {
    return left.bytes > right.bytes;
  });
  return units;
}

}  // namespace

Model scan_tree(const fs::path& tree) {
  Model model;
  std::vector<std::string> folders;
  std::set<std::string> parents;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(tree)) {
    std::string path = entry.path().lexically_relative(tree).string();
    if (entry.is_symlink()) {
      ++model.links;
    } else if (entry.is_directory()) {
      parents.insert(fs::path(path).parent_path().string());
      folders.push_back(std::move(path));
    } else {
      if (entry.path().filename() == "SHA256SUMS.asc") ++model.signatures;
      model.bytes += entry.file_size();
      model.files.push_back({std::move(path), entry.file_size()});
    }
  }
  for (std::string& folder : folders) {
    (parents.contains(folder) ? model.inner_folders : model.leaf_folders)
        .push_back(std::move(folder));
  }
  std::sort(model.files.begin(), model.files.end(), [](const ModelFile& a, const ModelFile& b) {
    const std::string_view in_a = folder_of(a);
    const std::string_view in_b = folder_of(b);
    return in_a != in_b ? in_a < in_b : a.path < b.path;
  });
  model.units = divide(model.files);
  return model;
}

}  // namespace reposbom::bench
