#include "studentcore/grades.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>

namespace studentcore {
namespace {

using base::Decimal;
using Integer = boost::multiprecision::cpp_int;

// A sum of fractions as it grows; whole numbers of any size, so that it is exact whatever the
// marks. Typical ones share a denominator and stay within 128 bits, which cpp_int holds without
// allocating.
struct Fraction {
    Integer top = 0;
    Integer bottom = 1;

    void add(const Integer& other_top, const Integer& other_bottom) {
        if (bottom == other_bottom) {
            top += other_top;
            return;
        }
        top = top * other_bottom + other_top * bottom;
        bottom *= other_bottom;
    }
    [[nodiscard]] bool positive() const { return top > 0; }
};

Integer power_of_ten(int exponent) {
    Integer power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

Fraction fraction_of(const Decimal& value) {
    return {.top = value.units(), .bottom = power_of_ten(value.scale())};
}

Fraction product(const Fraction& left, const Fraction& right) {
    return {.top = left.top * right.top, .bottom = left.bottom * right.bottom};
}

Fraction quotient(const Fraction& left, const Fraction& right) {
    return {.top = left.top * right.bottom, .bottom = left.bottom * right.top};
}

// Not negative, so half up is half away from zero.
Decimal rounded(const Fraction& value) {
    const Integer hundredths = (value.top * 200 + value.bottom) / (value.bottom * 2);
    return {static_cast<std::int64_t>(hundredths), 2};
}

std::string_view letter_of(const Fraction& percent) {
    for (const auto& step : grade_scale) {
        if (percent.top >= step.least * percent.bottom) return step.letter;
    }
    return grade_scale.back().letter;
}

std::optional<Fraction> percent_of(const Decimal& marks, const Decimal& max) {
    if (marks.negative() || max.units() <= 0 || marks > max) return std::nullopt;
    auto percent = quotient(fraction_of(marks), fraction_of(max));
    percent.top *= 100;
    return percent;
}

std::optional<Fraction> course_percent(const std::vector<ExamMarks>& exams, const Policy& policy) {
    Fraction sum;
    Fraction weights;
    for (const auto& exam : exams) {
        const auto percent = percent_of(exam.marks, exam.max_marks);
        if (!percent) continue;  // a stored record that breaks the rule counts for nothing
        const auto weight = fraction_of(policy.weight(exam.exam_type));
        const auto weighted = product(*percent, weight);
        sum.add(weighted.top, weighted.bottom);
        weights.add(weight.top, weight.bottom);
    }
    if (!weights.positive()) return std::nullopt;
    return quotient(sum, weights);
}

CourseGrade grade_of_percent(const Fraction& percent, const Policy& policy) {
    const auto letter = letter_of(percent);
    return {.percent = rounded(percent), .letter = letter, .points = policy.points_of(letter)};
}

Decimal ten_point_scale(std::string_view letter) {
    static constexpr std::array<int, grade_scale.size()> points{10, 9, 8, 7, 6, 5, 0};
    for (std::size_t at = 0; at < grade_scale.size(); ++at) {
        if (grade_scale[at].letter == letter) return {points[at], 0};
    }
    return {0, 0};
}

}  // namespace

std::string_view meaning_of(std::string_view letter) {
    const auto* const step = std::ranges::find(grade_scale, letter, &GradeStep::letter);
    return step == grade_scale.end() ? std::string_view{} : step->meaning;
}

std::optional<Grade> grade_of(const Decimal& marks, const Decimal& max) {
    const auto percent = percent_of(marks, max);
    if (!percent) return std::nullopt;
    return Grade{.percent = rounded(*percent), .letter = letter_of(*percent)};
}

Decimal Policy::weight(std::string_view exam_type) const {
    for (const auto& [name, weight] : weights) {
        if (name == exam_type) return weight;
    }
    return {1, 0};
}

Decimal Policy::points_of(std::string_view letter) const {
    for (const auto& [name, worth] : points) {
        if (name == letter) return worth;
    }
    return ten_point_scale(letter);
}

std::optional<CourseGrade> course_grade(const std::vector<ExamMarks>& exams, const Policy& policy) {
    const auto percent = course_percent(exams, policy);
    if (!percent) return std::nullopt;
    return grade_of_percent(*percent, policy);
}

Average average_of(const std::vector<CourseMarks>& courses, const Policy& policy) {
    Average average;
    std::vector<std::optional<Fraction>> course_percents;
    bool credits_given = false;
    for (const auto& course : courses) {
        course_percents.push_back(course_percent(course.exams, policy));
        const auto& percent = course_percents.back();
        average.courses.push_back(
            percent ? std::optional(grade_of_percent(*percent, policy)) : std::nullopt
        );
        credits_given = credits_given || (percent && course.credits.units() > 0);
    }
    Fraction percents;
    Fraction points;
    Fraction weights;
    for (std::size_t at = 0; at < courses.size(); ++at) {
        if (!course_percents[at]) continue;
        const auto credits = credits_given ? courses[at].credits : Decimal(1, 0);
        if (credits.units() <= 0) continue;
        const auto weight = fraction_of(credits);
        const auto weighted = product(*course_percents[at], weight);
        percents.add(weighted.top, weighted.bottom);
        const auto earned = product(fraction_of(average.courses[at]->points), weight);
        points.add(earned.top, earned.bottom);
        weights.add(weight.top, weight.bottom);
        if (credits_given)
            average.credits = average.credits.plus(credits).value_or(average.credits);
    }
    if (!weights.positive()) return average;
    const auto mean = quotient(percents, weights);
    average.percent = rounded(mean);
    average.letter = letter_of(mean);
    average.gpa = rounded(quotient(points, weights));
    return average;
}

}  // namespace studentcore
