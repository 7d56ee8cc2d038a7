#include "studentcore/demo.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <numeric>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/run.h"
#include "studentcore/access.h"
#include "studentcore/demo_names.h"
#include "studentcore/grades.h"
#include "studentcore/settings.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t courses_each = 4;
constexpr int weeks = 12;
constexpr std::size_t operations_a_write = 90;
constexpr std::size_t writes_at_once = 32;

// A small generator of our own: the same numbers on every machine (SplitMix64).
std::uint64_t mixed(std::uint64_t n) {
    n += 0x9E3779B97F4A7C15ULL;
    n = (n ^ (n >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    n = (n ^ (n >> 27U)) * 0x94D049BB133111EBULL;
    return n ^ (n >> 31U);
}
std::size_t drawn(std::uint64_t seed, std::size_t below) { return mixed(seed) % below; }

template <class Names>
std::string_view pick(const Names& names, std::uint64_t seed) {
    return names[drawn(seed, names.size())];
}

// Looks like a UUIDv7 made on 1 January 2026 and sorts by n.
std::string demo_id(unsigned kind, std::size_t n) {
    char text[64];
    const std::uint64_t ms = 1'767'225'600'000ULL + n;
    std::snprintf(
        text, sizeof text, "%08llx-%04llx-7%03x-8000-%012llx",
        static_cast<unsigned long long>(ms >> 16U), static_cast<unsigned long long>(ms & 0xFFFFU),
        kind, static_cast<unsigned long long>(n)
    );
    return text;
}

std::string user_id_of(std::size_t n) { return demo_id(1, n); }

std::string student_name(std::size_t n) {
    return std::string(pick(demo_given_names, n * 2 + 1)) + " " +
           std::string(pick(demo_family_names, n * 2 + 2));
}

std::string course_name(std::size_t n) {
    const std::string name(demo_courses[n % demo_courses.size()]);
    const std::size_t group = n / demo_courses.size();
    return group == 0 ? name : name + " " + std::to_string(group + 1);
}

// Each student takes four neighbouring courses, so a course has about 4/30 of its block's students.
std::vector<std::size_t> courses_of_student(std::size_t student_number, std::size_t courses) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < std::min(courses_each, courses); ++i)
        numbers.push_back((student_number * 7 / 8 + i) % courses);
    return numbers;
}

class Writer {
  public:
    using Progress = std::function<void(std::string_view, std::size_t, std::size_t)>;

    Writer(journal::Journal& journal, DemoSize size, std::string today, Progress progress)
        : journal_(journal), size_(size), today_(std::move(today)), progress_(std::move(progress)) {
        rosters_.resize(size_.courses);
        for (std::size_t n = 0; n < size_.students; ++n)
            for (const std::size_t course : courses_of_student(n, size_.courses))
                rosters_[course].push_back(n);
    }

    base::Task<> users(std::function<base::Task<std::string>(std::string)> hash) {
        std::vector<json::Object> items;
        std::size_t n = 0;
        for (const auto& account : demo_accounts()) {
            json::Object item{
                {"user_id", user_id_of(n++)},
                {"username", account.username},
                {"role", account.role},
                {"full_name",
                 account.role == student ? student_name(0) : std::string(account.full_name)},
                {"demo", true},
                {"signed_in_at", today_ + "T08:00:00Z"}
            };
            item.set("password_hash", co_await hash(std::string(account.password)));
            items.push_back(std::move(item));
        }
        for (std::size_t i = 1; i < demo_lecturers.size(); ++i)
            items.push_back(
                {{"user_id", user_id_of(n++)},
                 {"username", "lecturer" + std::to_string(i + 1)},
                 {"role", faculty},
                 {"full_name", demo_lecturers[i]}}
            );
        write(&users_table, "users", std::move(items));
    }

