// Turns files into one small source file that includes their bytes by the assembler, so that
// megabytes compile at once: embed_assets_tool FUNCTION FOLDER OUT FILE...
//
// Writes OUT.cc, and OUT/<number>.gz for what shrinks by compression.
#include <libdeflate.h>
#include <openssl/sha.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

namespace {

constexpr int best_level = 12;
constexpr std::size_t hash_digits = 16;

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::cerr << path << " can't be read\n";
        std::exit(1);
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string hash_of(const std::string& bytes) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < hash_digits / 2; ++i) {
        text += digits[digest[i] >> 4U];
        text += digits[digest[i] & 15U];
    }
    return text;
}

std::string gzip(const std::string& bytes) {
    const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
        libdeflate_alloc_compressor(best_level), libdeflate_free_compressor
    );
    std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
    out.resize(libdeflate_gzip_compress(
        compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()
    ));
    return out;
}

// The bytes of a file under a symbol, and its end under another.
void include(std::string& out, const std::string& symbol, const std::string& path) {
    out += "    \".global " + symbol + "\\n" + symbol + ":\\n\"\n";
    out += "    \".incbin \\\"" + path + "\\\"\\n\"\n";
    out += "    \".global " + symbol + "_end\\n" + symbol + "_end:\\n.byte 0\\n\"\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return 1;
    const std::string function = arguments[1];
    const std::filesystem::path folder = arguments[2];
    const std::string out = arguments[3];
    std::string bytes_part = "asm(\n    \".section .rodata\\n\"\n";
    std::string symbols_part;
    std::string rows_part;
    for (int i = 4; i < count; ++i) {
        const std::string bytes = read(arguments[i]);
        const std::string name = std::filesystem::relative(arguments[i], folder).generic_string();
        const std::string symbol = "embedded_" + function + "_" + std::to_string(i - 4);
        const std::string small = gzip(bytes);
        const bool shrinks = small.size() < bytes.size() - bytes.size() / 10;
        include(bytes_part, symbol, arguments[i]);
        symbols_part += "extern const char " + symbol + "[], " + symbol + "_end[];\n";
        std::string row = "    {\"" + name + "\", bytes(" + symbol + ", " + symbol + "_end), ";
        if (shrinks) {
            const std::string path = out + "/" + std::to_string(i - 4) + ".gz";
            std::ofstream(path, std::ios::binary) << small;
            include(bytes_part, symbol + "_gzip", path);
            symbols_part += "extern const char " + symbol + "_gzip[], " + symbol + "_gzip_end[];\n";
            row += "bytes(" + symbol + "_gzip, " + symbol + "_gzip_end), ";
        } else {
            row += "{}, ";
        }
        rows_part += row + "\"" + hash_of(bytes) + "\"},\n";
    }
    bytes_part += "    \".previous\\n\");\n\n";
    std::ofstream file(out + ".cc", std::ios::binary);
    file << "// Made by cmake/embed_assets.cc.\n#include <vector>\n\n"
            "#include \"platform/http/static_files.h\"\n\n"
         << bytes_part << "extern \"C\" {\n"
         << symbols_part << "}\n\n"
         << "std::span<const http::Asset> " << function << "();\n"
         << "std::span<const http::Asset> " << function << "() {\n"
         << "    const auto bytes = [](const char* from, const char* to) {\n"
            "        return std::string_view(from, static_cast<std::size_t>(to - from));\n    };\n"
            "    static const std::vector<http::Asset> assets{\n"
         << rows_part << "    };\n    return assets;\n}\n";
    return file ? 0 : 1;
}
