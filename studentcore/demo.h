// Demo data: the paper's evaluation set, the same each time, or any multiple of it.
//
// 250 students in 20 programmes, 30 courses, 1,200 attendance records over 12 weeks (about 3 classes
// a week), 600 results in midterm and final. Every student has some of each. Ids are fixed; dates end
// in the week before `today`, so that the terms and the trend look alive. Written through the journal, without
// log entries except for the last week's.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/task.h"
#include "platform/journal/journal.h"

namespace studentcore {

struct DemoSize {
    std::size_t students = 250;
    std::size_t courses = 30;
    std::size_t marks = 1200;  // attendance records
    std::size_t results = 600;
    [[nodiscard]] static DemoSize scaled(std::size_t factor);
};

// Sign-ins of the demo; they work from this machine only (users with `demo`: true).
struct DemoAccount {
    std::string_view username;
    std::string_view password;
    std::string_view role;
    std::string_view full_name;
};
[[nodiscard]] const std::vector<DemoAccount>& demo_accounts();

// The ids of the n-th student and course, for tests and benchmarks.
[[nodiscard]] std::string demo_student_id(std::size_t n);
[[nodiscard]] std::string demo_course_id(std::size_t n);

[[nodiscard]] json::Object demo_settings(std::string_view today);

// Whether a demo was cut off while it was written: it is no college to serve.
[[nodiscard]] base::Task<bool> demo_is_half(table::Store* store);

// Writes all of it, from the start when one was cut off. `hash` makes a password hash; `progress` is
// told what is done, of how much.
[[nodiscard]] base::Task<> write_demo(
    journal::Journal* journal, DemoSize size, std::string today,
    std::function<base::Task<std::string>(std::string)> hash,
    std::function<void(std::string_view what, std::size_t done, std::size_t of)> progress
);

}  // namespace studentcore