    void announcements() {
        struct Notice {
            std::string_view audience;
            std::string_view title;
            std::string_view text;
        };
        static constexpr std::array<Notice, 2> notices{
            {{"staff", "Marks of the finals",
              "Please enter the marks of the finals by the end of next week."},
             {"everyone", "The library is open longer",
              "Until the finals are over the library is open from 8 to 22, also on Saturdays."}}
        };
        auto change = fresh();
        for (std::size_t n = 0; n < notices.size(); ++n) {
            const auto& notice = notices[n];
            json::Object item{
                {"pk", "announcement#" + std::string(notice.audience)},
                {"sk", demo_id(4, n)},
                {"title", notice.title},
                {"text", notice.text},
                {"by", demo_accounts().front().full_name},
                {"at", today_ + "T08:00:00.000Z"},
                {"audience", notice.audience}
            };
            change.also(table::Put{&journal::system_table(), std::move(item), {}});
        }
        add(std::move(change));
        write_all();
    }

    void courses() {
        std::vector<json::Object> items;
        for (std::size_t n = 0; n < size_.courses; ++n) {
            const std::size_t lecturer = n % demo_lecturers.size();
            items.push_back(
                {{"course_id", demo_course_id(n)},
                 {"course_name", course_name(n)},
                 {"term", term_},
                 {"credits", json::Number{std::to_string(2 + n % 4)}},
                 {"schedule", demo_schedules[n % demo_schedules.size()]},
                 {"faculty", lecturer_id(n)},
                 {"faculty_name", demo_lecturers[lecturer]}}
            );
        }
        write(&courses_table, "courses", std::move(items));
    }

    void students() {
        std::vector<json::Object> items;
        for (std::size_t n = 0; n < size_.students; ++n) {
            json::Array enrolled;
            for (const std::size_t course : courses_of_student(n, size_.courses))
                enrolled.emplace_back(demo_course_id(course));
            char code[16];
            std::snprintf(code, sizeof code, "S%06zu", 100001 + n);
            json::Object item{
                {"student_id", demo_student_id(n)},
                {"student_code", std::string(code)},
                {"full_name", student_name(n)},
                {"program", demo_programs[n % demo_programs.size()]},
                {"status", n % 40 == 39 ? "withdrawn" : "active"},
                {"enrolled_courses", std::move(enrolled)}
            };
            place_in_lists(item);
            if (n == 0) item.set("user_id", user_id_of(2));
            items.push_back(std::move(item));
        }
        write(&students_table, "students", std::move(items));
    }

    void enrolments() {
        std::vector<json::Object> items;
        for (std::size_t course = 0; course < size_.courses; ++course)
            for (const std::size_t n : rosters_[course]) {
                char code[16];
                std::snprintf(code, sizeof code, "S%06zu", 100001 + n);
                items.push_back(
                    {{"enrolment_id", enrolment_key(demo_student_id(n), demo_course_id(course))},
                     {"student_id", demo_student_id(n)},
                     {"course_id", demo_course_id(course)},
                     {"student_name", student_name(n)},
                     {"student_code", std::string(code)},
                     {"course_name", course_name(course)}}
                );
            }
        write(&enrolments_table, "enrolments", std::move(items));
    }

