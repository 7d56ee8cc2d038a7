#include "platform/table/completion.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace table {
namespace {

using Token = boost::asio::use_awaitable_t<>;
using AwaitableHandler = boost::asio::async_result<Token, void()>::handler_type;

}  // namespace

struct Suspended::Handler {
    explicit Handler(AwaitableHandler held)
        : handler(std::move(held)), executor(boost::asio::get_associated_executor(handler)) {}
    AwaitableHandler handler;
    boost::asio::any_io_executor executor;
};

Suspended::Suspended() = default;
Suspended::Suspended(std::unique_ptr<Handler> handler) : handler_(std::move(handler)) {}
Suspended::~Suspended() = default;
Suspended::Suspended(Suspended&&) noexcept = default;
Suspended& Suspended::operator=(Suspended&&) noexcept = default;

base::Task<> suspend(std::function<void(Suspended)> start) {
    // No coroutine of its own, and no lambda inside a co_await: g++ 12 destroys such a one twice.
    Token token;
    auto initiation = [start = std::move(start)](AwaitableHandler handler) {
        start(Suspended(std::make_unique<Suspended::Handler>(std::move(handler))));
    };
    return boost::asio::async_initiate<Token, void()>(std::move(initiation), token);
}

void resume(std::vector<Suspended> waiting) {
    using Handlers = std::vector<std::unique_ptr<Suspended::Handler>>;
    std::vector<std::pair<boost::asio::any_io_executor, Handlers>> by_executor;
    for (Suspended& suspended : waiting) {
        if (!suspended) continue;
        const auto& executor = suspended.handler_->executor;
        auto place = by_executor.begin();
        while (place != by_executor.end() && place->first != executor) ++place;
        if (place == by_executor.end()) place = by_executor.emplace(place, executor, Handlers());
        place->second.push_back(std::move(suspended.handler_));
    }
    for (auto& [executor, handlers] : by_executor) {
        // Keeps the context's run() from returning while this thread is still inside of post: a
        // context that lives no longer than its coroutine would be gone under it.
        const auto working =
            boost::asio::prefer(executor, boost::asio::execution::outstanding_work_t::tracked);
        boost::asio::post(executor, [all = std::move(handlers)]() mutable {
            for (auto& held : all) {
                AwaitableHandler handler = std::move(held->handler);
                held.reset();
                std::move(handler)();
            }
        });
    }
}

}  // namespace table
