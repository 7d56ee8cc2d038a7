#include "studentcore/feed.h"

#include <algorithm>
#include <utility>

#include "platform/base/clock.h"
#include "platform/http/request.h"
#include "studentcore/access.h"
#include "studentcore/tables.h"
#include "studentcore/undos.h"

namespace studentcore {
namespace {

constexpr std::string_view import_subject = "import:";

table::SchemaRef table_of(std::string_view action) {
    const auto noun = action.substr(0, action.find('_'));
    if (noun == "attendance") return &attendance_table;
    for (const auto* schema : record_tables())
        if (schema->name.size() == noun.size() + 1 && schema->name.starts_with(noun)) return schema;
    return nullptr;
}

// The record of a change as far as the entry tells; a difference lacks what stayed the same.
json::Object record_of(const journal::Change& change) {
    json::Object record = change.before.value_or(json::Object{});
    if (change.after)
        for (const auto& [name, value] : *change.after) record.set(name, value);
    return record;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += ", ";
        text += part;
    }
    return text;
}

// One entry's subject in the feed: the first record of the table that the action is about.
struct Line {
    table::SchemaRef schema = nullptr;
    std::string key;
    json::Object record;
    std::size_t count = 0;
    bool one_student = true;
    std::string file;  // that was imported
};

Line line_of(const journal::Entry& entry) {
    Line line{.schema = table_of(entry.action), .key = {}, .record = {}};
    std::string first_student;
    for (const auto& change : entry.changes) {
        if (change.table != line.schema) continue;
        const auto record = record_of(change);
        if (line.count++ == 0) {
            line.key = change.key;
            line.record = record;
            first_student = record.text("student_id");
        }
        line.one_student = line.one_student && record.text("student_id") == first_student;
    }
    return line;
}

std::string what_of(const Line& line) {
    const auto& record = line.record;
    const auto many = line.count > 1 ? " (" + std::to_string(line.count) + ")" : std::string();
    if (!line.file.empty()) return line.file + many;
    const auto who = line.count > 1 ? std::string_view{} : record.text("student_name");
    if (line.schema == &attendance_table)
        return joined({who, record.text("course_name"), record.text("date")}) + many;
    if (line.schema == &results_table)
        return joined({who, record.text("course_name"), record.text("exam_type")}) + many;
    if (line.schema == &enrolments_table) {
        if (line.count == 1) return joined({who, record.text("course_name")});
        return std::string(record.text(line.one_student ? "student_name" : "course_name")) + many;
    }
    if (line.schema == &courses_table) return std::string(record.text("course_name")) + many;
    return std::string(record.text("full_name")) + many;
}

std::string url_of(const Line& line) {
    if (!line.file.empty()) return "/import";
    const auto& record = line.record;
    auto course = "/courses/" + std::string(record.text("course_id"));
    if (line.schema == &attendance_table) {
        return course + "/attendance?date=" + std::string(record.text("date")) +
               "&session=" + http::percent_encode(record.text("session"));
    }
    if (line.schema == &results_table)
        return course + "/results?exam_type=" + http::percent_encode(record.text("exam_type"));
    if (line.schema == &courses_table) return course;
    if (line.schema == &users_table) return "/users";
    return "/students/" + std::string(record.text("student_id"));
}

// Whether the entry alone names the record.
bool named(const Line& line) {
    const auto* const name = line.schema == &courses_table ? "course_name"
                             : line.schema == &students_table || line.schema == &users_table
                                 ? "full_name"
                                 : "student_name";
    return line.record.contains(name) && line.record.contains(line.schema->key);
}

// Fills in what the entries left out, from the records as they are now.
base::Task<> complete(table::Store* store, std::vector<Line>* lines) {
    for (const auto* schema : record_tables()) {
        std::vector<table::Key> keys;
        std::vector<Line*> wanting;
        for (auto& line : *lines) {
            if (line.schema != schema || line.count == 0 || named(line)) continue;
            keys.push_back({line.key, {}});
            wanting.push_back(&line);
        }
        if (keys.empty()) continue;
        const auto found = co_await store->get_many(schema, std::move(keys));
        for (std::size_t at = 0; at < wanting.size(); ++at) {
            if (!found[at]) continue;
            auto record = found[at]->item();
            for (const auto& [name, value] : wanting[at]->record) record.set(name, value);
            wanting[at]->record = std::move(record);
        }
    }
}

// What an entry is about that changes no record of its noun: its subject. A sign-in link is made for
// somebody, sessions are ended of somebody, an import is of a file.
Line line_of_subject(const std::string& subject) {
    const auto cut = subject.find(':');
    if (cut == std::string::npos) return {};
    const auto noun = std::string_view(subject).substr(0, cut);
    for (const auto* schema : {&students_table, &courses_table, &users_table})
        if (schema->name.size() == noun.size() + 1 && schema->name.starts_with(noun))
            return {.schema = schema, .key = subject.substr(cut + 1), .record = {}, .count = 1};
    return {};
}

base::Task<> add_subjects(
    table::Store* store, const std::vector<journal::Entry>* entries, std::vector<Line>* lines
) {
    for (std::size_t at = 0; at < entries->size(); ++at) {
        const auto& entry = (*entries)[at];
        auto& line = (*lines)[at];
        if (line.count > 0) continue;
        if (!entry.subject.starts_with(import_subject)) {
            line = line_of_subject(entry.subject);
            continue;
        }
        const auto id = entry.subject.substr(import_subject.size());
        const auto import = co_await store->get(&journal::system_table(), {"imports", id});
        line.file = import ? std::string(import->item().text("file_name")) : "file.csv";
        line.count = entry.changes.size();
    }
}

// A record that went with all that belonged to it is named by the last of what the log has of that.
base::Task<> add_removed(
    journal::Journal* journal, const std::vector<journal::Entry>* entries, std::vector<Line>* lines
) {
    for (std::size_t at = 0; at < entries->size(); ++at) {
        auto& line = (*lines)[at];
        if (line.count == 0 || named(line) || removal_in((*entries)[at]) == nullptr) continue;
        const auto parts = co_await journal->parts((*entries)[at].id);
        if (parts.empty()) continue;
        const auto last = co_await journal->find(parts.back().subject, parts.back().id);
        if (!last || last->changes.empty() || last->changes.front().key != line.key) continue;
        if (last->changes.front().before) line.record = *last->changes.front().before;
    }
}

}  // namespace

