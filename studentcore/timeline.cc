#include "studentcore/timeline.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/json_stored.h"
#include "platform/http/request.h"
#include "studentcore/feed.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr char between_parts = '~';
// An entry's id may be made a moment before its time is taken.
constexpr std::int64_t id_off_ms = 1000;

// Where a line stands: by time, then by the day that it is about, then by id, so that a page goes on
// exactly behind it.
using Place = std::pair<std::string, std::string>;

struct Line {
    Place place;
    table::SchemaRef table = nullptr;
    json::Object record;
};

// What a cursor says: behind which line, and before which entry of the log ("": its newest).
struct Behind {
    Place place;
    std::string entry_id;
};

Behind behind_of(const std::string& cursor) {
    const auto first = cursor.find(between_parts);
    const auto second = cursor.find(between_parts, first == std::string::npos ? first : first + 1);
    if (second == std::string::npos || !base::parse_timestamp(cursor.substr(0, first)))
        throw base::Error::invalid("cursor", "This is not a cursor of this list.");
    return {
        {cursor.substr(0, first), cursor.substr(first + 1, second - first - 1)},
        cursor.substr(second + 1)
    };
}

void add_line(
    std::vector<Line>& lines, table::SchemaRef table, json::Object record, const Place* before
) {
    Place place{std::string(record.text("updated_at")), std::string(record.text("date"))};
    place.second.append(record.text(table->key));
    if (before != nullptr && place >= *before) return;
    lines.push_back({std::move(place), table, std::move(record)});
}

std::vector<Line> lines_of(const StudentRecords& records, const Place* before, std::size_t most) {
    std::vector<Line> lines;
    for (const auto& stored : records.attendance) {
        auto record = json::parse_stored(
            stored.text, {"attendance_id", "course_id", "course_name", "date", "session", "status",
                          "marked_by", "updated_at"}
        );
        add_line(lines, &attendance_table, std::move(record), before);
    }
    for (const auto& record : records.results) add_line(lines, &results_table, record, before);
    for (const auto& record : records.enrolments)
        add_line(lines, &enrolments_table, record, before);
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(std::min(most, lines.size()));
    std::ranges::partial_sort(lines, end, std::greater<>{}, &Line::place);
    lines.erase(end, lines.end());
    return lines;
}

std::string what_of(const Line& line) {
    std::string what(line.record.text("course_name"));
    const auto add = [&](std::string_view text) {
        if (!text.empty()) what.append(", ").append(text);
    };
    if (line.table == &attendance_table) {
        add(line.record.text("date"));
        add(line.record.text("status"));
    }
    if (line.table == &results_table) {
        add(line.record.text("exam_type"));
        const std::string marks(line.record.text("marks"));
        add(marks + "/" + std::string(line.record.text("max_marks")));
        add(line.record.text("grade"));
    }
    return what;
}

std::string action_of(const Line& line) {
    if (line.table == &enrolments_table) return "enrolment_added";
    return line.table == &results_table ? "result_added" : "attendance_marked";
}

// Where a reader of that role can look at it.
std::string url_of(const Line& line, const web::Identity& who) {
    if (who.role == "student") return {};
    auto course = "/courses/" + std::string(line.record.text("course_id"));
    if (line.table == &enrolments_table) return course;
    if (line.table == &results_table)
        return course + "/results?exam_type=" + http::percent_encode(line.record.text("exam_type"));
    return course + "/attendance?date=" + std::string(line.record.text("date")) +
           "&session=" + http::percent_encode(line.record.text("session"));
}

json::Object item_of(const Line& line, const std::string& by, const web::Identity& who) {
    json::Object item{
        {"id", line.record.text(line.table->key)},
        {"at", line.place.first},
        {"by", by},
        {"action", action_of(line)},
        {"subject", "course:" + std::string(line.record.text("course_id"))},
        {"undo", false},
        {"what", what_of(line)},
    };
    if (auto url = url_of(line, who); !url.empty()) item.append_new("url", std::move(url));
    return item;
}

