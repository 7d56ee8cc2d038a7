// The TLS context of the server: TLS 1.2 and later, HTTP/1.1 by ALPN, read from two PEM files.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace http {

// Throws base::Error with a sentence that names the file at fault.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_tls(
    const std::string& certificate_file, const std::string& key_file
);

}  // namespace http
