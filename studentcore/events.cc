#include "studentcore/events.h"

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
    // A list's cursor is here the id to go on after, so either name will do.
    const auto after = call.request.query("after").value_or("");
    const auto known = after.empty() ? list.cursor : after;
    constexpr std::size_t kind_of_uuid = 14;
    if (!known.empty() && (!base::is_uuid(known) || known[kind_of_uuid] != '7'))
        throw base::Error::invalid(
            after.empty() ? "cursor" : "after", "This must be the id of an event."
        );
    std::vector<std::string> taught;
    if (is_faculty(call.who)) {
        const auto courses = co_await courses_.courses_of(call.who.user_id);
        for (const auto& course : courses) taught.emplace_back(course.text("course_id"));
    }
    const auto rooms = rooms_of(call.who, taught);
    const auto missed = co_await journal_.after(std::string(known), list.limit);
    json::Array items;
    for (const auto& entry : missed.entries) {
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
    co_return http::json({{"items", std::move(items)}, {"cursor", missed.cursor}});
}

}  // namespace studentcore
