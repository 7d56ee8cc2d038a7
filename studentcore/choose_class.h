// The pages that ask which class: a lecturer's own courses first, today's before the others.
#pragma once

#include <string_view>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"
#include "studentcore/settings.h"

namespace studentcore {

// {items: [{course_id, course_name, term, schedule, faculty_name, mine, today, taken}], q, date,
//  exam_types, more: {url}}. For the office the courses of the current term, by name; `q` finds
//  any.
[[nodiscard]] base::Task<json::Object> classes_to_choose(
    journal::Journal* journal, const Settings* settings, Courses* courses, web::Call call
);

// Whether the attendance of that day is in: one record is enough to say so.
[[nodiscard]] base::Task<bool> attendance_taken(
    table::Store* store, std::string course_id, std::string date
);
// The names of the college's exam types.
[[nodiscard]] json::Array exam_type_names(const College& college);

// Whether the schedule ("Mon 09:00-10:30, Wed 09:00") has an entry for the weekday of that date.
[[nodiscard]] bool meets_on(std::string_view schedule, std::string_view date);

}  // namespace studentcore