    // Week by week, some classes of whole courses: the first course every week, the other taught ones
    // in turn. The last to be made, in the first week, is cut off where the number is reached.
    void attendance() {
        std::vector<json::Object> items;
        auto others = taught_courses();
        if (others.empty()) return;
        const std::size_t first = others.front();
        if (others.size() > 1) others.erase(others.begin());
        std::size_t made = 0;
        std::size_t turn = 0;
        for (int week = 1; week <= weeks && made < size_.marks; ++week) {
            const std::size_t until =
                size_.marks * static_cast<std::size_t>(week) / static_cast<std::size_t>(weeks);
            std::vector<std::size_t> visits(size_.courses, 0);
            std::size_t course = first;
            while (made < until) {
                made += add_class(items, course, week, visits[course]++, size_.marks - made);
                course = others[turn++ % others.size()];
                if (items.size() > 20'000)
                    write(
                        &attendance_table, "attendance", std::exchange(items, {}), made, size_.marks
                    );
            }
        }
        write(&attendance_table, "attendance", std::move(items), made, size_.marks);
    }

    // Midterm and final of the taught courses, then of the first lecturer's, then of the rest.
    void results() {
        std::vector<json::Object> items;
        std::size_t made = 0;
        for (const std::size_t course : examined_courses()) {
            for (const std::string_view exam : {"midterm", "final"}) {
                std::vector<json::Object> of_exam;
                for (const std::size_t n : rosters_[course])
                    if (made + of_exam.size() < size_.results)
                        of_exam.push_back(result(n, course, exam));
                made += of_exam.size();
                if (is_small())
                    save_class(&results_table, course, exam, std::move(of_exam));
                else
                    std::ranges::move(of_exam, std::back_inserter(items));
            }
        }
        write(&results_table, "results", std::move(items), made, size_.results);
    }

  private:
    json::Object result(std::size_t n, std::size_t course, std::string_view exam) const {
        const std::uint64_t seed = n * 1000 + course * 2 + (exam == "final" ? 1 : 0);
        // A student's own level and some luck: a distribution with a middle.
        const std::size_t half_points = 70 + drawn(n, 70) + drawn(seed, 31) + drawn(seed + 77, 31);
        const base::Decimal marks(static_cast<std::int64_t>(half_points) * 5, 1);
        const base::Decimal capped = std::min(marks, base::Decimal(1000, 1));
        const auto grade = *grade_of(capped, base::Decimal(100, 0));
        return {
            {"result_id", result_key(demo_student_id(n), demo_course_id(course), exam)},
            {"student_id", demo_student_id(n)},
            {"course_id", demo_course_id(course)},
            {"exam_type", exam},
            {"marks", json::Number{capped.plain()}},
            {"max_marks", json::Number{"100"}},
            {"percent", json::Number{grade.percent.text(2)}},
            {"grade", grade.letter},
            {"student_name", student_name(n)},
            {"course_name", course_name(course)}
        };
    }

    // Every fourth: each student takes four neighbours, so each has marks in one of them.
    [[nodiscard]] std::vector<std::size_t> taught_courses() const {
        std::vector<std::size_t> courses;
        for (std::size_t n = 0; n < size_.courses; n += courses_each)
            if (!rosters_[n].empty()) courses.push_back(n);
        return courses;
    }

    [[nodiscard]] std::vector<std::size_t> examined_courses() const {
        std::vector<std::size_t> courses(size_.courses);
        std::iota(courses.begin(), courses.end(), std::size_t{0});
        const auto rank = [](std::size_t course) {
            if (course % courses_each == 0) return 0;
            return course % demo_lecturers.size() == 0 ? 1 : 2;
        };
        std::ranges::stable_sort(courses, {}, rank);
        return courses;
    }

    // The weekdays that the course's schedule names, Monday as 0.
    static std::vector<int> weekdays_of(std::size_t course) {
        static constexpr std::array<std::string_view, 5> names{"Mon", "Tue", "Wed", "Thu", "Fri"};
        const std::string_view schedule = demo_schedules[course % demo_schedules.size()];
        std::vector<int> days;
        for (int day = 0; const auto name : names) {
            if (schedule.find(name) != std::string_view::npos) days.push_back(day);
            ++day;
        }
        return days;
    }

    // Adds one class of the course in that week, counted back from the last whole one; `visit` is how
    // many it had there before. At most `most` records.
    std::size_t add_class(
        std::vector<json::Object>& items, std::size_t course, int week, std::size_t visit,
        std::size_t most
    ) const {
        const auto days = weekdays_of(course);
        const std::string monday = base::add_days(today_, -base::weekday(today_) - 7 * week);
        const std::string date = base::add_days(monday, days[visit % days.size()]);
        const std::string session = std::to_string(1 + visit / days.size());
        const auto& roster = rosters_[course];
        const std::size_t count = std::min(roster.size(), most);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t n = roster[i];
            const std::size_t luck =
                drawn(n * 7919 + course * 131 + static_cast<std::size_t>(week), 100);
            const std::size_t absent = 4 + drawn(n, 14);
            const std::string_view status = luck < absent       ? "Absent"
                                            : luck < absent + 6 ? "Late"
                                                                : "Present";
            items.push_back(
                {{"attendance_id",
                  attendance_key(demo_student_id(n), demo_course_id(course), date, session)},
                 {"student_id", demo_student_id(n)},
                 {"course_id", demo_course_id(course)},
                 {"date", date},
                 {"session", session},
                 {"status", status},
                 {"student_name", student_name(n)},
                 {"course_name", course_name(course)}}
            );
            // As if it had been taken on its day, so that a timeline has an order.
            if (date < today_) items.back().set("updated_at", date + "T15:00:00.000Z");
        }
        return count;
    }

