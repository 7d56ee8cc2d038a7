#include "studentcore/tables.h"

#include <algorithm>
#include <numeric>

#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/journal/journal.h"

namespace studentcore {
namespace {

using table::CountKey;
using table::Field;
using table::Index;
using table::Schema;
using table::Type;

Field key_field(std::string name, std::string description) {
    return {
        .name = std::move(name),
        .type = Type::id,
        .server = true,
        .description = std::move(description)
    };
}
Field version_field() {
    return {
        .name = "version",
        .type = Type::integer,
        .server = true,
        .description = "Grows with each change; also the ETag."
    };
}
Field updated_field() {
    return {
        .name = "updated_at",
        .type = Type::timestamp,
        .server = true,
        .description = "When the record last changed."
    };
}
// A record that is going: it has left the lists and the counts, and its own records are being
// removed.
Field deleting_field() {
    return {
        .name = "deleting",
        .type = Type::timestamp,
        .server = true,
        .description = "When its removal began; such a record is not shown."
    };
}
// The name of another record, copied so that one read shows it.
Field copy_field(std::string name, std::string description) {
    return {.name = std::move(name), .server = true, .description = std::move(description)};
}
Field reference(std::string name, std::string to, bool required, std::string description) {
    return {
        .name = std::move(name),
        .type = Type::id,
        .required = required,
        .references = std::move(to),
        .description = std::move(description)
    };
}

std::string_view wrong_username(std::string_view text) {
    const bool odd = text.find_first_of(" /\\<>\"") != std::string_view::npos;
    return odd ? "A user name has no blanks, quotes or slashes." : "";
}

std::string_view wrong_email(std::string_view text) {
    return base::is_email(text) ? "" : "This must be an e-mail address, such as ann@college.edu.";
}

std::string tagged(std::string_view tag, std::string_view value) {
    return std::string(tag) + "#" + std::string(value);
}

std::vector<CountKey> user_counts(const json::Object& item) {
    return {{"users", "all"}, {"users", tagged("role", item.text("role"))}};
}
std::vector<CountKey> student_counts(const json::Object& item) {
    if (item.contains("deleting")) return {};
    return {
        {"students", "all"},
        {"students", tagged("program", item.text("program"))},
        {"students", tagged("status", item.text("status"))},
    };
}
std::vector<CountKey> course_counts(const json::Object& item) {
    if (item.contains("deleting")) return {};
    return {{"courses", "all"}, {"courses", tagged("term", item.text("term"))}};
}
// From each lecturer to the courses: an index reaches one attribute, not into a list.
std::vector<table::LinkKey> course_links(const json::Object& item) {
    std::vector<table::LinkKey> links;
    const std::string course_id(item.text("course_id"));
    const auto add = [&](std::string_view user_id) {
        table::LinkKey link{teaches_partition(user_id), course_id};
        if (!user_id.empty() && std::ranges::find(links, link) == links.end())
            links.push_back(std::move(link));
    };
    add(item.text("faculty"));
    if (const auto* others = item.find("co_faculty");
        others != nullptr && others->array() != nullptr)
        for (const auto& other : *others->array())
            if (other.string() != nullptr) add(*other.string());
    return links;
}

std::vector<CountKey> attendance_counts(const json::Object& item) {
    return {
        {"attendance", "all"},
        {"attendance", tagged("status", item.text("status"))},
        {"attendance_day", tagged(item.text("date"), item.text("status"))},
    };
}
std::vector<CountKey> result_counts(const json::Object& item) {
    return {{"results", "all"}, {"results", tagged("grade", item.text("grade"))}};
}
std::vector<CountKey> enrolment_counts(const json::Object& item) {
    return {{"enrolments", "all"}, {"roster", std::string(item.text("course_id"))}};
}

}  // namespace

const Schema users_table{
    .name = "users",
    .key = "user_id",
    .sort_key = {},
    .fields =
        {key_field("user_id", "The user's id."),
         {.name = "username",
          .required = true,
          .length_max = 64,
          .rule = wrong_username,
          .description = "What the person signs in with; unique without case."},
         {.name = "password_hash", .server = true, .secret = true, .length_max = 512},
         {.name = "role",
          .type = Type::choice,
          .required = true,
          .choices = {"admin", "faculty", "student"},
          .description = "What the person may do."},
         {.name = "full_name", .required = true, .description = "The person's name."},
         {.name = "demo",
          .type = Type::boolean,
          .server = true,
          .description = "An account of the demo data: works from this machine only."},
         {.name = "signed_in_at",
          .type = Type::timestamp,
          .server = true,
          .description = "When the person first set a password; absent until then."},
         version_field(),
         updated_field()},
    .indexes = {{"username-index", "username", ""}, {"role-index", "role", "full_name"}},
    .unique = {"username"},
    .search = {"full_name", "username"},
    .counts = user_counts,
};

const Schema students_table{
    .name = "students",
    .key = "student_id",
    .sort_key = {},
    .fields =
        {key_field("student_id", "The student's id."),
         {.name = "student_code",
          .required = true,
          .length_max = 40,
          .description = "The college's own number of the student; unique without case."},
         {.name = "full_name", .required = true, .description = "The student's name."},
         {.name = "program",
          .required = true,
          .length_max = 100,
          .description = "The programme of study, one of the college's list."},
         {.name = "status",
          .type = Type::choice,
          .choices = {"active", "withdrawn", "graduated"},
          .otherwise = "active",
          .description = "Whether the student is still here."},
         {.name = "email",
          .length_max = 254,
          .format = "email",
          .rule = wrong_email,
          .description = "Where the student is reached."},
         {.name = "enrolled_courses",
          .type = Type::list,
          .server = true,
          .length_max = 200,
          .description = "The ids of the student's courses; a copy of the enrolments."},
         reference("user_id", "users", false, "The student's own sign-in, if any."),
         {.name = "shard",
          .server = true,
          .length_max = 2,
          .description = "Which part of the list by name holds the student."},
         deleting_field(),
         copy_field("sort_name", "The name as lists are sorted by it: without case and accents."),
         version_field(),
         updated_field()},
    .indexes =
        {{"program-index", "program", "full_name"},
         {"student_code-index", "student_code", ""},
         {"user_id-index", "user_id", ""},
         {"name-index", "shard", "sort_name"}},
    .unique = {"student_code"},
    .search = {"full_name", "student_code"},
    .counts = student_counts,
    .links = nullptr,
    .derive = place_in_lists,
    .ttl = {},
    .recovery = true,
};

const Schema courses_table{
    .name = "courses",
    .key = "course_id",
    .sort_key = {},
    .fields =
        {key_field("course_id", "The course's id."),
         {.name = "course_name", .required = true, .description = "The course's name."},
         {.name = "course_code",
          .length_max = 40,
          .description = "The college's own code of the course."},
         {.name = "term",
          .required = true,
          .length_max = 60,
          .description = "The term in which it is held, one of the college's list."},
         {.name = "credits",
          .type = Type::decimal,
          .decimals = 1,
          .least = "0",
          .most = "100",
          .otherwise = "0",
          .description = "Its weight in the grade point average."},
         {.name = "schedule",
          .length_max = 300,
          .description =
              "When it meets: weekday and time entries, such as \"Mon 09:00-10:30, Wed 09:00\"."},
         reference("faculty", "users", false, "The lecturer."),
         copy_field("faculty_name", "The lecturer's name."),
         {.name = "co_faculty",
          .type = Type::list,
          .length_max = 20,
          .references = "users",
          .description = "Other lecturers who may take attendance and enter results."},
         deleting_field(),
         version_field(),
         updated_field()},
    .indexes = {{"faculty-index", "faculty", "course_name"}, {"term-index", "term", "course_name"}},
    .unique = {},
    .search = {"course_name"},
    .counts = course_counts,
    .links = course_links,
};

const Schema attendance_table{
    .name = "attendance",
    .key = "attendance_id",
    .sort_key = {},
    .fields =
        {key_field("attendance_id", "Follows from student, course, date and session."),
         reference("student_id", "students", true, "Whose attendance."),
         reference("course_id", "courses", true, "In which course."),
         {.name = "date",
          .type = Type::date,
          .required = true,
          .description = "The day of the class; not in the future."},
         {.name = "session",
          .length_max = 8,
          .otherwise = "1",
          .rule = wrong_session,
          .description = "Which class of that day, 1 unless a day has more; or a short name."},
         {.name = "status",
          .type = Type::choice,
          .required = true,
          .choices = {"Present", "Absent", "Late"},
          .description = "What was noted."},
         copy_field("student_name", "The student's name."),
         copy_field("course_name", "The course's name."),
         copy_field("marked_by", "The user who noted it."),
         version_field(),
         updated_field()},
    .indexes =
        {{"student_id-index", "student_id", "date"},
         {"course_id-index", "course_id", "date"},
         {"attendance_date-index", "date", ""}},
    .unique = {},
    .search = {},
    .counts = attendance_counts,
};

const Schema results_table{
    .name = "results",
    .key = "result_id",
    .sort_key = {},
    .fields =
        {key_field("result_id", "Follows from student, course and exam type."),
         reference("student_id", "students", true, "Whose result."),
         reference("course_id", "courses", true, "In which course."),
         {.name = "exam_type",
          .required = true,
          .length_max = 40,
          .description = "Which exam, one of the college's list (midterm, final)."},
         {.name = "marks",
          .type = Type::decimal,
          .required = true,
          .decimals = 2,
          .least = "0",
          .most = "100000",
          .description = "The marks reached, from 0 to max_marks."},
         {.name = "max_marks",
          .type = Type::decimal,
          .required = true,
          .decimals = 2,
          .least = "0.01",
          .most = "100000",
          .description = "The most that could be reached."},
         {.name = "percent",
          .type = Type::decimal,
          .server = true,
          .decimals = 2,
          .description = "100 · marks / max_marks, rounded to two places for show."},
         {.name = "grade",
          .type = Type::choice,
          .server = true,
          .choices = {"A+", "A", "B+", "B", "C", "D", "F"},
          .description = "Computed from the exact percent."},
         copy_field("student_name", "The student's name."),
         copy_field("course_name", "The course's name."),
         version_field(),
         updated_field()},
    .indexes = {{"student_id-index", "student_id", ""}, {"course_id-index", "course_id", ""}},
    .unique = {},
    .search = {},
    .counts = result_counts,
};

const Schema enrolments_table{
    .name = "enrolments",
    .key = "enrolment_id",
    .sort_key = {},
    .fields =
        {key_field("enrolment_id", "Follows from student and course."),
         reference("student_id", "students", true, "Who is enrolled."),
         reference("course_id", "courses", true, "In which course."),
         copy_field("student_name", "The student's name."),
         copy_field("student_code", "The student's number."),
         copy_field("course_name", "The course's name."), version_field(), updated_field()},
    .indexes =
        {{"student_id-index", "student_id", "course_name"},
         {"course_id-index", "course_id", "student_name"}},
    .unique = {},
    .search = {},
    .counts = enrolment_counts,
};

const std::vector<table::SchemaRef>& record_tables() {
    static const std::vector<table::SchemaRef> tables{&users_table,      &students_table,
                                                      &courses_table,    &enrolments_table,
                                                      &attendance_table, &results_table};
    return tables;
}

const std::vector<table::SchemaRef>& all_tables() {
    static const std::vector<table::SchemaRef> tables = [] {
        auto all = record_tables();
        all.push_back(&journal::system_table());
        return all;
    }();
    return tables;
}

std::string_view wrong_session(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const char first = text.empty() ? '0' : text.front();
    // A number has nothing else in it, or letters: 2, 2b; neither 0 nor -1 nor 1.5.
    const bool good =
        is_digit(first)
            ? first != '0' &&
                  std::ranges::all_of(text, [&](char c) { return is_digit(c) || is_letter(c); })
            : is_letter(first) && std::ranges::all_of(text, [&](char c) {
                  return is_digit(c) || is_letter(c) || std::string_view(" -._").contains(c);
              });
    return good ? "" : "A session is a number from 1 or a short name, such as 2 or lab.";
}

void place_in_lists(json::Object& student_item) {
    if (student_item.contains("deleting")) return;
    student_item.set("shard", shard_of(student_item.text("student_id")));
    student_item.set("sort_name", base::folded(student_item.text("full_name")));
}

std::string teaches_partition(std::string_view user_id) {
    return "teaches#" + std::string(user_id);
}

std::string shard_of(std::string_view id) {
    const auto sum = std::accumulate(id.begin(), id.end(), 0U, [](unsigned so_far, char c) {
        return so_far * 31U + static_cast<unsigned char>(c);
    });
    return std::to_string(sum % static_cast<unsigned>(name_shards));
}

std::vector<std::string> all_shards() {
    std::vector<std::string> shards;
    for (int shard = 0; shard < name_shards; ++shard) shards.push_back(std::to_string(shard));
    return shards;
}

namespace {
std::string key_of(std::initializer_list<std::string_view> parts) {
    std::string name;
    for (const std::string_view part : parts) name.append(part).push_back('|');
    return base::uuid_v5(name);
}
}  // namespace

std::string attendance_key(
    std::string_view student_id, std::string_view course_id, std::string_view date,
    std::string_view session
) {
    return key_of({"attendance", student_id, course_id, date, session});
}
std::string result_key(
    std::string_view student_id, std::string_view course_id, std::string_view exam_type
) {
    return key_of({"result", student_id, course_id, exam_type});
}
std::string enrolment_key(std::string_view student_id, std::string_view course_id) {
    return key_of({"enrolment", student_id, course_id});
}

std::string subject_of(const table::Schema& table, const json::Object& item) {
    if (&table == &attendance_table || &table == &results_table)
        return "course:" + std::string(item.text("course_id"));
    if (&table == &enrolments_table) return "student:" + std::string(item.text("student_id"));
    const std::string singular = table.name.substr(0, table.name.size() - 1);
    return singular + ":" + std::string(item.text(table.key));
}

}  // namespace studentcore
