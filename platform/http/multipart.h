// Reads multipart/form-data (RFC 7578) as it comes, so that a file in it need not fit into memory.
//
//   MultipartReader reader(request.header("Content-Type"));
//   while (true) switch (reader.next()) {
//       case MultipartReader::Event::more: reader.feed(co_await request.read()); …
//       case MultipartReader::Event::part: …reader.part() says its name; data and part_end follow
// Pure. Throws base::Error as parse_multipart does: 415 when it is no such form, 400 when malformed, 413
// for too many parts. It keeps at most one part's head or one delimiter beside the piece it was fed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/http/request.h"

namespace http {

class MultipartReader {
  public:
    enum class Event : std::uint8_t {
        more,      // feed() it; "" says that the body has ended
        part,      // part() is another one
        data,      // data() are bytes of it
        part_end,  // it is complete
        end,       // of the form
    };
    explicit MultipartReader(std::string_view content_type);
    void feed(std::string_view bytes);
    [[nodiscard]] Event next();
    [[nodiscard]] const Part& part() const { return part_; }  // its body is always ""
    // Valid until the next call.
    [[nodiscard]] std::string_view data() const { return data_; }

  private:
    enum class Step : std::uint8_t { preamble, delimited, head, body, over };
    [[nodiscard]] Event wait();
    [[nodiscard]] Event read_body();

    std::string delimiter_;
    std::string buffer_;
    std::size_t at_ = 0;  // what is before it was given
    Step step_ = Step::preamble;
    bool ended_ = false;
    std::size_t parts_ = 0;
    std::size_t skip_ = 0;  // bytes of the head's end that may be the delimiter's start
    Part part_;
    std::string_view data_;
};

}  // namespace http
