// Puts objects until it is killed, and says on standard output what was acknowledged.
//   object_crash_fixture <directory>
// The object "<n % 20>/<n % 3>" gets bytes that all are the letter of n; a line "<n>" follows.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "platform/base/run.h"
#include "platform/object/file_objects.h"

namespace {

base::Task<> puts(object::FileObjects* objects) {
    for (int number = 0;; ++number) {
        std::string key = std::to_string(number % 20) + "/" + std::to_string(number % 3);
        std::string bytes(30'000, static_cast<char>('a' + number % 26));
        std::string type = "text/plain";
        if (number % 5 == 4) {
            (void)co_await objects->remove(std::move(key));
        } else {
            (void)co_await objects->put(std::move(key), std::move(bytes), std::move(type));
        }
        const std::string line = std::to_string(number) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const base::SystemClock clock;
    base::Pool pool(2);
    object::FileObjects objects(arguments[1], "secret", pool, clock);
    base::run(puts(&objects));
    return 0;
}
