// What a function returns that may wait: a coroutine run by an I/O thread, awaited exactly once.
//
// Includes only the awaitable itself, so that a file that waits costs two seconds to compile and
// not twenty. Parameters of a coroutine are values or pointers to what outlives it, never
// references.
#pragma once

#include <boost/asio/awaitable.hpp>

// g++ 12 takes Asio's own operator new and delete of a coroutine's frame for a mismatched pair once
// both are inlined, at the end of the coroutine: a false alarm, so off for whoever includes this.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace base {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace base
