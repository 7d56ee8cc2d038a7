#include "studentcore/grades.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

namespace studentcore {
namespace {

using base::Decimal;

Decimal dec(std::string_view text) { return *Decimal::parse(text); }

std::string grade(std::string_view marks, std::string_view max) {
    const auto graded = grade_of(dec(marks), dec(max));
    return graded ? graded->percent.text(2) + " " + std::string(graded->letter) : "refused";
}

ExamMarks exam(std::string_view type, std::string_view marks, std::string_view max = "100") {
    return {.exam_type = type, .marks = dec(marks), .max_marks = dec(max)};
}

TEST(Grades, EachBoundaryBelongsToTheBetterGrade) {
    EXPECT_EQ(grade("100", "100"), "100.00 A+");
    EXPECT_EQ(grade("90", "100"), "90.00 A+");
    EXPECT_EQ(grade("89.99", "100"), "89.99 A");
    EXPECT_EQ(grade("80", "100"), "80.00 A");
    EXPECT_EQ(grade("79.99", "100"), "79.99 B+");
    EXPECT_EQ(grade("70", "100"), "70.00 B+");
    EXPECT_EQ(grade("69.99", "100"), "69.99 B");
    EXPECT_EQ(grade("60", "100"), "60.00 B");
    EXPECT_EQ(grade("59.99", "100"), "59.99 C");
    EXPECT_EQ(grade("50", "100"), "50.00 C");
    EXPECT_EQ(grade("49.99", "100"), "49.99 D");
    EXPECT_EQ(grade("40", "100"), "40.00 D");
    EXPECT_EQ(grade("39.99", "100"), "39.99 F");
    EXPECT_EQ(grade("0", "100"), "0.00 F");
}

TEST(Grades, ThePercentIsComparedBeforeItIsRounded) {
    // 89.9955… % reads as 90.00 and is an A all the same.
    EXPECT_EQ(grade("199.99", "222.22"), "90.00 A");
    EXPECT_EQ(grade("200", "222.22"), "90.00 A+");
    EXPECT_EQ(grade("2", "3"), "66.67 B");
    EXPECT_EQ(grade("1", "3"), "33.33 F");
    EXPECT_EQ(grade("0.01", "8"), "0.13 F");  // 0.125: half up
}

TEST(Grades, WhatCannotBeIsRefused) {
    EXPECT_EQ(grade("1", "0"), "refused");
    EXPECT_EQ(grade("0", "0"), "refused");
    EXPECT_EQ(grade("0", "-5"), "refused");
    EXPECT_EQ(grade("-0.01", "10"), "refused");
    EXPECT_EQ(grade("10.01", "10"), "refused");
    EXPECT_EQ(grade("10.00", "10"), "100.00 A+");
}

TEST(Grades, EveryLetterHasAMeaning) {
    EXPECT_EQ(meaning_of("A+"), "Distinction");
    EXPECT_EQ(meaning_of("F"), "Fail");
    EXPECT_EQ(meaning_of("E"), "");
}

// Against whole numbers: with both in hundredths, percent ≥ p is 100·m ≥ p·x.
TEST(Grades, AgreeWithWholeNumbersForAnyMarks) {
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t max = 1 + static_cast<std::int64_t>(random() % 10'000'000);
        const std::int64_t marks = static_cast<std::int64_t>(random()) % (max + 1);
        const auto graded = grade_of(Decimal(marks, 2), Decimal(max, 2));
        ASSERT_TRUE(graded);
        const auto* const step = std::ranges::find_if(grade_scale, [&](const GradeStep& one) {
            return 100 * marks >= one.least * max;
        });
        ASSERT_EQ(graded->letter, step->letter) << marks << " of " << max;
        ASSERT_EQ(graded->percent.units(), (20'000 * marks + max) / (2 * max));
    }
}

TEST(CourseGrade, IsTheWeightedMeanOfTheExamsThatThereAre) {
    Policy policy;
    EXPECT_EQ(
        course_grade({exam("midterm", "80"), exam("final", "90")}, policy)->percent, dec("85")
    );
    policy.weights = {{"midterm", dec("1")}, {"final", dec("3")}};
    const auto weighted = course_grade({exam("midterm", "80"), exam("final", "92")}, policy);
    EXPECT_EQ(weighted->percent.text(), "89.00");
    EXPECT_EQ(weighted->letter, "A");
    EXPECT_EQ(weighted->points, dec("9"));
    // Absent from the midterm is not 0.
    EXPECT_EQ(course_grade({exam("final", "46", "50")}, policy)->percent, dec("92"));
}

TEST(CourseGrade, OfNothingIsOpen) {
    EXPECT_FALSE(course_grade({}, {}));
    Policy policy;
    policy.weights = {{"quiz", dec("0")}};
    EXPECT_FALSE(course_grade({exam("quiz", "10")}, policy));
}

TEST(CourseGrade, IsExactWhateverTheDenominators) {
    // 1/3 + 2/3 of three thirds each: exactly 50 %, which binary or rounded thirds would miss.
    const std::vector<ExamMarks> thirds{exam("a", "1", "3"), exam("b", "2", "3")};
    EXPECT_EQ(course_grade(thirds, {})->letter, "C");
    std::vector<ExamMarks> primes;
    for (const auto* max : {"99.91", "99.89", "99.71", "99.61", "99.41", "99.29", "99.23", "99.07"})
        primes.push_back(exam("x", max, max));
    EXPECT_EQ(course_grade(primes, {})->percent.text(), "100.00");
    EXPECT_EQ(course_grade(primes, {})->letter, "A+");
}

TEST(Average, WeighsCoursesByCreditsAndListsOpenOnes) {
    const std::vector<CourseMarks> courses{
        {.course_id = "maths", .credits = dec("4"), .exams = {exam("final", "95")}},    // 10
        {.course_id = "physics", .credits = dec("2"), .exams = {exam("final", "45")}},  // 5
        {.course_id = "history", .credits = dec("3"), .exams = {}},                     // open
        {.course_id = "choir", .credits = dec("0"), .exams = {exam("final", "10")}},  // no credits
    };
    const auto average = average_of(courses, {});
    EXPECT_EQ(average.gpa->text(), "8.33");  // 50 / 6
    EXPECT_EQ(average.percent->text(), "78.33");
    EXPECT_EQ(average.letter, "B+");
    EXPECT_EQ(average.credits, dec("6"));
    ASSERT_EQ(average.courses.size(), 4U);
    EXPECT_FALSE(average.courses[2]);
    EXPECT_EQ(average.courses[3]->letter, "F");
}

TEST(Average, WeighsAllTheSameWhileNoCourseHasCredits) {
    const auto average = average_of(
        {{.course_id = "a", .credits = dec("0"), .exams = {exam("final", "95")}},
         {.course_id = "b", .credits = dec("0"), .exams = {exam("final", "65")}}},
        {}
    );
    EXPECT_EQ(average.percent->text(), "80.00");
    EXPECT_EQ(average.gpa->text(), "8.50");
    EXPECT_EQ(average.credits, dec("0"));
}

TEST(Average, OfNoMarksIsNothing) {
    const auto average = average_of({{.course_id = "a", .credits = dec("3"), .exams = {}}}, {});
    EXPECT_FALSE(average.percent);
    EXPECT_FALSE(average.gpa);
    EXPECT_EQ(average.letter, "");
}

TEST(Average, DoesNotDependOnTheOrder) {
    std::mt19937 random(11);
    const std::array<std::string, 3> types{"midterm", "final", "project"};
    Policy policy;
    policy.weights = {{"midterm", dec("0.3")}, {"final", dec("0.7")}, {"project", dec("1.25")}};
    for (int round = 0; round < 300; ++round) {
        std::vector<CourseMarks> courses(1 + random() % 6);
        for (auto& course : courses) {
            course.credits = Decimal(static_cast<std::int64_t>(random() % 50), 1);
            for (const auto& type : types) {
                const auto max = static_cast<std::int64_t>(1 + random() % 20'000);
                const auto marks = static_cast<std::int64_t>(random()) % (max + 1);
                if (random() % 3 != 0)
                    course.exams.push_back(
                        {.exam_type = type, .marks = {marks, 2}, .max_marks = {max, 2}}
                    );
            }
        }
        const auto before = average_of(courses, policy);
        std::ranges::shuffle(courses, random);
        for (auto& course : courses) std::ranges::shuffle(course.exams, random);
        const auto after = average_of(courses, policy);
        ASSERT_EQ(before.percent, after.percent);
        ASSERT_EQ(before.gpa, after.gpa);
        ASSERT_EQ(before.letter, after.letter);
        if (after.percent) {
            ASSERT_GE(*after.percent, dec("0"));
            ASSERT_LE(*after.percent, dec("100"));
        }
    }
}

}  // namespace
}  // namespace studentcore
