#include "platform/queue/message_rows.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace queue {
namespace {

constexpr unsigned shards = 8;
constexpr std::size_t due_digits = 13;

std::string partition(std::string_view noun, std::string_view queue, unsigned shard) {
    std::string out(noun);
    out += '#';
    out += queue;
    out += '#';
    out += std::to_string(shard);
    return out;
}

std::string place_of(std::int64_t due_ms, std::string_view id) {
    std::string digits = std::to_string(std::max<std::int64_t>(due_ms, 0));
    digits.insert(0, due_digits - std::min(due_digits, digits.size()), '0');
    return digits + "#" + std::string(id);
}

// A receipt is the row's place and the lease's token: "<place> <token>".
struct Receipt {
    std::string place;
    std::string token;
};
Receipt receipt_of(const Message& message) {
    const std::size_t blank = message.receipt.find(' ');
    if (blank == std::string::npos)
        throw std::logic_error("A message that was not received has no lease.");
    return {message.receipt.substr(0, blank), message.receipt.substr(blank + 1)};
}

// FNV-1a: an id names its shard, whoever computes it.
unsigned shard_of(std::string_view id) {
    std::uint32_t hash = 2166136261U;
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return (hash >> 8U) % shards;
}

}  // namespace

const table::Schema& rows() { return journal::system_table(); }

std::string group_of(std::string_view queue) { return "queue#" + std::string(queue); }

std::string partition_of(std::string_view noun, std::string_view queue, std::string_view id) {
    return partition(noun, queue, shard_of(id));
}

std::vector<std::string> partitions(std::string_view noun, std::string_view queue) {
    std::vector<std::string> out;
    for (unsigned shard = 0; shard < shards; ++shard) out.push_back(partition(noun, queue, shard));
    return out;
}

std::int64_t due_of(std::string_view place) {
    std::int64_t due = 0;
    std::from_chars(place.data(), place.data() + std::min(place.size(), due_digits), due);
    return due;
}

json::Object row_of(std::string_view queue, std::string_view id, std::int64_t due_ms) {
    return {{"pk", partition_of("queue", queue, id)}, {"sk", place_of(due_ms, id)}};
}

// What a message's row holds beside its key and its lease.
void fill(json::Object& row, const Message& message) {
    row.set("kind", message.kind);
    row.set("payload", message.payload);
    row.set("tries", message.tries);
    row.set("added", message.added_ms);
    if (!message.cause.empty()) row.set("cause", message.cause);
}

Message message_of(std::string_view queue, const json::Object& row) {
    Message message;
    const std::string_view place = row.text("sk");
    message.id = place.substr(place.find('#') + 1);  // all of it where there is none
    message.queue = queue;
    message.kind = row.text("kind");
    if (const json::Value* payload = row.find("payload"); payload && payload->object())
        message.payload = *payload->object();
    message.tries = static_cast<int>(row.integer("tries"));
    message.added_ms = row.integer("added");
    message.cause = row.text("cause");
    return message;
}

table::Delete removal(const Message& message) {
    Receipt receipt = receipt_of(message);
    return {
        &rows(),
        {partition_of("queue", message.queue, message.id), std::move(receipt.place)},
        {table::Condition::equals("lease", std::move(receipt.token))}
    };
}

table::Put held_until(const Message& message, std::int64_t until) {
    Receipt receipt = receipt_of(message);
    json::Object row{
        {"pk", partition_of("queue", message.queue, message.id)}, {"sk", receipt.place}
    };
    fill(row, message);
    row.set("lease", receipt.token);
    row.set("leased_until", until);
    return {&rows(), std::move(row), {table::Condition::equals("lease", std::move(receipt.token))}};
}

table::Delete removal(const json::Object& row) {
    return {
        &rows(),
        {std::string(row.text("pk")), std::string(row.text("sk"))},
        {table::Condition::present()}
    };
}

json::Object dead_row(Message message, std::int64_t now_ms) {
    json::Object row{{"pk", partition_of("dead", message.queue, message.id)}, {"sk", message.id}};
    if (message.cause.empty()) message.cause = "whoever worked on it never ended it";
    fill(row, message);
    row.set("set_aside", now_ms);
    return row;
}

void move_counts(table::Write& write, std::string_view queue, int waiting, int dead) {
    const std::string group = group_of(queue);
    if (waiting != 0) write.counters.push_back({group, "waiting", waiting});
    if (dead != 0) write.counters.push_back({group, "dead", dead});
}

}  // namespace queue
