#include "platform/base/pool.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>

#include "platform/base/error.h"

namespace {

// In every test the context outlives the pool, as an executor must.

// Runs one coroutine to its end; what it throws is thrown here.
void wait_for(boost::asio::io_context& context, base::Task<> task) {
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) {
        failure = thrown;
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

base::Task<> expect_answer(base::Pool* pool) {
    const auto here = std::this_thread::get_id();
    std::thread::id there;
    const std::string answer = co_await pool->run([&there] {
        there = std::this_thread::get_id();
        return std::string("done");
    });
    EXPECT_EQ(answer, "done");
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
}

TEST(Pool, WorkRunsElsewhereAndTheCoroutineGoesOnHere) {
    boost::asio::io_context context;
    base::Pool pool(2);
    wait_for(context, expect_answer(&pool));
    EXPECT_EQ(pool.numbers().done, 1U);
}

base::Task<> failing(base::Pool* pool) {
    co_await pool->run([] { throw std::runtime_error("broken"); });
}

TEST(Pool, WhatTheWorkThrowsIsThrownByRun) {
    boost::asio::io_context context;
    base::Pool pool(1);
    EXPECT_THROW(wait_for(context, failing(&pool)), std::runtime_error);
}

base::Task<> waiting(base::Pool* pool, std::latch* begun, std::latch* go) {
    co_await pool->run([begun, go] {
        begun->count_down();
        go->wait();
    });
}

TEST(Pool, AFullQueueRefusesAtOnce) {
    boost::asio::io_context context;
    base::Pool pool(1, 1);
    std::latch begun(1);
    std::latch never(1);
    std::latch go(1);
    int refused = 0;
    const auto count = [&](std::exception_ptr thrown) { refused += thrown != nullptr ? 1 : 0; };
    boost::asio::co_spawn(context, waiting(&pool, &begun, &go), count);
    while (!begun.try_wait()) context.poll();
    boost::asio::co_spawn(context, waiting(&pool, &never, &go), count);
    boost::asio::co_spawn(context, waiting(&pool, &never, &go), count);
    while (refused == 0) context.poll();
    go.count_down();
    context.run();
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(pool.numbers().refused, 1U);
}

TEST(Pool, StoppingEndsWhatRunsAndRefusesWhatWaits) {
    boost::asio::io_context context;
    base::Pool pool(1, 1U << 20U);
    std::latch begun(1);
    std::latch never(1);
    std::latch go(1);
    int refused = 0;
    const auto count = [&](std::exception_ptr thrown) { refused += thrown != nullptr ? 1 : 0; };
    boost::asio::co_spawn(context, waiting(&pool, &begun, &go), count);
    boost::asio::co_spawn(context, waiting(&pool, &never, &go), count);
    while (pool.numbers().queued == 0 || !begun.try_wait()) context.poll();
    std::jthread stopper([&] { pool.stop(); });
    // Work that comes while it stops is refused at once: then it surely stops.
    while (pool.numbers().refused == 0) {
        boost::asio::co_spawn(context, waiting(&pool, &never, &go), boost::asio::detached);
        context.poll();
    }
    go.count_down();
    context.run();
    EXPECT_EQ(refused, 1);
}

}  // namespace
