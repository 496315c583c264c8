// SPDX-License-Identifier: Apache-2.0
#include "pipeline/trace.h"

#include <utility>

#include "generators/json.h"

namespace reposbom::pipeline {
namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

std::int64_t microseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

std::atomic<Trace*> Trace::current = nullptr;

Trace::Trace() : number_(next_number()) {
  current = this;
}

Trace::~Trace() {
  current = nullptr;
}

void Trace::add(Entry&& entry) {
  thread_local std::uint64_t known = 0;
  thread_local Thread* thread = nullptr;
  if (known != number_) {
    const std::scoped_lock lock(mutex_);
    thread = threads_.emplace_back(std::make_unique<Thread>()).get();
    known = number_;
  }
  thread->spans.push_back(std::move(entry));
}

std::string Trace::json() const {
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("trace");
  json.text("displayTimeUnit", "ms");
  json.begin_list("traceEvents");
  for (std::size_t i = 0; i != threads_.size(); ++i) {
    for (const Entry& span : threads_[i]->spans) {
      json.begin_item();
      json.text("name", span.stage);
      json.text("ph", "X");
      json.number("ts", microseconds(span.start - start_));
      json.number("dur", microseconds(span.end - span.start));
      json.number("pid", 1);
      json.number("tid", static_cast<std::int64_t>(i + 1));
      if (!span.subject.empty()) {
        json.begin_object("args");
        json.text("subject", span.subject);
        json.end_object();
      }
      json.end_item();
    }
  }
  json.end_list();
  json.end_document();
  json.finish();
  return text;
}

Span::Span(std::string_view stage, std::string_view subject)
    : trace_(Trace::current.load(std::memory_order_acquire)) {
  if (trace_ == nullptr) return;
  entry_ = {stage, std::string(subject), Trace::Clock::now(), {}};
}

Span::~Span() {
  if (trace_ == nullptr) return;
  entry_.end = Trace::Clock::now();
  trace_->add(std::move(entry_));
}

}  // namespace reposbom::pipeline
