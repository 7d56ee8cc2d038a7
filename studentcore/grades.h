// Grades, course percents and the grade point average: exact, pure, in one place.
//
// A percent is 100 · marks / max_marks as a fraction: it is compared with the scale before anything
// is rounded, so that 89.995 % is an A and never an A+. Only its text is rounded, half up, to two
// decimals. A course's percent is the weighted mean of the exam types that it has marks in; an exam
// that was missed is left out, it is not 0. The scale of letters is fixed, weights and points are
// data (Policy, from the settings).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/decimal.h"

namespace studentcore {

struct GradeStep {
    int least;  // percent, inclusive
    std::string_view letter;
    std::string_view meaning;
};
inline constexpr std::array<GradeStep, 7> grade_scale{{
    {90, "A+", "Distinction"},
    {80, "A", "Excellent"},
    {70, "B+", "Very Good"},
    {60, "B", "Good"},
    {50, "C", "Average"},
    {40, "D", "Pass"},
    {0, "F", "Fail"},
}};
// "" for what is no letter of the scale.
[[nodiscard]] std::string_view meaning_of(std::string_view letter);

struct Grade {
    base::Decimal percent;  // two decimals, half up
    std::string_view letter;
};
// Nullopt unless 0 ≤ marks ≤ max and max > 0.
[[nodiscard]] std::optional<Grade> grade_of(const base::Decimal& marks, const base::Decimal& max);

// What a college decides: how much an exam type weighs, how many points a letter is worth.
struct Policy {
    std::vector<std::pair<std::string, base::Decimal>> weights;  // an exam type not named weighs 1
    std::vector<std::pair<std::string, base::Decimal>>
        points;  // a letter not named: ten-point scale
    [[nodiscard]] base::Decimal weight(std::string_view exam_type) const;
    [[nodiscard]] base::Decimal points_of(std::string_view letter) const;
};

struct ExamMarks {
    std::string_view exam_type;
    base::Decimal marks;
    base::Decimal max_marks;
};
struct CourseMarks {
    std::string_view course_id;
    base::Decimal credits{1, 0};
    std::vector<ExamMarks> exams;
};

struct CourseGrade {
    base::Decimal percent;
    std::string_view letter;
    base::Decimal points;
};
// Nullopt: open, as no exam that weighs anything has marks.
[[nodiscard]] std::optional<CourseGrade> course_grade(
    const std::vector<ExamMarks>& exams, const Policy& policy
);

// Over all courses with marks, weighted by credits; a course of no credits counts for nothing,
// unless none has any: then all weigh the same.
struct Average {
    std::optional<base::Decimal> percent;
    std::string_view letter;  // "" while there is no percent
    std::optional<base::Decimal> gpa;
    base::Decimal credits{0, 0};                      // of the courses that count
    std::vector<std::optional<CourseGrade>> courses;  // in the order given; nullopt: open
};
[[nodiscard]] Average average_of(const std::vector<CourseMarks>& courses, const Policy& policy);

}  // namespace studentcore
