// Every change in one transaction with its entry in the change log, and all that follows from it.
//
// A Transaction gathers the records that change. commit() adds what the tables' declarations ask
// for (unique guards, search words, counter differences, the outbox, the idempotency key), the log
// entry, and writes all of it at once. The log then serves the audit page, undo, recovery as of a
// time, the activity feed and the catch-up of clients. Journal is thread-safe; a Transaction is
// not.
//
//   Transaction change({me, "Ann"}, "result_added", "course:" + course_id);
//   change.create(&results_table, item);
//   change.tell({.name = "result_added", .rooms = {...}, .payload = {...}});
//   auto done = co_await journal.commit(std::move(change));
//   if (!done) …done.error() says which record or guard stood in the way; nothing was written
//
// Items in the system table (pk, sk):
//   log#<subject>, <uuid v7>                 an entry; index log_day-index (log_day, sk)
//   unique#<table>.<field>#<folded>, -       guard of a unique value, owner
//   word#<table>#<first letter>, <word>#<id> search word
//   part#<entry>, <uuid v7>                  an entry that is part of that one: its subject, action
//   log_days, <date>                         a day that has entries; "whole": no earlier one lacks
//   outbox, <uuid v7>                        work to be done after the commit (journal/outbox.h)
//   idempotency#<user>#<key>, -              the answer that was given, with ttl
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/table/table.h"

namespace journal {

// Keys pk, sk; ttl; index log_day-index. Every application has this one table beside its own.
[[nodiscard]] const table::Schema& system_table();

struct Actor {
    Actor() = default;
    // A constructor, as g++ 12 destroys an aggregate made inside a co_await expression twice.
    Actor(std::string of_user, std::string of_name, std::string of_client = {})
        : user_id(std::move(of_user)), name(std::move(of_name)), client(std::move(of_client)) {}
    std::string user_id;  // "" for the system itself
    std::string name;     // as shown in the audit log
    std::string client;   // which open page it came from, for its own events; not kept in the log
};

struct Event {
    std::string name;                // "result_added"
    std::vector<std::string> rooms;  // who may know of it: "staff", "course:<id>", "student:<id>"
    json::Object payload;            // identifies the record, no more
};

struct Change {
    table::SchemaRef table = nullptr;
    std::string key;
    std::optional<json::Object> before;
    std::optional<json::Object> after;
};

// The record before the change, from the record after it (nullopt: not there).
[[nodiscard]] std::optional<json::Object> reversed(
    const Change& change, std::optional<json::Object> after
);

// Sorts in front of every entry's id of that millisecond, and behind those of the one before.
[[nodiscard]] std::string first_id_of(std::int64_t ms);

// Whether the record still is as the change left it, as far as the change wrote it: then taking the
// change back takes no later work along. What the server sets itself (version, copies, what is
// computed) does not count; later edits of other attributes stay.
[[nodiscard]] bool stands(const Change& change, const json::Object& now);

struct Entry {
    std::string id;  // UUIDv7: the order of time
    std::int64_t at_ms = 0;
    Actor actor;
    std::string action;
    std::string subject;
    std::vector<Event> events;
    std::vector<Change> changes;
    std::string undoes;   // the entry that this one took back
    std::string part_of;  // the entry of the change that this one goes on with, in another write
    std::string note;     // a sentence for people, without personal data
};

// What a change makes of the limits of one write: operations, and bytes of its log entry.
[[nodiscard]] std::size_t operations_of(const Change& change);
[[nodiscard]] std::size_t logged_bytes(const Change& change);
inline constexpr std::size_t own_operations = 3;  // the entry, its day, the idempotency key
// Of all changes and events of one entry, so that it stays below the limit of a stored item.
inline constexpr std::size_t entry_bytes_max = 384 * 1024;

struct Idempotency {
    std::string key;          // scoped by the caller's user id already
    std::string fingerprint;  // of the request: another one under the same key is 422
    int status = 0;
    std::string location;
    std::string answer;
    // When set: the answer is this record as the transaction leaves it, with its new version.
    std::string answer_key;
};

// Ids of the log in their order, and which of them still wait for their write to end: so a reader
// knows up to where nothing can come any more. Thread-safe.
class LogIds {
  public:
    // A UUIDv7 later than all that were made before.
    [[nodiscard]] std::string take(std::int64_t now_ms);
    void end(const std::string& id);
    // All ids before this one are written or never will be.
    [[nodiscard]] std::string settled_before(std::int64_t now_ms);

