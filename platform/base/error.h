// The one exception that ends a request or a command, with a cause that a person can act on.
//
// `shown` goes to the client, `detail` only to the log; neither holds a secret, and `detail` no
// personal data. Absent records, refused conditions and bad input are values, not errors: see
// table.h and schema.h. One place catches it: http/connection.cc (or main.cc for commands).
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace base {

// Each value is the HTTP status that the code becomes.
enum class Code : std::uint16_t {
    bad_request = 400,
    unauthenticated = 401,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    not_acceptable = 406,
    timeout = 408,
    conflict = 409,
    precondition_failed = 412,
    too_large = 413,
    target_too_long = 414,
    unsupported_media = 415,
    range_not_satisfiable = 416,
    invalid = 422,
    precondition_required = 428,
    too_many = 429,
    headers_too_large = 431,
    internal = 500,
    not_implemented = 501,
    unavailable = 503,
    storage_full = 507,
};

// One thing wrong with one field of the input, in words that say what to do.
struct FieldError {
    std::string field;
    std::string message;
    bool operator==(const FieldError&) const = default;
};
using FieldErrors = std::vector<FieldError>;

class Error : public std::exception {
  public:
    Error(Code what, std::string shown_text, std::string detail_text = {})
        : code(what), shown(std::move(shown_text)), detail(std::move(detail_text)) {}

    static Error invalid(FieldErrors fields);  // 422, lists each field
    static Error invalid(std::string field, std::string message);
    static Error not_found(std::string shown) { return {Code::not_found, std::move(shown)}; }
    static Error conflict(std::string shown) { return {Code::conflict, std::move(shown)}; }

    [[nodiscard]] const char* what() const noexcept override { return shown.c_str(); }

    Code code;
    std::string shown;
    std::string detail;
    FieldErrors fields;
    // Members added to the problem document, such as {"existing", "<id>"} or {"attendance", "12"}.
    std::vector<std::pair<std::string, std::string>> facts;
    std::uint32_t retry_after_s = 0;  // 0: no Retry-After header
};

}  // namespace base