    // Small sets have a change log, as if their lecturers had entered them.
    [[nodiscard]] bool is_small() const { return size_.results <= 6000; }

    void save_class(
        table::SchemaRef table, std::size_t course, std::string_view exam,
        std::vector<json::Object> items
    ) {
        if (items.empty()) return;
        const std::size_t lecturer = course % demo_lecturers.size();
        journal::Transaction change(
            {lecturer_id(course), std::string(demo_lecturers[lecturer])}, "result_added",
            "course:" + demo_course_id(course)
        );
        json::Object payload{{"course_id", demo_course_id(course)}, {"exam_type", exam}};
        json::Array told;
        std::vector<std::string> students;
        for (auto& item : items) {
            students.emplace_back(item.text("student_id"));
            told.emplace_back(json::Object{
                {"result_id", item.text("result_id")},
                {"student_id", item.text("student_id")},
                {"grade", item.text("grade")}
            });
            change.create(table, std::move(item));
        }
        payload.set("items", std::move(told));
        journal::Event event{
            "result_added", marks_rooms(demo_course_id(course), students), std::move(payload)
        };
        change.tell(std::move(event));
        add(std::move(change));
    }

    static std::string lecturer_id(std::size_t course) {
        const std::size_t lecturer = course % demo_lecturers.size();
        return user_id_of(lecturer == 0 ? 1 : 2 + lecturer);
    }

    void write(
        table::SchemaRef table, std::string_view what, std::vector<json::Object> items,
        std::size_t done_before = 0, std::size_t of = 0
    ) {
        std::size_t done = done_before > items.size() ? done_before - items.size() : 0;
        if (of == 0) of = items.size();
        auto change = fresh();
        std::size_t operations = 0;
        for (auto& item : items) {
            auto one = fresh();
            one.create(table, item);
            const std::size_t more = one.operations() - 2;
            if (operations + more > operations_a_write) {
                add(std::exchange(change, fresh()));
                operations = 0;
                if (progress_) progress_(what, done, of);
            }
            operations += more;
            change.create(table, std::move(item));
            ++done;
        }
        add(std::move(change));
        write_all();
        if (progress_) progress_(what, done, of);
    }

    static journal::Transaction fresh() {
        journal::Transaction change({{}, "Demo data"}, "demo", "demo");
        change.silent();
        return change;
    }

    void add(journal::Transaction change) {
        if (change.empty()) return;
        changes_.push_back(std::move(change));
        if (changes_.size() == writes_at_once) write_all();
    }

    // None waits for the one before: the store makes them durable together.
    void write_all() {
        std::vector<base::Task<>> writes;
        for (auto& change : std::exchange(changes_, {}))
            writes.push_back(commit(std::move(change)));
        base::run_together(std::move(writes), 1);
    }

    base::Task<> commit(journal::Transaction change) {
        const auto outcome = co_await journal_.commit(std::move(change));
        if (!outcome)
            throw base::Error::conflict(
                "The demo data is there already, or the data directory is in use: give an empty "
                "one."
            );
    }

    journal::Journal& journal_;
    DemoSize size_;
    std::string today_;
    Progress progress_;
    std::vector<journal::Transaction> changes_;
    std::string term_ =
        std::string(demo_settings(today_).find("terms")->array()->front().object()->text("name"));
    std::vector<std::vector<std::size_t>> rosters_;
};

}  // namespace