// Who noted it: attendance says so itself, for a result the log of the course at that time.
base::Task<std::vector<std::string>> people_of(
    journal::Journal* journal, const std::vector<Line>* lines
) {
    std::vector<std::string> names(lines->size());
    std::vector<table::Key> users;
    std::vector<std::size_t> whose;
    for (std::size_t at = 0; at < lines->size(); ++at) {
        const auto& line = (*lines)[at];
        if (const std::string user_id(line.record.text("marked_by")); !user_id.empty()) {
            users.push_back({user_id, {}});
            whose.push_back(at);
            continue;
        }
        if (line.table == &attendance_table) continue;
        const auto time = base::parse_timestamp(line.place.first);
        if (!time) continue;
        const auto entries = co_await journal->between(
            "course:" + std::string(line.record.text("course_id")),
            journal::first_id_of(*time - id_off_ms), journal::first_id_of(*time + id_off_ms), 20
        );
        for (const auto& entry : entries) {
            const bool holds = std::ranges::any_of(entry.changes, [&](const auto& change) {
                return change.key == line.record.text(line.table->key);
            });
            if (entry.at_ms == *time && holds) names[at] = entry.actor.name;
        }
    }
    if (users.empty()) co_return names;
    const auto found = co_await journal->store().get_many(&users_table, std::move(users));
    for (std::size_t i = 0; i < whose.size(); ++i)
        if (found[i]) names[whose[i]] = std::string(found[i]->item().text("full_name"));
    co_return names;
}

// The student's own log before that entry. An enrolment stands in the timeline by itself, and the parts
// of a change are one with it.
base::Task<std::vector<journal::Entry>> own_entries(
    journal::Journal* journal, std::string student_id, std::string before, std::size_t limit
) {
    std::vector<journal::Entry> own;
    bool more = true;
    while (more && own.size() < limit) {
        auto some = co_await journal->between("student:" + student_id, {}, before, limit);
        more = some.size() == limit;
        if (more) before = some.back().id;
        std::erase_if(some, [](const journal::Entry& entry) {
            return entry.action == "enrolment_added" || !entry.part_of.empty();
        });
        std::ranges::move(some, std::back_inserter(own));
    }
    co_return own;
}

struct Shown {
    Place place;
    std::string entry_id;  // "" for what is no entry
    json::Object item;
};

}  // namespace

base::Task<Timeline> timeline_of(
    journal::Journal* journal, web::Identity who, const StudentRecords* records,
    std::string student_id, std::string cursor, std::size_t limit
) {
    std::optional<Behind> behind;
    if (!cursor.empty()) behind = behind_of(cursor);
    const auto lines = lines_of(*records, behind ? &behind->place : nullptr, limit + 1);
    std::string entry_id = behind ? behind->entry_id : "";
    auto entries = co_await own_entries(journal, std::move(student_id), entry_id, limit + 1);
    std::vector<Shown> all;
    auto logged = co_await feed_of(journal, std::move(entries), who);
    for (auto& one : logged) {
        auto& item = *one.object();
        std::string id(item.text("id"));
        all.push_back({{std::string(item.text("at")), id}, id, std::move(item)});
    }
    const auto people = co_await people_of(journal, &lines);
    for (std::size_t at = 0; at < lines.size(); ++at)
        all.push_back({lines[at].place, {}, item_of(lines[at], people[at], who)});
    std::ranges::stable_sort(all, std::greater<>{}, &Shown::place);
    Timeline timeline;
    for (auto& one : all) {
        if (timeline.items.size() == limit) {
            const auto& last = all[limit - 1].place;
            timeline.cursor = last.first + between_parts + last.second + between_parts + entry_id;
            break;
        }
        if (!one.entry_id.empty()) entry_id = one.entry_id;
        timeline.items.emplace_back(std::move(one.item));
    }
    co_return timeline;
}

}  // namespace studentcore
