#include "studentcore/student_figures.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/student_summary.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Decimal;

constexpr std::int64_t warn_from = 3;

struct Tally {
    std::string_view course_id;
    std::string_view course_name;
    std::int64_t present = 0;
    std::int64_t absent = 0;
    std::int64_t late = 0;
    std::int64_t in_a_row = 0;
    bool counting = true;  // nothing but absences so far, from the newest back
};

// Sorts what has a course_name as people do; each name is folded once.
template <class Row>
void sort_by_name(std::vector<Row>& rows) {
    std::vector<std::pair<std::string, Row>> named;
    named.reserve(rows.size());
    for (Row& row : rows) named.emplace_back(base::folded(row.course_name), std::move(row));
    std::ranges::stable_sort(named, {}, &std::pair<std::string, Row>::first);
    for (std::size_t at = 0; at < rows.size(); ++at) rows[at] = std::move(named[at].second);
}

void count(Tally& tally, std::string_view status) {
    const bool absent = status == "Absent";
    if (absent) ++tally.absent;
    if (status == "Present") ++tally.present;
    if (status == "Late") ++tally.late;
    tally.counting = tally.counting && absent;
    if (tally.counting) ++tally.in_a_row;
}

// What the texts of one table say.
class Reading {
  public:
    explicit Reading(StudentFigures& figures) : figures_(figures) {}

    // Remembers the records and hands out what was picked of each.
    template <class Take>
    void read(
        std::vector<table::Record> records, std::initializer_list<std::string_view> names,
        const Take& take
    ) {
        const auto& kept = figures_.texts.emplace_back(std::move(records));
        figures_.picked.reserve(figures_.picked.size() + kept.size());
        for (const auto& record : kept) {
            auto& picked = figures_.picked.emplace_back(record.text, names);
            take(picked, record);
        }
    }
    void add_mark(const json::Picked& picked, std::vector<MarkFacts>& to) const {
        to.push_back({picked[0], picked[1], picked[2], picked[3], picked[4]});
    }

    std::vector<MarkFacts> enrolled;
    std::vector<MarkFacts> examined;
    std::vector<DayFacts> days;
    std::vector<CreditFacts> credits;

    [[nodiscard]] std::vector<table::Key> course_keys(bool of_days) const {
        std::vector<std::string_view> ids;
        for (const auto& one : enrolled) ids.push_back(one.course_id);
        for (const auto& one : examined) ids.push_back(one.course_id);
        if (of_days)
            for (const auto& one : days) ids.push_back(one.course_id);
        std::ranges::sort(ids);
        ids.erase(std::ranges::unique(ids).begin(), ids.end());
        if (ids.size() > table::query_limit_max) ids.resize(table::query_limit_max);
        std::vector<table::Key> keys;
        keys.reserve(ids.size());
        for (const auto id : ids) keys.emplace_back(std::string(id));
        return keys;
    }

    // Leaves what concerns these courses.
    void keep(const std::vector<std::string_view>& taught) {
        const auto foreign = [&](const auto& one) {
            return std::ranges::find(taught, one.course_id) == taught.end();
        };
        std::erase_if(enrolled, foreign);
        std::erase_if(examined, foreign);
        std::erase_if(days, foreign);
        std::erase_if(credits, foreign);
    }

    void finish() {
        figures_.courses = courses_with_marks(enrolled, examined, credits);
        figures_.attendance = attendance_by_course(std::move(days));
    }

  private:
    StudentFigures& figures_;
};

}  // namespace

std::vector<CourseOfStudent> courses_with_marks(
    const std::vector<MarkFacts>& enrolled, const std::vector<MarkFacts>& examined,
    const std::vector<CreditFacts>& credits
) {
    std::vector<CourseOfStudent> courses;
    courses.reserve(enrolled.size());
    const auto entry = [&](const MarkFacts& facts) -> CourseOfStudent& {
        const auto there = std::ranges::find(courses, facts.course_id, &CourseOfStudent::course_id);
        if (there != courses.end()) return *there;
        const auto course = std::ranges::find(credits, facts.course_id, &CreditFacts::course_id);
        const auto worth = course == credits.end() ? std::nullopt : Decimal::parse(course->credits);
        courses.push_back(
            {.course_id = facts.course_id,
             .course_name = facts.course_name,
             .marks =
                 {.course_id = facts.course_id, .credits = worth.value_or(Decimal{}), .exams = {}}}
        );
        return courses.back();
    };
    for (const auto& enrolment : enrolled) entry(enrolment);
    for (const auto& result : examined) {
        const auto marks = Decimal::parse(result.marks);
        const auto max_marks = Decimal::parse(result.max_marks);
        if (!marks || !max_marks) continue;
        entry(result).marks.exams.push_back(
            {.exam_type = result.exam_type, .marks = *marks, .max_marks = *max_marks}
        );
    }
    sort_by_name(courses);
    return courses;
}

