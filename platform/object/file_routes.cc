#include "platform/object/file_routes.h"

#include <algorithm>
#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "platform/base/error.h"
#include "platform/http/multipart.h"
#include "platform/http/negotiate.h"
#include "platform/object/key.h"

namespace object {
namespace {

constexpr std::size_t form_bytes_max = 64 * 1024;  // of a form beside its file
constexpr std::size_t field_bytes_max = 8 * 1024;
constexpr std::size_t piece_bytes = 256 * 1024;

// What is answered under its own name; the rest is bytes.
constexpr std::array known_types = {
    std::string_view("image/jpeg"),      std::string_view("image/png"),
    std::string_view("image/webp"),      std::string_view("image/gif"),
    std::string_view("image/heic"),      std::string_view("application/pdf"),
    std::string_view("application/zip"), std::string_view("application/json"),
    std::string_view("text/csv"),        std::string_view("text/plain"),
};
constexpr std::size_t shown_types = 6;  // the first of them

struct Kind {
    std::string_view type = "application/octet-stream";
    bool may_be_shown = false;
};
Kind kind_of(std::string_view type) {
    type = type.substr(0, type.find(';'));
    const auto* const found = std::ranges::find(known_types, type);
    if (found == known_types.end()) return {};
    return {
        .type = *found, .may_be_shown = found - known_types.begin() < std::ptrdiff_t{shown_types}
    };
}

base::Error not_valid() {
    return {base::Code::forbidden, "This address is not valid, or no longer. Open the page again."};
}

std::string last_part(std::string_view key) {
    return std::string(key.substr(key.rfind('/') + 1));  // all of it without a slash
}

// A browser's reader of PDF does not run in a sandboxed page; it has no scripts of the page's either.
std::string_view policy_for(std::string_view type) {
    return type == "application/pdf"
               ? "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
               : "default-src 'none'; frame-ancestors 'self'; sandbox";
}

// Reads the object while it is sent.
struct Sending {
    base::Pool& pool;
    OpenObject object;
    Range left;
};
base::Task<std::string> next_piece(std::shared_ptr<Sending> sending) {
    if (sending->left.count == 0) co_return std::string();
    std::string piece = co_await sending->pool.run([&] {
        return sending->object.read(
            {.first = sending->left.first,
             .count = std::min<std::uint64_t>(sending->left.count, piece_bytes)}
        );
    });
    sending->left.first += piece.size();
    sending->left.count -= piece.size();
    co_return piece;
}

// A form on its way in.
struct Form {
    std::string key, type, policy, signature;
    std::string ignored;
    std::size_t field_bytes = 0;

