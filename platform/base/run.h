// Runs coroutines to their end from a command or a test, on an io_context of their own; and starts one
// beside another.
//
//   auto record = base::run(store.get(&students_table, {id}));
// What the coroutine throws comes out of run(). A coroutine that can never go on (it awaits
// something that nobody will complete) is a std::logic_error, not a hang.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "platform/base/task.h"

namespace base {

void run(Task<> task);

namespace detail {
template <class T>
Task<> keep(Task<T> task, std::optional<T>* result) {
    result->emplace(co_await std::move(task));
}
}  // namespace detail

// Starts a coroutine on the caller's own executor and does not wait for it. What it throws is
// logged: it is for work that deals with its own failures.
[[nodiscard]] Task<> spawn(Task<> task);

template <class T>
T run(Task<T> task) {
    std::optional<T> result;
    run(detail::keep(std::move(task), &result));
    return std::move(*result);
}

// All of them at once, spread over that many threads, each with an io_context of its own as in the
// server. Throws the first exception after all have ended.
void run_together(std::vector<Task<>> tasks, unsigned threads = 2);

}  // namespace base