  private:
    std::mutex lock_;
    std::set<std::string, std::less<>> open_;
};

// An id of the log, taken until this is gone.
class TakenId {
  public:
    TakenId(std::shared_ptr<LogIds> ids, std::int64_t now_ms)
        : ids_(std::move(ids)), id_(ids_->take(now_ms)) {}
    ~TakenId() { ids_->end(id_); }
    TakenId(const TakenId&) = delete;
    TakenId& operator=(const TakenId&) = delete;
    [[nodiscard]] const std::string& id() const { return id_; }

  private:
    std::shared_ptr<LogIds> ids_;
    std::string id_;
};

class Journal;

class Transaction {
  public:
    Transaction(Actor actor, std::string action, std::string subject);

    // The item's key must not be there yet. Sets version 1 and updated_at.
    void create(table::SchemaRef table, json::Object item);
    // The stored version must still be that of `before`. Sets the next version and updated_at.
    // Nothing is written when the two are equal otherwise.
    void replace(table::SchemaRef table, json::Object before, json::Object after);
    void remove(table::SchemaRef table, json::Object before);
    // A condition on a record that does not change.
    void check(table::SchemaRef table, std::string key, std::vector<table::Condition> conditions);
    // A raw operation, outside the log: system items and the like.
    void also(table::Operation operation);
    void tell(Event event);
    void enqueue(
        std::string kind, json::Object payload
    );  // outbox: done after the commit, at least once
    // A kept number that moves with the commit, beside those that the tables declare.
    void count(table::Counter difference);
    // Called once the commit is durable, on the committing thread; must not throw.
    void after(std::function<void()> action);
    void remember(Idempotency idempotency);
    void undoes(std::string entry_id);
    // Takes its entry's id already now, for what the same write must name it in. Until the commit has
    // ended, or the transaction is gone, after() stops in front of it: so soon before the commit.
    const std::string& known_as(Journal& journal);
    void part_of(std::string entry_id);
    void note(std::string note);
    // Records keep the updated_at that they have: they come back, and nobody changed them.
    void keep_times();
    // No log entry: for what is no change of a record (a demo, copies of a name). Records keep the
    // updated_at that they have.
    void silent();

    [[nodiscard]] const Entry& entry() const { return entry_; }
    [[nodiscard]] bool empty() const {
        return entry_.changes.empty() && extra_.empty() && outbox_.empty() && entry_.events.empty();
    }
    // How many operations the write will have, at most: to cut chunks before the limit.
    [[nodiscard]] std::size_t operations() const;

  private:
    friend class Journal;
    struct Checked {
        table::SchemaRef table;
        std::string key;
        std::vector<table::Condition> conditions;
    };
    Entry entry_;
    std::vector<Checked> checks_;
    std::vector<table::Operation> extra_;
    std::vector<std::pair<std::string, json::Object>> outbox_;
    std::vector<table::Counter> counters_;
    std::vector<std::function<void()>> after_;
    std::optional<Idempotency> idempotency_;
    std::shared_ptr<const TakenId> taken_;  // the entry's id, when it was asked for
    bool logged_ = true;
    bool times_set_ = true;
};

// What stood in the way; nothing was written.
struct Conflict {
    enum class Kind : std::uint8_t {
        exists,      // a record with this key is there already
        changed,     // someone else changed or deleted the record since it was read
        taken,       // a unique value belongs to another record
        check,       // a checked record is not as it must be
        idempotent,  // this key was answered before
    };
    Kind kind = Kind::changed;
    table::SchemaRef table = nullptr;
    std::string key;    // of the record that is in the way
    std::string field;  // the unique field that is taken
    std::optional<json::Object> found;
};

class Journal {
  public:
    // `tables` are those whose records the log can name: what undo and recovery know.
    Journal(table::Store& store, const base::Clock& clock, std::vector<table::SchemaRef> tables)
        : store_(store), clock_(clock), tables_(std::move(tables)) {}

    [[nodiscard]] base::Task<std::expected<Entry, Conflict>> commit(Transaction transaction);

    // Called after each durable commit that has events, on the committing thread, in no fixed
    // order.
    void on_commit(std::function<void(const Entry&)> listener);
    // Called after a durable commit that left work in the outbox.
    void on_outbox(std::function<void()> kick) { kick_ = std::move(kick); }

