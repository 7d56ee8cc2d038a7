#include "platform/http/gzip.h"

#include <libdeflate.h>

#include <memory>
#include <new>

#include "platform/http/response.h"

namespace http {
namespace {

struct Free {
    void operator()(libdeflate_compressor* compressor) const {
        libdeflate_free_compressor(compressor);
    }
};
using Compressor = std::unique_ptr<libdeflate_compressor, Free>;

Compressor compressor_of(int level) {
    Compressor compressor(libdeflate_alloc_compressor(level));
    if (!compressor) throw std::bad_alloc();
    return compressor;
}

void compress(libdeflate_compressor* compressor, std::string_view text, std::string& out) {
    out.resize(libdeflate_gzip_compress_bound(compressor, text.size()));
    out.resize(
        libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size())
    );
}

}  // namespace

std::string gzip(std::string_view text, int level) {
    std::string out;
    compress(compressor_of(level).get(), text, out);
    return out;
}

void gzip_quickly(std::string_view text, std::string& out) {
    // About 130 KiB a thread that answers; making one takes longer than a small body.
    thread_local const Compressor compressor = compressor_of(1);
    compress(compressor.get(), text, out);
}

}  // namespace http
