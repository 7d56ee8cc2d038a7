// Which I/O thread this is. Services keep data a thread (caches, counters) indexed by it.
#pragma once

namespace http {

inline constexpr unsigned no_thread = ~0U;
// From 0 to Server::threads() - 1 on the threads of a server; no_thread on any other.
[[nodiscard]] unsigned current_thread();

}  // namespace http
