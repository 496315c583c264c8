// SPDX-License-Identifier: Apache-2.0
//
// A loop over independent things on every core. Beside batch.cc the only place
// that includes oneTBB.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>

namespace reposbom::pipeline {

// Calls `body` with 0 to count - 1, in any order and several at once. What is thrown is what the
// lowest index throws, as in a plain loop; some of those after it may have been done all the same.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

// Does several things at once. What is thrown is what the first of them in the list throws.
void in_parallel(std::initializer_list<std::function<void()>> things);

// As parallel_for, with so many threads of their own, for bodies that mostly wait for others.
void parallel_wait(
    std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body);

// Runs `work`, in which all parallel work uses that many threads; 0: as many as there are cores.
void with_threads(std::size_t threads, const std::function<void()>& work);

// How many threads parallel work may use here.
std::size_t thread_count();

}  // namespace reposbom::pipeline
