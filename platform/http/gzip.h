// Compression of answers while a request waits: libdeflate's level 1.
#pragma once

#include <string>
#include <string_view>

namespace http {

// Replaces `out`. The compressor is the thread's own and is kept.
void gzip_quickly(std::string_view text, std::string& out);

inline constexpr std::size_t gzip_bytes_min = 1024;  // below this, compressing does not pay

}  // namespace http
