#include "platform/queue/table_queue.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/random.h"
#include "platform/queue/message_rows.h"

namespace queue {
namespace {

constexpr std::size_t leased_guess = 64;  // rows at the front that are out, as a rule
constexpr std::size_t dead_limit_max = 200;
constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t lease_ms_min = 1000;

void log_dead(const Message& message) {
    base::log(
        base::Level::error, "message_set_aside",
        {{"queue", message.queue},
         {"kind", message.kind},
         {"message", message.id},
         {"tries", message.tries},
         {"cause", message.cause}}
    );
}

}  // namespace

struct TableQueue::Line {
    Bell bell;
    std::atomic<std::uint64_t> woken = 0;
};

struct TableQueue::Found {
    std::vector<json::Object> ready;
    std::vector<json::Object> worn_out;  // handed out as often as may be
    std::int64_t next_ms = never_ms;     // when something not ready yet will be
};

TableQueue::TableQueue(table::Store& store, const base::Clock& clock, TableQueueOptions options)
    : store_(store), clock_(clock), options_(std::move(options)) {}
TableQueue::~TableQueue() = default;

TableQueue::Line& TableQueue::line(const std::string& queue) {
    const std::scoped_lock lock(mutex_);
    auto& kept = lines_[queue];
    if (!kept) kept = std::make_unique<Line>();
    return *kept;
}

const Retry& TableQueue::retry_of(std::string_view queue) const {
    const auto own = options_.retry_of.find(queue);
    return own == options_.retry_of.end() ? options_.retry : own->second;
}

void TableQueue::add(journal::Transaction& change, New message) {
    if (json::write(message.payload).size() > payload_bytes_max)
        throw base::Error::invalid("payload", "This is too long to be worked on later.");
    const std::int64_t now = clock_.now_ms();
    Message first;
    first.kind = std::move(message.kind);
    first.payload = std::move(message.payload);
    first.added_ms = now;
    json::Object row = row_of(message.queue, base::uuid_v7(now), now + message.delay_ms);
    fill(row, first);
    row.set("lease", "");
    change.also(table::Put{&rows(), std::move(row), {}});
    change.count({group_of(message.queue), "waiting", 1});
    change.after([&bell = line(message.queue).bell] { bell.ring(); });
}

base::Task<TableQueue::Found> TableQueue::look(const Receive* ask) {
    const std::int64_t now = clock_.now_ms();
    const int tries_max = retry_of(ask->queue).tries_max;
    Found found;
    table::Query query;
    query.table = &rows();
    query.partitions = partitions("queue", ask->queue);
    query.limit = ask->most + leased_guess;
    do {
        table::Query asked = query;
        const table::Page page = co_await store_.query(std::move(asked));
        query.cursor = page.cursor;
        for (const auto& record : page.records) {
            const std::int64_t due = due_of(json::peek(record.text, "sk").value_or(""));
            if (due > now) {
                found.next_ms = std::min(found.next_ms, due);
                co_return found;
            }
            json::Object row = record.item();
            if (const std::int64_t until = row.integer("leased_until"); until > now) {
                found.next_ms = std::min(found.next_ms, until);
                continue;
            }
            auto& where = row.integer("tries") >= tries_max ? found.worn_out : found.ready;
            where.push_back(std::move(row));
            if (found.ready.size() == ask->most) co_return found;
        }
    } while (!query.cursor.empty());
    co_return found;
}

// Empty when somebody else was quicker: then the caller looks again.
base::Task<std::vector<Message>> TableQueue::lease(
    const Receive* ask, std::vector<json::Object> ready
) {
    const std::string token = base::random_token(9);
    const std::int64_t until = clock_.now_ms() + std::max(ask->lease_ms, lease_ms_min);
    std::vector<Message> messages;
    table::Write write;
    for (json::Object& row : ready) {
        json::Value before = row.text("lease");
        row.set("tries", row.integer("tries") + 1);
        row.set("lease", token);
        row.set("leased_until", until);
        messages.push_back(message_of(ask->queue, row));
        messages.back().receipt = std::string(row.text("sk")) + " " + token;
        write.operations.emplace_back(table::Put{
            &rows(), std::move(row), {table::Condition::equals("lease", std::move(before))}
        });
    }
    const auto written = co_await store_.write(std::move(write));
    if (!written) messages.clear();
    co_return messages;
}

// What its workers never ended, such as one that ends the process each time. A lost race is as good.
base::Task<> TableQueue::set_aside(std::string queue, std::vector<json::Object> worn_out) {
    for (const json::Object& row : worn_out) {
        const Message message = message_of(queue, row);
        table::Write write;
        table::Delete gone = removal(row);
        gone.conditions = {table::Condition::equals("lease", row.text("lease"))};
        write.operations.emplace_back(std::move(gone));
        write.operations.emplace_back(table::Put{&rows(), dead_row(message, clock_.now_ms()), {}});
        move_counts(write, queue, -1, 1);
        const auto written = co_await store_.write(std::move(write));
        if (written) log_dead(message);
    }
}

base::Task<std::vector<Message>> TableQueue::receive(Receive ask) {
    ask.most = std::clamp<std::size_t>(ask.most, 1, receive_max);
    Line& here = line(ask.queue);
    const std::uint64_t woken = here.woken;
    const std::int64_t until = clock_.now_ms() + ask.wait_ms;
    while (true) {
        const std::uint64_t heard = here.bell.heard();
        Found found = co_await look(&ask);
        const bool any = !found.ready.empty() || !found.worn_out.empty();
        if (!found.worn_out.empty()) co_await set_aside(ask.queue, std::move(found.worn_out));
        if (!found.ready.empty()) {
            auto messages = co_await lease(&ask, std::move(found.ready));
            if (!messages.empty()) co_return messages;
        }
        if (any) continue;
        if (clock_.now_ms() >= until || here.woken != woken) co_return std::vector<Message>();
        co_await here.bell.wait(heard, std::min(until, found.next_ms));
    }
}

base::Task<std::size_t> TableQueue::done(std::vector<Message> messages) {
    return change_held(std::move(messages), std::nullopt);
}

base::Task<std::size_t> TableQueue::extend(std::vector<Message> messages, std::int64_t lease_ms) {
    return change_held(std::move(messages), clock_.now_ms() + std::max(lease_ms, lease_ms_min));
}

// Many rows in one write: takes them away, or holds them longer. One that is no longer held is left out
// and the others tried again.
base::Task<std::size_t> TableQueue::change_held(
    std::vector<Message> messages, std::optional<std::int64_t> until
) {
    std::size_t held = 0;
    while (!messages.empty()) {
        const std::size_t count = std::min(messages.size(), table::write_operations_max);
        const auto from = messages.end() - static_cast<std::ptrdiff_t>(count);
        table::Write write;
        for (auto message = from; message != messages.end(); ++message) {
            if (until)
                write.operations.emplace_back(held_until(*message, *until));
            else
                write.operations.emplace_back(removal(*message));
        }
        if (!until) move_counts(write, messages.back().queue, -static_cast<int>(count), 0);
        const auto written = co_await store_.write(std::move(write));
        if (written) {
            held += count;
            messages.erase(from, messages.end());
        } else {
            messages.erase(from + static_cast<std::ptrdiff_t>(written.error().operation));
        }
    }
    co_return held;
}

void TableQueue::done_in(journal::Transaction& change, Message* message) {
    change.also(removal(*message));
    change.count({group_of(message->queue), "waiting", -1});
    message->ended = true;
}

base::Task<bool> TableQueue::later(Message message, std::string cause) {
    const std::int64_t now = clock_.now_ms();
    const Retry& retry = retry_of(message.queue);
    constexpr std::size_t cause_bytes_max = 2000;
    message.cause = cause.substr(0, cause_bytes_max);
    const bool over = message.tries >= retry.tries_max;
    table::Write write;
    write.operations.emplace_back(removal(message));
    if (over) {
        write.operations.emplace_back(table::Put{&rows(), dead_row(message, now), {}});
        move_counts(write, message.queue, -1, 1);
    } else {
        json::Object row =
            row_of(message.queue, message.id, now + delay_after(retry, message.tries));
        fill(row, message);
        row.set("lease", "");
        write.operations.emplace_back(table::Put{&rows(), std::move(row), {}});
    }
    const auto written = co_await store_.write(std::move(write));
    if (!written) co_return false;
    if (over) log_dead(message);
    line(message.queue).bell.ring();  // what waits learns when it comes again
    co_return true;
}

base::Task<DeadLetters> TableQueue::dead_letters(
    std::string queue, std::string cursor, std::size_t limit
) {
    table::Query query;
    query.table = &rows();
    query.partitions = partitions("dead", queue);
    query.descending = true;
    query.limit = std::clamp<std::size_t>(limit, 1, dead_limit_max);
    query.cursor = std::move(cursor);
    const table::Page page = co_await store_.query(std::move(query));
    DeadLetters out;
    for (const auto& record : page.records)
        out.messages.push_back(message_of(queue, record.item()));
    out.cursor = page.cursor;
    co_return out;
}

base::Task<bool> TableQueue::replay_row(std::string queue, json::Object dead) {
    Message message = message_of(queue, dead);
    message.tries = 0;
    json::Object row = row_of(queue, message.id, clock_.now_ms());
    fill(row, message);
    row.set("lease", "");
    table::Write write;
    write.operations.emplace_back(removal(dead));
    write.operations.emplace_back(table::Put{&rows(), std::move(row), {}});
    move_counts(write, queue, 1, -1);
    const auto written = co_await store_.write(std::move(write));
    if (written) line(queue).bell.ring();
    co_return written.has_value();
}

base::Task<bool> TableQueue::replay(std::string queue, std::string id) {
    table::Key key{partition_of("dead", queue, id), id};
    const auto record = co_await store_.get(&rows(), std::move(key));
    if (!record) co_return false;
    json::Object dead = record->item();
    co_return co_await replay_row(std::move(queue), std::move(dead));
}

base::Task<std::size_t> TableQueue::replay_all(std::string queue) {
    std::size_t count = 0;
    table::Query query;
    query.table = &rows();
    query.partitions = partitions("dead", queue);
    query.limit = dead_limit_max;
    do {
        table::Query asked = query;
        const table::Page page = co_await store_.query(std::move(asked));
        query.cursor = page.cursor;
        for (const auto& record : page.records) {
            json::Object dead = record.item();
            if (co_await replay_row(queue, std::move(dead))) ++count;
        }
    } while (!query.cursor.empty());
    co_return count;
}

base::Task<bool> TableQueue::remove_dead(std::string queue, std::string id) {
    table::Write write;
    write.operations.emplace_back(
        table::Delete{&rows(), {partition_of("dead", queue, id), id}, {table::Condition::present()}}
    );
    move_counts(write, queue, 0, -1);
    const auto written = co_await store_.write(std::move(write));
    co_return written.has_value();
}

base::Task<Numbers> TableQueue::numbers(std::string queue) {
    Numbers out;
    const auto counters = co_await store_.counters(group_of(queue));
    for (const table::Counter& counter : counters) {
        if (counter.name == "waiting") out.waiting = counter.value;
        if (counter.name == "dead") out.dead = counter.value;
    }
    table::Query query;
    query.table = &rows();
    query.partitions = partitions("queue", queue);
    query.limit = 1;
    const table::Page page = co_await store_.query(std::move(query));
    if (!page.records.empty()) {
        const std::int64_t due = due_of(json::peek(page.records[0].text, "sk").value_or(""));
        out.oldest_ms = std::max<std::int64_t>(0, clock_.now_ms() - due);
    }
    co_return out;
}

void TableQueue::wake(const std::string& queue) {
    Line& here = line(queue);
    ++here.woken;
    here.bell.ring();
}

void TableQueue::tick() {
    const std::int64_t now = clock_.now_ms();
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, kept] : lines_) kept->bell.tick(now);
}

}  // namespace queue