bool may_undo(const web::Identity& who, const journal::Entry& entry, std::int64_t now_ms) {
    return !entry.changes.empty() && !is_fixed(entry) && may_ask_undo(who, entry, now_ms);
}

bool may_ask_undo(const web::Identity& who, const journal::Entry& entry, std::int64_t now_ms) {
    if (is_admin(who)) return true;
    return is_faculty(who) && entry.actor.user_id == who.user_id &&
           now_ms - entry.at_ms <= undo_minutes_max * 60 * 1000;
}

base::Task<json::Array> feed_of(
    journal::Journal* journal, std::vector<journal::Entry> entries, web::Identity who
) {
    std::vector<Line> lines;
    lines.reserve(entries.size());
    for (const auto& entry : entries) lines.push_back(line_of(entry));
    co_await add_subjects(&journal->store(), &entries, &lines);
    co_await complete(&journal->store(), &lines);
    co_await add_removed(journal, &entries, &lines);
    const auto now = journal->clock().now_ms();
    json::Array feed;
    for (std::size_t at = 0; at < entries.size(); ++at) {
        const auto& entry = entries[at];
        json::Object item{
            {"id", entry.id},           {"at", base::timestamp(entry.at_ms)},
            {"by", entry.actor.name},   {"action", entry.undoes.empty() ? entry.action : "undone"},
            {"subject", entry.subject}, {"undo", may_undo(who, entry, now)},
        };
        if (auto what = what_of(lines[at]); lines[at].count > 0 && !what.empty()) {
            item.append_new("what", std::move(what));
            item.append_new("url", url_of(lines[at]));
        }
        if (!entry.part_of.empty()) item.append_new("part_of", entry.part_of);
        if (!entry.note.empty()) item.append_new("note", entry.note);
        feed.emplace_back(std::move(item));
    }
    co_return feed;
}

std::optional<json::Object> seen_by(
    const journal::Event& event, const std::vector<std::string>& rooms
) {
    constexpr std::string_view student_room = "student:";
    const auto in = [&](const std::string& room) {
        return std::ranges::find(rooms, room) != rooms.end();
    };
    const auto* const items = event.payload.find("items");
    const bool list = items != nullptr && items->array() != nullptr;
    const auto whole = std::ranges::any_of(event.rooms, [&](const std::string& room) {
        return in(room) && !(list && room.starts_with(student_room));
    });
    if (whole) return event.payload;
    if (!list) return std::nullopt;
    for (const auto& item : *items->array()) {
        if (item.object() == nullptr) continue;
        if (!in(std::string(student_room) + std::string(item.object()->text("student_id"))))
            continue;
        auto own = event.payload;
        own.erase("items");
        for (const auto& [name, value] : *item.object()) own.set(name, value);
        return own;
    }
    return std::nullopt;
}

}  // namespace studentcore
