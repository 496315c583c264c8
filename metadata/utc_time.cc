// SPDX-License-Identifier: Apache-2.0
#include "metadata/utc_time.h"

#include <algorithm>
#include <chrono>

namespace reposbom::metadata {
namespace {

constexpr std::int64_t kEndOf9999 = 253402300799;

void append_number(std::string& out, unsigned value, std::size_t digits) {
  for (std::size_t i = 0; i != digits; ++i)
    out += '0';
  for (std::size_t at = out.size(); digits != 0; --digits, value /= 10) {
    out[--at] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

std::string utc_time(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kEndOf9999))};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::string text;
  text.reserve(20);
  append_number(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  append_number(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_number(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_number(text, static_cast<unsigned>(clock.hours().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(clock.minutes().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(clock.seconds().count()), 2);
  text += 'Z';
  return text;
}

}  // namespace reposbom::metadata