    struct Entries {
        std::vector<Entry> entries;
        std::string cursor;
    };
    // The entries of one subject, newest first.
    [[nodiscard]] base::Task<Entries> of_subject(
        std::string subject, std::string cursor, std::size_t limit
    );
    // Those with ids from `from` on, before `until` ("": open); newest first.
    [[nodiscard]] base::Task<std::vector<Entry>> between(
        std::string subject, std::string from, std::string until, std::size_t limit
    );
    // All entries, newest first.
    [[nodiscard]] base::Task<Entries> latest(std::string cursor, std::size_t limit);
    // Entries after the one that a client knows, oldest first; the cursor is where to go on, never "".
    // Without an id: the newest, and the cursor from which what comes later is found.
    //
    // Whoever goes on from cursor to cursor gets each entry once. An id is made before its write is
    // durable, and of two writes at once the later id may be there first: so this never shows an entry
    // as long as an earlier one may still come (LogIds). Nodes that share an engine don't know each
    // other's ids: there the end must stay behind the clock by as long as a write may take.
    // An event that was told live is no such place: two may be told in another order than their ids.
    [[nodiscard]] base::Task<Entries> after(std::string id, std::size_t limit);
    [[nodiscard]] base::Task<std::optional<Entry>> find(std::string subject, std::string id);
    // The entries that are part of this one, oldest first.
    struct Part {
        std::string id, subject, action;
    };
    [[nodiscard]] base::Task<std::vector<Part>> parts(std::string id);
    // The record as it was at that instant, from the log of its subject; nullopt if it was not
    // there.
    [[nodiscard]] base::Task<std::optional<json::Object>> as_of(
        table::SchemaRef table, std::string key, std::string subject, std::int64_t at_ms
    );
    // All of one day's partitions, in one order. A day is that of the ids.
    [[nodiscard]] base::Task<table::Page> day(
        std::string date, std::string cursor, std::size_t limit, bool descending,
        std::optional<std::string> from
    );
    // A transaction that takes the entry's changes back. A record that does not stand as the entry
    // left it is a conflict, found while it is made or when it is committed (Kind::changed).
    [[nodiscard]] base::Task<std::expected<Transaction, Conflict>> undo(Entry entry, Actor actor);

    // The records that a text finds: word prefixes of the table's search fields, all of its words.
    [[nodiscard]] base::Task<std::vector<std::string>> search(
        table::SchemaRef table, std::string text, std::size_t limit
    );
    // Those among the items of one scope (Schema::search_scope), by search_order, the last first. Of
    // more matches than `limit` of one word's beginning some of the last may be left out.
    [[nodiscard]] base::Task<std::vector<std::string>> search_within(
        table::SchemaRef table, std::string scope, std::string text, std::size_t limit
    );
    // The key of the record that holds a unique value.
    [[nodiscard]] base::Task<std::optional<std::string>> owner(
        table::SchemaRef table, std::string field, std::string value
    );
    [[nodiscard]] base::Task<std::optional<Idempotency>> answered(std::string key);

    // Counts every record again and compares (or, with `mend`, sets): group, name, kept, counted.
    struct Difference {
        std::string group, name;
        std::int64_t kept = 0, counted = 0;
    };
    [[nodiscard]] base::Task<std::vector<Difference>> recount(
        std::vector<table::SchemaRef> tables, bool mend
    );

    [[nodiscard]] table::Store& store() { return store_; }
    [[nodiscard]] const base::Clock& clock() const { return clock_; }

  private:
    friend class Transaction;
    // The days of the log after (or, descending, up to) that one, at most `limit` of them.
    [[nodiscard]] base::Task<std::vector<std::string>> days(
        std::string date, bool descending, std::size_t limit
    );
    [[nodiscard]] base::Task<> know_days();
    [[nodiscard]] base::Task<Entries> newest(std::size_t limit);

    table::Store& store_;
    const base::Clock& clock_;
    std::vector<table::SchemaRef> tables_;
    std::shared_ptr<LogIds> ids_ = std::make_shared<LogIds>();
    std::atomic<bool> days_known_ = false;     // the days of an older directory are written down
    std::atomic<std::int64_t> last_day_ = -1;  // the newest that this process wrote down
    std::function<void()> kick_;
    std::vector<std::function<void(const Entry&)>> listeners_;
};

}  // namespace journal