json::Array attendance_by_course(std::vector<DayFacts> newest_first) {
    // The index orders by date alone; a day may have several sessions.
    const auto instant = [](const DayFacts& one) { return std::pair{one.date, one.session}; };
    if (!std::ranges::is_sorted(newest_first, std::greater<>{}, instant))
        std::ranges::stable_sort(newest_first, std::greater<>{}, instant);
    std::vector<Tally> tallies;
    for (const auto& one : newest_first) {
        auto tally = std::ranges::find(tallies, one.course_id, &Tally::course_id);
        if (tally == tallies.end())
            tally = tallies.insert(
                tallies.end(), {.course_id = one.course_id, .course_name = one.course_name}
            );
        count(*tally, one.status);
    }
    sort_by_name(tallies);
    json::Array rows;
    rows.reserve(tallies.size());
    for (const Tally& tally : tallies) {
        json::Object row;
        row.reserve(9);
        row.append_new("course_id", tally.course_id);
        row.append_new("course_name", tally.course_name);
        row.append_new("present", tally.present);
        row.append_new("absent", tally.absent);
        row.append_new("late", tally.late);
        row.append_new("total", tally.present + tally.absent + tally.late);
        if (const auto rate = attendance_rate(tally.present, tally.late, tally.absent))
            row.append_new("rate", json::Number{rate->text(1)});
        row.append_new("absent_in_a_row", tally.in_a_row);
        row.append_new("warn", tally.in_a_row >= warn_from);
        rows.emplace_back(std::move(row));
    }
    return rows;
}

base::Task<StudentFigures> figures_of(
    table::Store* store, web::Identity who, std::string student_id
) {
    require_read_student(who, student_id);
    const auto found = co_await store->get(&students_table, {student_id, {}});
    StudentFigures figures;
    if (found) figures.student = found->item();
    if (!found || figures.student.contains("deleting"))
        throw base::Error::not_found("There is no such student.");
    Reading reading(figures);
    auto enrolled = index_query(&enrolments_table, "student_id-index", student_id);
    auto records = co_await all_of(store, std::move(enrolled));
    reading.read(
        std::move(records), {"course_id", "course_name"},
        [&](const json::Picked& picked, const auto&) { reading.add_mark(picked, reading.enrolled); }
    );
    auto examined = index_query(&results_table, "student_id-index", student_id);
    records = co_await all_of(store, std::move(examined));
    reading.read(
        std::move(records), {"course_id", "course_name", "exam_type", "marks", "max_marks"},
        [&](const json::Picked& picked, const auto&) { reading.add_mark(picked, reading.examined); }
    );
    auto newest = index_query(&attendance_table, "student_id-index", student_id);
    newest.descending = true;
    records = co_await all_of(store, std::move(newest));
    reading.read(
        std::move(records), {"course_id", "course_name", "date", "session", "status"},
        [&](const json::Picked& day, const auto&) {
            reading.days.push_back({day[0], day[1], day[2], day[3], day[4]});
        }
    );
    const bool lecturer = is_faculty(who);
    auto keys = reading.course_keys(lecturer);
    records.clear();
    if (!keys.empty()) {
        auto courses = co_await store->get_many(&courses_table, std::move(keys));
        for (auto& course : courses)
            if (course) records.push_back(std::move(*course));
    }
    std::vector<std::string_view> taught;
    reading.read(
        std::move(records), {"course_id", "credits"},
        [&](const json::Picked& course, const table::Record& record) {
            reading.credits.push_back({course[0], course[1]});
            if (!lecturer) return;
            if (teaches(json::parse_stored(record.text, {"faculty", "co_faculty"}), who.user_id))
                taught.push_back(course[0]);
        }
    );
    if (lecturer) reading.keep(taught);
    reading.finish();
    co_return figures;
}

StudentFigures figures_of(const StudentRecords& records) {
    StudentFigures figures;
    figures.student = records.student;
    figures.courses = courses_with_marks(records);
    figures.attendance = attendance_by_course(records);
    return figures;
}

}  // namespace studentcore
