#include "studentcore/access.h"

#include <algorithm>

#include "platform/base/error.h"

namespace studentcore {

bool teaches(const json::Object& course, std::string_view user_id) {
    if (user_id.empty()) return false;
    if (course.text("faculty") == user_id) return true;
    const json::Value* others = course.find("co_faculty");
    const json::Array* list = others == nullptr ? nullptr : others->array();
    return list != nullptr && std::ranges::any_of(*list, [&](const json::Value& other) {
               return other.string() != nullptr && *other.string() == user_id;
           });
}

bool may_read_student(const web::Identity& who, std::string_view student_id) {
    return is_admin(who) || is_faculty(who) || (is_student(who) && who.own_record == student_id);
}

bool may_write_marks(const web::Identity& who, const json::Object& course) {
    return is_admin(who) || (is_faculty(who) && teaches(course, who.user_id));
}

bool may_read_marks(
    const web::Identity& who, std::string_view student_id, const json::Object& course
) {
    return may_write_marks(who, course) || (is_student(who) && who.own_record == student_id);
}

void require_read_student(const web::Identity& who, std::string_view student_id) {
    if (!may_read_student(who, student_id))
        throw base::Error::not_found("There is no such student.");
}

void require_write_marks(const web::Identity& who, const json::Object& course) {
    if (may_write_marks(who, course)) return;
    if (is_student(who)) throw base::Error::not_found("There is no such course.");
    throw base::Error(
        base::Code::forbidden,
        "Only the course's lecturers and the office may see or change its attendance and results."
    );
}

std::vector<std::string> rooms_of(
    const web::Identity& who, const std::vector<std::string>& taught_course_ids
) {
    std::vector<std::string> rooms{"everyone"};
    if (is_admin(who)) rooms.emplace_back("admin");
    if (is_faculty(who)) {
        rooms.emplace_back("faculty");
        for (const auto& course_id : taught_course_ids) rooms.push_back("course:" + course_id);
    }
    if (is_student(who) && !who.own_record.empty()) rooms.push_back("student:" + who.own_record);
    return rooms;
}

std::vector<std::string> student_rooms(std::string_view student_id) {
    return {"admin", "faculty", "student:" + std::string(student_id)};
}
std::vector<std::string> course_rooms() { return {"admin", "faculty"}; }

std::vector<std::string> marks_rooms(
    std::string_view course_id, const std::vector<std::string>& student_ids
) {
    std::vector<std::string> rooms{"admin", "course:" + std::string(course_id)};
    for (const auto& id : student_ids) rooms.push_back("student:" + id);
    return rooms;
}

}  // namespace studentcore
