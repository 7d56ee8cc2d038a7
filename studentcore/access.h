// Who may do what: the one place. Pages, the API, live events, exports and files all ask here.
//
//            profile and list of students | courses | attendance, results        | users, settings,
//            log
//   admin    everything                   | all     | all                        | all
//   faculty  read                         | read    | of the courses they teach  | -
//   student  own, read                    | -       | own, read                  | -
//
// A student who asks for another's record gets 404: that it exists is not theirs to know. Whole
// routes that a role never has are 403, a stranger gets 401.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/web/call.h"

namespace studentcore {

inline constexpr std::string_view admin = "admin";
inline constexpr std::string_view faculty = "faculty";
inline constexpr std::string_view student = "student";

[[nodiscard]] inline bool is_admin(const web::Identity& who) { return who.role == admin; }
[[nodiscard]] inline bool is_faculty(const web::Identity& who) { return who.role == faculty; }
[[nodiscard]] inline bool is_student(const web::Identity& who) { return who.role == student; }

// Whether the course item names the user as lecturer or co-lecturer.
[[nodiscard]] bool teaches(const json::Object& course, std::string_view user_id);

// Reads of one student's profile.
[[nodiscard]] bool may_read_student(const web::Identity& who, std::string_view student_id);
// Reads of attendance and results of that student in that course.
[[nodiscard]] bool may_read_marks(
    const web::Identity& who, std::string_view student_id, const json::Object& course
);
// Writes of attendance and results in that course.
[[nodiscard]] bool may_write_marks(const web::Identity& who, const json::Object& course);

// Throw 404 (a student's, who must not learn of it) or 403.
void require_read_student(const web::Identity& who, std::string_view student_id);
void require_write_marks(const web::Identity& who, const json::Object& course);

// Rooms of live events: which a person is in, and which an event goes to.
[[nodiscard]] std::vector<std::string> rooms_of(
    const web::Identity& who, const std::vector<std::string>& taught_course_ids
);
[[nodiscard]] std::vector<std::string> student_rooms(std::string_view student_id);
[[nodiscard]] std::vector<std::string> course_rooms();
[[nodiscard]] std::vector<std::string> marks_rooms(
    std::string_view course_id, const std::vector<std::string>& student_ids
);

}  // namespace studentcore
