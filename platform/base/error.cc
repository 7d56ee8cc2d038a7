#include "platform/base/error.h"

namespace base {

Error Error::invalid(FieldErrors fields) {
    std::string shown = fields.size() == 1
                            ? fields.front().message
                            : std::to_string(fields.size()) + " fields need attention.";
    Error error(Code::invalid, std::move(shown));
    error.fields = std::move(fields);
    return error;
}

Error Error::invalid(std::string field, std::string message) {
    FieldErrors fields;
    fields.push_back({.field = std::move(field), .message = std::move(message)});
    return invalid(std::move(fields));
}

}  // namespace base
