// multipart/form-data, RFC 7578: what a browser sends for a form with files.
#include "platform/http/multipart.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/http/ascii.h"
#include "platform/http/request.h"

namespace http {
namespace {

constexpr std::size_t part_head_bytes_max = 4096;

[[noreturn]] void malformed() {
    throw base::Error(base::Code::bad_request, "The uploaded form is malformed.");
}

// `; name="value"` parameters, one at a time. Browsers send %22 for a quote inside a name, others a
// backslash before it; both are read.
struct Parameter {
    std::string_view name;
    std::string value;
};

std::optional<Parameter> next_parameter(std::string_view& rest) {
    rest = trim_blanks(rest);
    if (rest.empty()) return std::nullopt;
    if (rest.front() != ';') malformed();
    rest = trim_blanks(rest.substr(1));
    if (rest.empty()) return std::nullopt;
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) malformed();
    Parameter parameter{.name = trim_blanks(rest.substr(0, equals)), .value = {}};
    rest = trim_blanks(rest.substr(equals + 1));
    if (rest.empty() || rest.front() != '"') {
        const std::size_t end = rest.find(';');
        parameter.value = trim_blanks(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
        return parameter;
    }
    std::size_t i = 1;
    while (i < rest.size() && rest[i] != '"') {
        if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
            ++i;
        parameter.value += rest[i];
        ++i;
    }
    if (i >= rest.size()) malformed();
    rest = rest.substr(i + 1);
    return parameter;
}

std::string unescaped(std::string text) {
    static constexpr std::pair<std::string_view, char> escapes[] = {
        {"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}
    };
    for (const auto& [escape, plain] : escapes) {
        std::size_t at = 0;
        while ((at = text.find(escape, at)) != std::string::npos) text.replace(at++, 3, 1, plain);
    }
    return text;
}

std::string boundary_of(std::string_view content_type) {
    const std::size_t semicolon = content_type.find(';');
    if (!same_text(trim_blanks(content_type.substr(0, semicolon)), "multipart/form-data") ||
        semicolon == std::string_view::npos)
        throw base::Error(
            base::Code::unsupported_media, "This needs a form sent as multipart/form-data."
        );
    std::string_view rest = content_type.substr(semicolon);
    while (auto parameter = next_parameter(rest))
        if (same_text(parameter->name, "boundary")) {
            if (parameter->value.empty() || parameter->value.size() > 70) malformed();
            return std::move(parameter->value);
        }
    malformed();
}

Part part_of(std::string_view head) {
    Part part;
    bool named = false;
    if (head.size() > part_head_bytes_max) malformed();
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) malformed();
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim_blanks(line.substr(colon + 1));
        if (same_text(name, "Content-Type")) part.content_type = value;
        if (!same_text(name, "Content-Disposition")) continue;
        const std::size_t semicolon = value.find(';');
        if (named || !same_text(trim_blanks(value.substr(0, semicolon)), "form-data") ||
            semicolon == std::string_view::npos)
            malformed();
        std::string_view rest = value.substr(semicolon);
        while (auto parameter = next_parameter(rest)) {
            if (same_text(parameter->name, "name")) {
                part.name = unescaped(std::move(parameter->value));
                named = true;
            } else if (same_text(parameter->name, "filename")) {
                part.filename = unescaped(std::move(parameter->value));
            }
        }
    }
    if (!named || !base::is_utf8(part.name) || !base::is_utf8(part.filename)) malformed();
    return part;
}

}  // namespace

