// SPDX-License-Identifier: Apache-2.0
#include "pipeline/trace.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "generators/json_reader.h"
#include "pipeline/parallel.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::JsonObject;
using reposbom::generators::read_json;

namespace {

struct Event {
  std::string stage = {};
  std::string subject = {};
  std::int64_t start = 0;
  std::int64_t duration = 0;
  std::int64_t thread = 0;
};

std::vector<Event> events_of(const std::string& json) {
  std::vector<Event> events;
  read_json(json, "trace", [&](const JsonObject& trace) {
    trace.each("traceEvents", [&](const JsonObject& object) {
      CHECK(object.text("ph") == "X");
      Event event{
          object.text("name"), "", object.number("ts"), object.number("dur"), object.number("tid")};
      object.object("args", [&](const JsonObject& args) { event.subject = args.text("subject"); });
      events.push_back(event);
    });
  });
  return events;
}

}  // namespace

TEST_CASE("a Trace keeps the spans that end while it lives, inner ones within outer ones") {
  { const Span before("before"); }
  std::optional<Trace> trace(std::in_place);
  {
    const Span outer("outer", "a \"build\"");
    const Span inner("inner");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const std::vector<Event> events = events_of(trace->json());
  REQUIRE(events.size() == 2);
  CHECK(events[0].stage == "inner");
  CHECK(events[0].subject.empty());
  CHECK(events[1].stage == "outer");
  CHECK(events[1].subject == "a \"build\"");
  CHECK(events[0].start >= events[1].start);
  CHECK(events[0].duration >= 2000);
  CHECK(events[0].duration <= events[1].duration);
  trace.reset();
  { const Span after("after"); }
  trace.emplace();
  CHECK(events_of(trace->json()).empty());
}

TEST_CASE("a Trace tells threads apart, also where an earlier Trace knew them") {
  for (int round = 0; round != 2; ++round) {
    const Trace trace;
    const auto work = [](const char* name) {
      for (int i = 0; i != 100; ++i)
        const Span span(name);
    };
    std::thread other(work, "other");
    work("own");
    other.join();
    std::map<std::string, std::set<std::int64_t>> threads;
    for (const Event& event : events_of(trace.json()))
      threads[event.stage].insert(event.thread);
    CHECK(threads.at("own").size() == 1);
    CHECK(threads.at("other").size() == 1);
    CHECK(threads.at("own") != threads.at("other"));
  }
}

TEST_CASE("a run has a span for every stage, and for every format of every document") {
  TinyRun run;
  run.repository.write(two_builds());
  const Trace trace;
  run.build();
  std::map<std::string, std::size_t> counts;
  for (const Event& event : events_of(trace.json()))
    ++counts[event.stage == "render" ? event.subject : event.stage];
  for (const char* stage : {"read", "join", "resolve", "plan", "publish", "reports"}) {
    CAPTURE(stage);
    CHECK(counts[stage] >= 1);
  }
  for (const char* stage : {"set", "hash", "sign", "write set"}) {
    CAPTURE(stage);
    CHECK(counts[stage] == 2);
  }
  for (const char* stage : {"describe", "spdx-json", "cyclonedx-json"}) {
    CAPTURE(stage);
    CHECK(counts[stage] == 5);
  }
  CHECK(counts["write run"] == 2 + 5);  // Of the release, and the reports and indexes.
}
