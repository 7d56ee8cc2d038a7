#include "platform/http/executor.h"

#include "platform/http/worker.h"

namespace http {
namespace {
thread_local unsigned this_thread = no_thread;
}  // namespace

unsigned current_thread() { return this_thread; }
void set_current_thread(unsigned number) { this_thread = number; }

}  // namespace http
