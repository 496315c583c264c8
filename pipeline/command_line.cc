// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "metadata/error.h"
#include "pipeline/command_table.h"
#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

// Boost's own default would also take "--for" for "--force".
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

constexpr std::int64_t kEndOf9999 = 253402300799;

po::options_description describe_options(const CommandRow& row) {
  po::options_description known;
  for (const Option& option : row.options) {
    std::string names(option.name);
    if (option.letter != 0) names += std::string(",") + option.letter;
    if (option.value.empty()) {
      known.add_options()(names.c_str(), "");
    } else {
      known.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return known;
}

[[noreturn]] void fail_unknown(const CommandRow& row, const std::string& name) {
  std::vector<std::string> known;
  for (const Option& option : row.options)
    known.push_back("--" + std::string(option.name));
  known.emplace_back("--help");
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto meant = nearest(name, views);
  fail_usage(
      row.name,
      "unknown option " + in_quotes(name) +
          (meant ? "; did you mean " + in_quotes(*meant) + "?" : std::string()));
}

[[noreturn]] void fail_syntax(
    const CommandRow& row, const po::invalid_command_line_syntax& problem) {
  switch (problem.kind()) {
    case po::invalid_syntax::missing_parameter:
      fail_usage(row.name, problem.get_option_name() + " needs a value");
    case po::invalid_syntax::empty_adjacent_parameter:
      fail_usage(row.name, problem.get_option_name() + " must not be empty");
    case po::invalid_syntax::extra_parameter:
      fail_usage(row.name, problem.get_option_name() + " takes no value");
    default:  // Boost's own words for what this style has no case of.
      fail_usage(row.name, problem.what());
  }
}

std::vector<po::option> read_words(const CommandRow& row, const Words& words) {
  const po::options_description known = describe_options(row);
  try {
    return po::command_line_parser(words).options(known).style(kStyle).run().options;
  } catch (const po::unknown_option& problem) {
    fail_unknown(row, problem.get_option_name());
  } catch (const po::invalid_command_line_syntax& problem) {
    fail_syntax(row, problem);
  } catch (const po::error& problem) {
    fail_usage(row.name, problem.what());
  }
}

void check_values(const CommandRow& row, const Option& option, const Words& values) {
  if (option.value.empty()) return;
  const std::string name(option.name);
  if (values.size() > 1 && !option.repeatable)
    fail_usage(row.name, "--" + name + " is given twice");
  if (std::find(values.begin(), values.end(), "") != values.end()) {
    fail_usage(row.name, "--" + name + " must not be empty");
  }
}

void check_options(const CommandRow& row, const Arguments& arguments) {
  for (const Option& option : row.options) {
    const std::string name(option.name);
    const auto given = arguments.options.find(name);
    if (given != arguments.options.end()) {
      check_values(row, option, given->second);
    } else if (option.required) {
      fail_usage(row.name, "--" + name + " is missing");
    }
  }
}

void check_operands(const CommandRow& row, const Words& operands) {
  if (operands.size() < row.min_operands) {
    fail_usage(
        row.name, std::string(row.operands.substr(0, row.operands.find("..."))) + " is missing");
  }
  if (operands.size() > row.max_operands) {
    fail_usage(row.name, "unexpected argument " + in_quotes(operands[row.max_operands]));
  }
  if (std::find(operands.begin(), operands.end(), "") != operands.end()) {
    fail_usage(row.name, "an argument is empty");
  }
}

Arguments read_arguments(const CommandRow& row, const Words& words) {
  Arguments arguments{.command = std::string(row.name)};
  for (const po::option& read : read_words(row, words)) {
    if (read.string_key.empty()) {
      arguments.operands.insert(arguments.operands.end(), read.value.begin(), read.value.end());
      continue;
    }
    Words& values = arguments.options[read.string_key];
    values.push_back(read.value.empty() ? "" : read.value.front());
  }
  check_options(row, arguments);
  check_operands(row, arguments.operands);
  return arguments;
}

bool asks_for_help(const Words& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(
      words.begin(), end, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
  Words words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) fail_usage({}, "no command");
  const std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version" || first == "-V") return VersionCommand{};
  if (first == "help" || first == "--help" || first == "-h") {
    return HelpCommand{help(words.empty() || asks_for_help(words) ? "" : words.front())};
  }
  if (first.starts_with('-')) {
    fail_usage({}, "unknown option " + in_quotes(first) + "; a command must come first");
  }
  const CommandRow& row = command_named(first);
  if (asks_for_help(words)) return HelpCommand{help(row.name)};
  return row.make(read_arguments(row, words));
}

std::optional<std::int64_t> source_date_epoch() {
  const char* const set = std::getenv("SOURCE_DATE_EPOCH");
  const std::string_view text = set == nullptr ? "" : set;
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || seconds < 0 || seconds > kEndOf9999) {
    throw Error(
        Cause::Usage,
        "SOURCE_DATE_EPOCH",
        "must be seconds since 1970, up to the year 9999, not " + in_quotes(text));
  }
  return seconds;
}

}  // namespace reposbom::pipeline
