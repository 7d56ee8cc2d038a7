// Requests to an application's router in a test, without a socket: who asks, what comes back, and a clock
// that stands still.
//
//   const Answer made = testing::send(router, render, "POST", "/api/expenses", ann, body, "application/json", {});
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "platform/auth/sessions.h"
#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/run.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/http/router.h"

namespace testing {

class StillClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return now_; }
    void pass_s(std::int64_t seconds) { now_ += seconds * 1000; }

  private:
    std::int64_t now_ = 1'793'000'000'000;  // 26 October 2026
};

struct Somebody {
    std::string user_id;
    std::string cookie;
    std::string csrf;
};

struct Answer {
    int status = 0;
    json::Object body;
    std::string text;
    std::string etag;
    std::multimap<std::string, std::string> headers;
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto there = headers.find(name);
        return there == headers.end() ? std::string() : there->second;
    }
    [[nodiscard]] std::size_t items() const {
        const json::Value* list = body.find("items");
        return list == nullptr || list->array() == nullptr ? 0 : list->array()->size();
    }
    [[nodiscard]] json::Object item(std::size_t index) const {
        return *body.find("items")->array()->at(index).object();
    }
    // The field that a 422 or 409 names first.
    [[nodiscard]] std::string wrong() const {
        const json::Value* errors = body.find("errors");
        if (errors == nullptr || errors->array() == nullptr || errors->array()->empty()) return {};
        return std::string(errors->array()->front().object()->text("field"));
    }
};

using Render = std::function<http::Response(http::Request, const base::Error&)>;

[[nodiscard]] inline Answer send(
    http::Router& router, const Render& render, std::string_view method, const std::string& target,
    const Somebody& who, const std::string& body, const std::string& type,
    const std::map<std::string, std::string>& more
) {
    http::RequestData data;
    for (const auto one :
         {http::Method::get, http::Method::post, http::Method::put, http::Method::patch,
          http::Method::del})
        if (http::name(one) == method) data.method = one;
    data.target = target;
    data.path = target.substr(0, target.find('?'));
    data.remote_address = "127.0.0.1";
    data.body = body;
    std::string cookie = "session=" + who.cookie;
    data.headers = {{"Host", "localhost"}, {"Accept", "*/*"}};
    if (!body.empty()) data.headers.emplace_back("Content-Type", type);
    if (!who.cookie.empty()) {
        cookie = std::string(auth::cookie_name(false)) + "=" + who.cookie;
        data.headers.emplace_back("Cookie", cookie);
        if (type == "application/json") data.headers.emplace_back("X-CSRF-Token", who.csrf);
    }
    for (const auto& [name, value] : more) data.headers.emplace_back(name, value);
    const http::Request request(data);
    http::Response response;
    try {
        std::string allowed;
        const auto* route = router.find(data, allowed);
        if (route == nullptr)
            throw base::Error(
                allowed.empty() ? base::Code::not_found : base::Code::method_not_allowed,
                "No such route."
            );
        response = base::run(route->handler(request));
    } catch (const base::Error& error) {
        response = render(request, error);
    }
    Answer answer{.status = response.status, .text = response.body, .etag = response.etag};
    if (response.shared_body) answer.text = *response.shared_body;
    if (auto parsed = json::parse(answer.text); parsed && parsed->object() != nullptr)
        answer.body = *parsed->object();
    for (const auto& [name, value] : response.headers) answer.headers.emplace(name, value);
    return answer;
}

}  // namespace testing
