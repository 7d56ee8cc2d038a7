#include "studentcore/events.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "studentcore/access.h"
#include "studentcore/feed.h"

namespace studentcore {

base::Task<http::Response> Events::after(web::Call call) {
    const auto list = call.list({});
    const auto known = call.request.query("after").value_or("");
    if (!known.empty() && !base::is_uuid(known))
        throw base::Error::invalid("after", "This must be the id of an event.");
    std::vector<std::string> taught;
    if (is_faculty(call.who)) {
        const auto courses = co_await courses_.courses_of(call.who.user_id);
        for (const auto& course : courses) taught.emplace_back(course.text("course_id"));
    }
    const auto rooms = rooms_of(call.who, taught);
    std::vector<journal::Entry> entries;
    if (known.empty()) {
        auto latest = co_await journal_.latest({}, list.limit);
        entries = std::move(latest.entries);
        std::ranges::reverse(entries);
    } else {
        auto missed = co_await journal_.after(known, list.limit);
        entries = std::move(missed.entries);
    }
    json::Array items;
    for (const auto& entry : entries) {
        for (const auto& event : entry.events) {
            auto payload = seen_by(event, rooms);
            if (!payload) continue;
            items.emplace_back(json::Object{
                {"id", entry.id},
                {"at", base::timestamp(entry.at_ms)},
                {"by", entry.actor.name},
                {"name", event.name},
                {"payload", std::move(*payload)},
            });
        }
    }
    json::Value cursor;
    if (!entries.empty())
        cursor = entries.back().id;
    else if (!known.empty())
        cursor = known;
    co_return http::json({{"items", std::move(items)}, {"cursor", std::move(cursor)}});
}

}  // namespace studentcore