std::vector<Part> parse_multipart(std::string_view content_type, std::string_view body) {
    const std::string delimiter = "\r\n--" + boundary_of(content_type);
    std::vector<Part> parts;
    // The first delimiter has no line break before it when there is no preamble.
    std::size_t at = 0;
    if (body.starts_with(std::string_view(delimiter).substr(2))) {
        at = delimiter.size() - 2;
    } else {
        const std::size_t first = body.find(delimiter);
        if (first == std::string_view::npos) malformed();
        at = first + delimiter.size();
    }
    while (true) {
        std::string_view rest = body.substr(at);
        if (rest.starts_with("--")) return parts;
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t'))
            rest.remove_prefix(1);
        if (!rest.starts_with("\r\n")) malformed();
        rest.remove_prefix(2);
        if (parts.size() >= multipart_parts_max)
            throw base::Error(base::Code::too_large, "The uploaded form has too many parts.");
        const std::size_t head_end = rest.find("\r\n\r\n");
        if (head_end == std::string_view::npos) malformed();
        Part part = part_of(rest.substr(0, head_end));
        // The delimiter may share the line break that ends an empty body's head.
        const std::size_t start =
            static_cast<std::size_t>(rest.data() - body.data()) + head_end + 4;
        const std::size_t end = body.find(delimiter, start - 2);
        if (end == std::string_view::npos) malformed();
        part.body = end < start ? std::string_view() : body.substr(start, end - start);
        parts.push_back(std::move(part));
        at = end + delimiter.size();
    }
}

std::vector<Part> parse_multipart(Request request) {
    return parse_multipart(request.header("Content-Type"), request.body());
}

MultipartReader::MultipartReader(std::string_view content_type)
    // A line break of ours, as the first delimiter has none when there is no preamble.
    : delimiter_("\r\n--" + boundary_of(content_type)), buffer_("\r\n") {}

void MultipartReader::feed(std::string_view bytes) {
    if (bytes.empty()) ended_ = true;
    buffer_.erase(0, at_);
    at_ = 0;
    buffer_ += bytes;
}

MultipartReader::Event MultipartReader::wait() {
    if (ended_) malformed();
    return Event::more;
}

MultipartReader::Event MultipartReader::next() {
    while (true) {
        std::string_view rest = std::string_view(buffer_).substr(at_);
        if (step_ == Step::body) return read_body();
        if (step_ == Step::over) return Event::end;
        if (step_ == Step::preamble) {
            const std::size_t found = rest.find(delimiter_);
            if (found == std::string_view::npos) {
                at_ += rest.size() - std::min(rest.size(), delimiter_.size() - 1);
                return wait();
            }
            at_ += found + delimiter_.size();
            step_ = Step::delimited;
        } else if (step_ == Step::delimited) {
            if (rest.starts_with("--")) {
                step_ = Step::over;
                continue;
            }
            const std::size_t blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
            if (blanks > part_head_bytes_max) malformed();
            const bool first = rest.size() == 1 && rest.front() == '-';
            rest.remove_prefix(blanks);
            if (first || rest.empty() || rest == "\r") return wait();
            if (!rest.starts_with("\r\n")) malformed();
            if (++parts_ > multipart_parts_max)
                throw base::Error(base::Code::too_large, "The uploaded form has too many parts.");
            at_ += blanks + 2;
            step_ = Step::head;
        } else {
            const std::size_t end = rest.find("\r\n\r\n");
            if (end == std::string_view::npos) {
                if (rest.size() > part_head_bytes_max + 4) malformed();
                return wait();
            }
            part_ = part_of(rest.substr(0, end));
            at_ += end + 2;
            skip_ = 2;
            step_ = Step::body;
            return Event::part;
        }
    }
}

// The delimiter may share the line break that ends an empty body's head.
MultipartReader::Event MultipartReader::read_body() {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const std::size_t found = rest.find(delimiter_);
    const bool all = found != std::string_view::npos;
    const std::size_t known =
        all ? found : rest.size() - std::min(rest.size(), delimiter_.size() - 1);
    if (known > skip_) {
        data_ = rest.substr(skip_, known - skip_);
        skip_ = 0;
        at_ += known;
        return Event::data;
    }
    if (!all) return wait();
    skip_ = 0;
    at_ += found + delimiter_.size();
    step_ = Step::delimited;
    return Event::part_end;
}

}  // namespace http
