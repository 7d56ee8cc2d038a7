// What a function returns that may wait: a coroutine run by an I/O thread, awaited exactly once.
//
// Includes only the awaitable itself, so that a file that waits costs two seconds to compile and
// not twenty. Parameters of a coroutine are values or pointers to what outlives it, never references.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace base {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace base