    std::string& field(std::string_view name) {
        if (name == "key") return key;
        if (name == "Content-Type") return type;
        if (name == "policy") return policy;
        if (name == "signature") return signature;
        ignored.clear();
        return ignored;
    }
};

struct Receiving {
    FileObjects& objects;
    std::size_t bytes_max;
    http::Request request;
    http::MultipartReader reader;
    Form form;
    std::optional<Signing::Policy> policy = {};  // once the file begins
    std::unique_ptr<Upload> upload = {};
    std::string piece = {};
};

void check_form(Receiving* receiving) {
    const Form& form = receiving->form;
    auto policy = receiving->objects.signing().policy_of(
        form.policy, form.signature, receiving->objects.clock().now_ms()
    );
    if (!policy) throw base::Error(base::Code::forbidden, std::move(policy.error()));
    if (policy->key != form.key)
        throw base::Error(base::Code::forbidden, "This upload was agreed on for another object.");
    if (policy->type != form.type)
        throw base::Error::invalid("Content-Type", "Only " + policy->type + " was agreed on.");
    policy->bytes_max = std::min(policy->bytes_max, receiving->bytes_max);
    receiving->policy = std::move(*policy);
}

base::Task<> flush(Receiving* receiving) {
    const std::string bytes = std::exchange(receiving->piece, {});
    co_await receiving->objects.pool().run([&] {
        if (!receiving->upload) receiving->upload = receiving->objects.begin_upload();
        receiving->upload->append(bytes);
    });
}

base::Task<> take_data(Receiving* receiving, std::string* field) {
    const std::string_view data = receiving->reader.data();
    if (field != nullptr) {
        receiving->form.field_bytes += data.size();
        if (receiving->form.field_bytes > field_bytes_max)
            throw base::Error(base::Code::too_large, "The fields before the file are too long.");
        *field += data;
        co_return;
    }
    const std::size_t before =
        receiving->piece.size() + (receiving->upload ? receiving->upload->size() : 0);
    if (before + data.size() > receiving->policy->bytes_max)
        throw base::Error(
            base::Code::too_large, "The file is too large: at most " +
                                       std::to_string(receiving->policy->bytes_max) +
                                       " bytes were agreed on."
        );
    receiving->piece += data;
    if (receiving->piece.size() >= piece_bytes) co_await flush(receiving);
}

// Up to the end of the form; what follows the file is of no use.
base::Task<> receive(Receiving* receiving) {
    using Event = http::MultipartReader::Event;
    std::string* field = nullptr;
    bool in_file = false;
    bool had_file = false;
    while (true) {
        const Event event = receiving->reader.next();
        if (event == Event::end) break;
        if (event == Event::more) {
            const std::string_view bytes = co_await receiving->request.read();
            receiving->reader.feed(bytes);
        } else if (event == Event::part) {
            in_file = !had_file && receiving->reader.part().name == "file";
            if (in_file) check_form(receiving);
            had_file = had_file || in_file;
            field = in_file ? nullptr : &receiving->form.field(receiving->reader.part().name);
        } else if (event == Event::data) {
            co_await take_data(receiving, field);
        }
    }
    if (!had_file || (receiving->piece.empty() && !receiving->upload))
        throw base::Error::invalid("file", "Choose a file that is not empty.");
    if (!receiving->piece.empty()) co_await flush(receiving);
}

}  // namespace

std::string content_disposition(bool shown, std::string_view name) {
    std::string ascii;
    for (const char c : name) {
        const bool plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%' && c != '/';
        ascii += plain ? c : '_';
    }
    return std::string(shown ? "inline" : "attachment") + "; filename=\"" + ascii +
           "\"; filename*=UTF-8''" + http::percent_encode(name);
}

void FileRoutes::add_to(http::Router& router) {
    std::string pattern(objects_path);
    for (std::size_t depth = 1; depth <= key_segments_max; ++depth) {
        pattern += "/{part" + std::to_string(depth) + "}";
        router.add(http::Method::get, pattern, [this](http::Request request) {
            return get(request);
        });
    }
    router.add(
        http::Method::post, std::string(objects_path),
        [this](http::Request request) { return post(request); },
        {.body_bytes_max = options_.bytes_max + form_bytes_max,
         .request_seconds_max = options_.upload_seconds_max,
         .streamed = true}
    );
}

base::Task<http::Response> FileRoutes::get(http::Request request) {
    const std::string key(request.path().substr(objects_path.size() + 1));
    const Signing::Asked asked{
        .expires = request.query("expires").value_or(""),
        .name = request.query("name").value_or(""),
        .shown = request.query("shown").value_or(""),
        .signature = request.query("signature").value_or(""),
    };
    const auto link = objects_.signing().accepts(key, asked, objects_.clock().now_ms());
    if (!link) throw not_valid();
    auto object = co_await objects_.pool().run([&] { return objects_.open(key); });
    if (!object) throw base::Error::not_found("The file is not there any more.");

    const Kind kind = kind_of(object->head.type);
    http::Response response;
    response.content_type = kind.type;
    response.etag = "\"" + object->head.etag + "\"";
    response.compress = false;
    const std::string name = link->download_name.empty() ? last_part(key) : link->download_name;
    response.headers.emplace_back(
        "Content-Disposition", content_disposition(link->shown && kind.may_be_shown, name)
    );
    response.headers.emplace_back("Content-Security-Policy", std::string(policy_for(kind.type)));
    response.headers.emplace_back("Accept-Ranges", "bytes");

    Range whole{.first = 0, .count = object->head.size};
    const std::string_view condition = request.header("If-Range");
    std::optional<http::ByteRange> asked_range;
    if (request.method() == http::Method::get && (condition.empty() || condition == response.etag))
        asked_range = http::parse_range(request.header("Range"), whole.count);
    if (asked_range && http::etag_matches(request.header("If-None-Match"), response.etag))
        asked_range.reset();  // 304
    if (asked_range) {
        const std::string of = "/" + std::to_string(whole.count);
        whole = {.first = asked_range->first, .count = asked_range->count};
        response.status = whole.count == 0 ? 416 : 206;
        response.headers.emplace_back(
            "Content-Range", whole.count == 0
                                 ? "bytes *" + of
                                 : "bytes " + std::to_string(whole.first) + "-" +
                                       std::to_string(whole.first + whole.count - 1) + of
        );
    }
    response.chunks_bytes = whole.count;
    auto sending = std::make_shared<Sending>(
        Sending{.pool = objects_.pool(), .object = std::move(*object), .left = whole}
    );
    response.chunks = [sending = std::move(sending)] { return next_piece(sending); };
    co_return response;
}

base::Task<http::Response> FileRoutes::post(http::Request request) {
    Receiving receiving{
        .objects = objects_,
        .bytes_max = options_.bytes_max,
        .request = request,
        .reader = http::MultipartReader(request.header("Content-Type")),
        .form = {},
    };
    co_await receive(&receiving);
    const Head head = co_await objects_.pool().run([&] {
        return receiving.upload->finish(receiving.policy->key, receiving.policy->type);
    });
    http::Response response = http::no_content();
    response.etag = "\"" + head.etag + "\"";
    co_return response;
}

}  // namespace object
