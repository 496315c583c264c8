// SPDX-License-Identifier: Apache-2.0
#include "companion/downloads.h"

#include <algorithm>
#include <new>
#include <utility>

#include "companion/source.h"

namespace reposbom::companion {
namespace {

using metadata::FetchResult;
using Clock = std::chrono::steady_clock;
using State = FetchResult::State;
using std::chrono::milliseconds;

void require(CURLMcode code) {
  if (code != CURLM_OK) throw Error(Cause::Usage, "libcurl", curl_multi_strerror(code));
}

// Whether the whole server may be down, and not one file.
bool is_of_server(long status) {
  return status == 0 || status == 429 || (status >= 502 && status <= 504);
}

// Whether no other file of the server can be had either.
bool is_about_server(const FetchResult& result, long status) {
  return result.state == State::Refused &&
         (result.is_about_us || result.cause == Cause::Usage || status == 0);
}

}  // namespace

// A place for one file at a time. The file keeps it while it waits to be asked for again, so that a
// server in trouble is not asked for more and more.
struct Downloads::Slot {
  enum class Use { Idle, Running, Waiting };

  Download download = {};
  CURL* easy = nullptr;  // While it runs.
  Use use = Use::Idle;
  std::size_t index = 0;
  unsigned failures = 0;
  std::size_t answers_before = 0;  // From the server, when this file failed first.
  Clock::time_point due = {};
};

// One call of run(). No handle stays with the multi handle after it, whatever is thrown.
class Downloads::Flight {
 public:
  Flight(Downloads& owner, std::size_t count, const Choose& choose, const Take& take)
      : owner_(owner), count_(count), choose_(choose), take_(take) {}
  ~Flight();
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  void run();

 private:
  void start();
  void start(Slot& slot);
  bool settle();
  void settle(Slot& slot, CURLcode code);
  bool try_again(Slot& slot, const FetchResult& result);
  void give_up(const Slot& slot, const FetchResult& result) const;
  milliseconds wait_for(unsigned failures);
  int poll_time() const;

  Downloads& owner_;
  const std::size_t count_;
  const Choose& choose_;
  const Take& take_;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
  std::size_t answers_ = 0;
};

Downloads::Flight::~Flight() {
  for (const auto& slot : owner_.slots_) {
    if (slot->use == Slot::Use::Running) {
      curl_multi_remove_handle(owner_.multi_.get(), slot->easy);
    }
    slot->use = Slot::Use::Idle;
  }
}

void Downloads::Flight::run() {
  const auto& stop = owner_.options_.stop;
  while (ended_ != count_) {
    if (stop && stop()) throw Error(Cause::Interrupted, owner_.name_, "interrupted");
    start();
    int running = 0;
    require(curl_multi_perform(owner_.multi_.get(), &running));
    if (settle()) continue;  // There is room for others.
    require(curl_multi_poll(owner_.multi_.get(), nullptr, 0, poll_time(), nullptr));
  }
}

int Downloads::Flight::poll_time() const {
  milliseconds time = owner_.options_.tick;
  const auto now = Clock::now();
  for (const auto& slot : owner_.slots_) {
    if (slot->use != Slot::Use::Waiting) continue;
    const auto left = std::chrono::ceil<milliseconds>(slot->due - now);
    time = std::clamp(left, milliseconds(0), time);
  }
  return static_cast<int>(time.count());
}

void Downloads::Flight::start() {
  const auto now = Clock::now();
  auto& slots = owner_.slots_;
  for (std::size_t i = 0; i != owner_.pace_.in_flight; ++i) {
    if (i == slots.size()) {
      if (begun_ == count_) return;
      slots.push_back(std::make_unique<Slot>());
    }
    Slot& slot = *slots[i];
    if (slot.use == Slot::Use::Waiting && slot.due <= now) start(slot);
    if (slot.use != Slot::Use::Idle || begun_ == count_) continue;
    slot.index = begun_++;
    slot.failures = 0;
    slot.download.begin(choose_(slot.index));
    start(slot);
  }
}

void Downloads::Flight::start(Slot& slot) {
  slot.easy = slot.download.prepare(owner_.options_);
  require(curl_multi_add_handle(owner_.multi_.get(), slot.easy));
  slot.use = Slot::Use::Running;
}

// Whether any transfer has ended.
bool Downloads::Flight::settle() {
  bool is_any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(owner_.multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;  // `message` does not outlive the next call.
    const auto slot = std::ranges::find(owner_.slots_, easy, [](const auto& one) {
      return one->use == Slot::Use::Running ? one->easy : nullptr;
    });
    if (slot == owner_.slots_.end()) continue;
    settle(**slot, code);
    is_any = true;
  }
  return is_any;
}

void Downloads::Flight::settle(Slot& slot, CURLcode code) {
  require(curl_multi_remove_handle(owner_.multi_.get(), slot.easy));
  slot.use = Slot::Use::Idle;
  const FetchResult result = slot.download.judge(code, owner_.options_);
  const long status = slot.download.status();
  if (is_about_server(result, status)) give_up(slot, result);
  if (result.state == State::Failed && try_again(slot, result)) return;
  if (result.state != State::Failed) ++answers_;
  if (result.state == State::Failed && is_of_server(status) && answers_ == slot.answers_before) {
    give_up(slot, result);
  }
  ++ended_;
  take_(slot.index, slot.download.deliver(result));
}

bool Downloads::Flight::try_again(Slot& slot, const FetchResult& result) {
  if (slot.failures == 0) slot.answers_before = answers_;
  if (slot.failures == owner_.options_.retries) return false;
  if (result.retry_after > owner_.pace_.longest_wait) return false;
  ++slot.failures;
  const milliseconds wait = std::max<milliseconds>(wait_for(slot.failures), result.retry_after);
  slot.due = Clock::now() + wait;
  slot.use = Slot::Use::Waiting;
  return true;
}

// Doubled each time, less up to a half of it: files that failed together do not come back together.
milliseconds Downloads::Flight::wait_for(unsigned failures) {
  milliseconds wait = owner_.pace_.first_wait;
  for (unsigned i = 1; i < failures && wait < owner_.pace_.longest_wait; ++i)
    wait *= 2;
  wait = std::min(wait, owner_.pace_.longest_wait);
  std::uniform_int_distribution<milliseconds::rep> less(0, wait.count() / 2);
  return wait - milliseconds(less(owner_.random_));
}

void Downloads::Flight::give_up(const Slot& slot, const FetchResult& result) const {
  if (result.is_about_us) throw Refused(owner_.name_, result.message);
  std::string message = result.message;
  if (result.state == State::Failed && slot.failures > 0) {
    message += " (asked " + std::to_string(slot.failures + 1) + " times)";
  }
  throw Error(result.cause, owner_.name_, message);
}

Downloads::Downloads(
    std::string name, metadata::NetworkOptions options, std::size_t connections, Pace pace)
    : name_(std::move(name)),
      options_(std::move(options)),
      pace_(pace),
      random_(std::random_device()()) {
  metadata::start_libcurl();
  multi_.reset(curl_multi_init());
  if (multi_ == nullptr) throw std::bad_alloc();
  const auto most = static_cast<long>(connections);
  CURLM* const multi = multi_.get();
  require(curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX));
  require(curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, most));
  require(curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, most));
}

Downloads::~Downloads() = default;

void Downloads::run(std::size_t count, const Choose& choose, const Take& take) {
  Flight(*this, count, choose, take).run();
}

}  // namespace reposbom::companion
