#include "studentcore/stats.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "studentcore/access.h"
#include "studentcore/choose_class.h"
#include "studentcore/feed.h"
#include "studentcore/grades.h"
#include "studentcore/student_summary.h"

namespace studentcore {
namespace {

constexpr std::size_t days_shown = 30;
constexpr std::size_t feed_shown = 20;
// How far back a lecturer's feed looks for what they may see.
constexpr std::size_t feed_read = 100;

using Numbers = std::map<std::string, std::int64_t, std::less<>>;

base::Task<Numbers> group(table::Store* store, std::string name) {
    const auto counters = co_await store->counters(std::move(name));
    Numbers numbers;
    for (const auto& counter : counters)
        if (counter.value != 0) numbers[counter.name] = counter.value;
    co_return numbers;
}

std::int64_t number(const Numbers& numbers, std::string_view name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? 0 : found->second;
}

json::Value rate_value(std::int64_t present, std::int64_t late, std::int64_t absent) {
    const auto rate = attendance_rate(present, late, absent);
    return rate ? json::Value(json::Number{rate->text(1)}) : json::Value(nullptr);
}

// Counters named "2026-11-20#Present" as rows of days, the newest `days_shown`, oldest first.
json::Array days_of(const Numbers& numbers) {
    struct Day {
        std::int64_t present = 0;
        std::int64_t absent = 0;
        std::int64_t late = 0;
    };
    std::map<std::string, Day> days;
    for (const auto& [name, value] : numbers) {
        const auto hash = name.find('#');
        if (hash == std::string::npos) continue;
        auto& day = days[name.substr(0, hash)];
        const auto status = std::string_view(name).substr(hash + 1);
        if (status == "Present") day.present = value;
        if (status == "Absent") day.absent = value;
        if (status == "Late") day.late = value;
    }
    while (days.size() > days_shown) days.erase(days.begin());
    json::Array rows;
    for (const auto& [date, day] : days) {
        rows.emplace_back(json::Object{
            {"date", date},
            {"present", day.present},
            {"absent", day.absent},
            {"late", day.late},
            {"rate", rate_value(day.present, day.late, day.absent)},
        });
    }
    return rows;
}

struct Programs {
    json::Object by_name;
    json::Array rows;  // largest first
    std::int64_t most = 0;
};

Programs programs_of(const Numbers& students) {
    constexpr std::string_view prefix = "program#";
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const auto& [name, value] : students)
        if (name.starts_with(prefix)) counts.emplace_back(name.substr(prefix.size()), value);
    Programs programs;
    for (const auto& [name, count] : counts) programs.by_name.append_new(name, count);
    std::ranges::stable_sort(counts, std::greater<>{}, [](const auto& one) { return one.second; });
    for (const auto& [name, count] : counts)
        programs.rows.emplace_back(json::Object{{"program", name}, {"count", count}});
    if (!counts.empty()) programs.most = counts.front().second;
    return programs;
}

void add_grades(json::Object& model, const Numbers& results) {
    json::Object by_letter;
    json::Array rows;
    for (const auto& step : grade_scale) {
        const auto count = number(results, "grade#" + std::string(step.letter));
        by_letter.append_new(std::string(step.letter), count);
        rows.emplace_back(
            json::Object{{"grade", step.letter}, {"meaning", step.meaning}, {"count", count}}
        );
    }
    model.set("grades", std::move(by_letter));
    model.set("grade_rows", number(results, "all") == 0 ? json::Array{} : std::move(rows));
}

}  // namespace

base::Task<json::Object> Stats::count() {
    const auto students = co_await group(&store_, "students");
    const auto courses = co_await group(&store_, "courses");
    const auto attendance = co_await group(&store_, "attendance");
    const auto days = co_await group(&store_, "attendance_day");
    const auto results = co_await group(&store_, "results");
    const auto users = co_await group(&store_, "users");
    const auto enrolments = co_await group(&store_, "enrolments");
    const auto present = number(attendance, "status#Present");
    const auto absent = number(attendance, "status#Absent");
    const auto late = number(attendance, "status#Late");
    auto programs = programs_of(students);
    json::Object model{
        {"students", number(students, "all")},
        {"courses", number(courses, "all")},
        {"attendance", number(attendance, "all")},
        {"results", number(results, "all")},
        {"users", number(users, "all")},
        {"enrolments", number(enrolments, "all")},
        {"attendance_rate", rate_value(present, late, absent)},
        {"statuses", json::Object{{"present", present}, {"absent", absent}, {"late", late}}},
    };
    add_grades(model, results);
    model.set("programs", std::move(programs.by_name));
    model.set("program_rows", std::move(programs.rows));
    model.set("program_most", programs.most);
    model.set("attendance_by_day", days_of(days));
    co_return model;
}

base::Task<std::shared_ptr<const Stats::Made>> Stats::current() {
    // The number is read before the counters: what is kept may be newer than its number, never older.
    const auto commit = store_.commit_number();
    if (commit != 0) {
        const std::scoped_lock lock(mutex_);
        if (made_ && made_->commit == commit) co_return made_;
    }
    auto made = std::make_shared<Made>();
    made->commit = commit;
    made->model = co_await count();
    made->body = std::make_shared<const std::string>(json::write(made->model));
    const std::scoped_lock lock(mutex_);
    made_ = made;
    co_return made;
}

base::Task<http::Response> Stats::stats(web::Call) {
    const auto made = co_await current();
    http::Response response;
    response.shared_body = made->body;
    co_return response;
}

base::Task<json::Array> Stats::own_classes(web::Identity who) {
    auto courses = co_await courses_.courses_of(who.user_id);
    const auto today = settings_.today();
    std::ranges::stable_sort(courses, std::greater<>{}, [&](const json::Object& course) {
        return meets_on(course.text("schedule"), today);
    });
    json::Array rows;
    for (const auto& course : courses) {
        const bool meets = meets_on(course.text("schedule"), today);
        json::Object row{
            {"course_id", course.text("course_id")},
            {"course_name", course.text("course_name")},
            {"schedule", course.text("schedule")},
            {"today", meets},
        };
        const bool is_taken =
            co_await attendance_taken(&store_, std::string(course.text("course_id")), today);
        row.append_new("taken", is_taken);
        rows.emplace_back(std::move(row));
    }
    co_return rows;
}

base::Task<http::Response> Stats::dashboard(web::Call call) {
    if (is_student(call.who)) co_return http::redirect("/me");
    const auto made = co_await current();
    auto model = made->model;
    model.set("empty", model.integer("students") == 0 && model.integer("courses") == 0);
    auto latest = co_await journal_.latest({}, is_admin(call.who) ? feed_shown : feed_read);
    if (is_faculty(call.who)) {
        auto mine = co_await own_classes(call.who);
        std::vector<std::string> ids;
        for (const auto& course : mine) ids.emplace_back(course.object()->text("course_id"));
        model.set("mine", std::move(mine));
        const auto rooms = rooms_of(call.who, ids);
        std::erase_if(latest.entries, [&](const journal::Entry& entry) {
            return std::ranges::none_of(entry.events, [&](const journal::Event& event) {
                return seen_by(event, rooms).has_value();
            });
        });
        if (latest.entries.size() > feed_shown) latest.entries.resize(feed_shown);
    }
    model.set("feed", co_await feed_of(&journal_, std::move(latest.entries), call.who));
    co_return call.show("dashboard", std::move(model));
}

}  // namespace studentcore