DemoSize DemoSize::scaled(std::size_t factor) {
    const DemoSize one;
    return {one.students * factor, one.courses * factor, one.marks * factor, one.results * factor};
}

const std::vector<DemoAccount>& demo_accounts() {
    static const std::vector<DemoAccount> accounts{
        {"admin", "registry-desk-demo", admin, "Meera Nair"},
        {"lecturer", "lecture-hall-demo", faculty, demo_lecturers[0]},
        {"student", "reading-room-demo", student, "Demo student"}
    };
    return accounts;
}

std::string demo_student_id(std::size_t n) { return demo_id(2, n); }
std::string demo_course_id(std::size_t n) { return demo_id(3, n); }

namespace {
std::string term_name(std::string_view first_day) {
    const std::string_view month = first_day.substr(5, 2);
    const std::string_view season = month < "05" ? "Spring " : month < "08" ? "Summer " : "Autumn ";
    return std::string(season) + std::string(first_day.substr(0, 4));
}
}  // namespace

json::Object demo_settings(std::string_view today) {
    const std::string monday = base::add_days(today, -base::weekday(today));
    const std::string from = base::add_days(monday, -7 * weeks);
    json::Array programs;
    for (const auto program : demo_programs) programs.emplace_back(program);
    return {
        {"college", "Riverside College"},
        {"terms",
         json::Array{json::Object{
             {"name", term_name(from)}, {"from", from}, {"until", base::add_days(monday, 7 * 4 - 1)}
         }}},
        {"programs", std::move(programs)}
    };
}

namespace {

constexpr std::string_view demo_partition = "demo";

// The item that stands in the system table while the demo is written.
table::Key under_way() { return {std::string(demo_partition), "under_way"}; }

// Empties every table of what a demo left that was cut off.
base::Task<> forget_all(journal::Journal* journal) {
    for (const auto* table : all_tables()) {
        std::string cursor;
        do {
            const table::Page page =
                co_await journal->store().scan(table, cursor, table::write_operations_max);
            table::Write write;
            for (const auto& record : page.records) {
                const json::Object item = record.item();
                // The mark goes last, with the end of the new demo.
                if (table == &journal::system_table() && item.text("pk") == demo_partition)
                    continue;
                table::Key key{std::string(item.text(table->key))};
                if (!table->sort_key.empty()) key.sort = item.text(table->sort_key);
                write.operations.emplace_back(table::Delete{table, std::move(key), {}});
            }
            if (!write.operations.empty()) (void)co_await journal->store().write(std::move(write));
            cursor = page.cursor;
        } while (!cursor.empty());
    }
    (void)co_await journal->recount(record_tables(), true);
}

}  // namespace

base::Task<bool> demo_is_half(table::Store* store) {
    const auto mark = co_await store->get(&journal::system_table(), under_way());
    co_return mark.has_value();
}

base::Task<> write_demo(
    journal::Journal* journal, DemoSize size, std::string today,
    std::function<base::Task<std::string>(std::string)> hash,
    std::function<void(std::string_view what, std::size_t done, std::size_t of)> progress
) {
    if (co_await demo_is_half(&journal->store())) co_await forget_all(journal);
    json::Object mark{{"pk", under_way().partition}, {"sk", under_way().sort}};
    table::Put put{&journal::system_table(), std::move(mark), {}};
    table::Write start;
    start.operations.emplace_back(std::move(put));
    (void)co_await journal->store().write(std::move(start));
    Settings settings(*journal);
    co_await settings.load();
    co_await settings.store({{}, "Demo data"}, demo_settings(today));
    Writer writer(*journal, size, today, std::move(progress));
    co_await writer.users(std::move(hash));
    writer.announcements();
    writer.courses();
    writer.students();
    writer.enrolments();
    writer.attendance();
    writer.results();
    table::Write end;
    end.operations.emplace_back(table::Delete{&journal::system_table(), under_way(), {}});
    (void)co_await journal->store().write(std::move(end));
}

}  // namespace studentcore
