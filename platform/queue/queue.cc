#include "platform/queue/queue.h"

#include <algorithm>
#include <cstring>

#include "platform/base/random.h"

namespace queue {

std::int64_t delay_after(const Retry& retry, int tries) {
    constexpr int doublings_max = 30;
    const std::int64_t whole =
        std::min(retry.most_ms, retry.first_ms << std::clamp(tries - 1, 0, doublings_max));
    // Those that failed together are not to come again together.
    std::uint32_t random = 0;
    std::memcpy(&random, base::random_bytes(sizeof random).data(), sizeof random);
    return whole - static_cast<std::int64_t>(random % static_cast<std::uint64_t>(whole / 2 + 1));
}

}  // namespace queue
