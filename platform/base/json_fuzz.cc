// Any bytes: what parses is written and parsed again to the same value, by both parsers, and peek()
// agrees with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)json::peek(text, "a");
    const auto value = json::parse(text);
    if (!value) {
        if (value.error().message.empty()) std::abort();
        return 0;
    }
    const std::string written = json::write(*value);
    const auto again = json::parse(written);
    if (!again || !(*again == *value)) std::abort();
    if (const json::Object* object = value->object()) {
        if (!(json::parse_stored(written) == *object)) std::abort();
        for (const auto& [name, member] : *object)
            if (const auto found = json::peek(written, name))
                if (member.string() == nullptr || *member.string() != *found) std::abort();
    }
    return 0;
}
