#include "studentcore/transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "testing/temporary.h"

namespace {

using testing::HasSubstr;
using testing::Not;

json::Object transcript() {
    return json::parse_stored(R"({
        "college": "Riverside College", "generated_on": "2026-11-22",
        "student": {"full_name": "Zoë Nguyễn", "student_code": "SC-117", "program": "Law", "status": "active"},
        "terms": [{"name": "Autumn 2026", "courses": [
            {"course_name": "Databases", "credits": 4, "percent": 81.50, "grade": "A", "points": 9,
             "results": [{"exam_type": "midterm", "marks": 40.5, "max_marks": 50}]}]}],
        "average": {"percent": 81.50, "gpa": 9.00, "credits": 4},
        "open": ["Statistics"],
        "attendance": [{"course_name": "Databases", "present": 20, "absent": 2, "late": 1, "rate": 91.3}],
        "scale": [{"grade": "A+", "from": 90, "meaning": "Distinction", "points": 10},
                  {"grade": "F", "from": 0, "meaning": "Fail", "points": 0}]})");
}

json::Object class_report() {
    return json::parse_stored(R"({
        "college": "Riverside College", "generated_on": "2026-11-22", "term": "Autumn 2026",
        "course": {"course_name": "Databases", "faculty_name": "Grace Hopper", "credits": 4},
        "exam_types": ["midterm", "final"],
        "roster": [
            {"student_code": "SC-1", "full_name": "Ada", "present": 9, "absent": 1, "late": 0, "rate": 90.0,
             "results": [{"exam_type": "final", "marks": 77}], "percent": 77.00, "grade": "B+"},
            {"student_code": "SC-2", "full_name": "Олена", "present": 0, "absent": 0, "late": 0, "results": []}],
        "distribution": [{"grade": "B+", "count": 1}]})");
}

// The text of a PDF in reading order; "" when pdftotext is not installed.
std::string text_of(const std::string& bytes) {
    if (std::system("command -v pdftotext >/dev/null") != 0) return "";
    const testing::TemporaryDirectory folder;
    const std::string file = (folder.path() / "paper.pdf").string();
    std::ofstream(file, std::ios::binary) << bytes;
    FILE* pipe = popen(("pdftotext -layout " + file + " -").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.append(buffer.data(), got);
    pclose(pipe);
    return out;
}

TEST(Transcript, ShowsWhatTheModelHolds) {
    const std::string text = text_of(studentcore::transcript_pdf(transcript()));
    ASSERT_NE(text, "") << "install poppler-utils: pdftotext judges here";
    for (const char* expected :
         {"Riverside College", "Transcript of records", "Zoë Nguyễn", "SC-117", "Active",
          "22 Nov 2026", "9.00", "81.50%", "Autumn 2026", "Databases", "Midterm 40.5/50",
          "No marks yet: Statistics", "91.3%", "from 90%", "below 90%", "Page 1 of 1"})
        EXPECT_THAT(text, HasSubstr(expected));
}

TEST(Transcript, TheSameModelGivesTheSameBytes) {
    EXPECT_EQ(studentcore::transcript_pdf(transcript()), studentcore::transcript_pdf(transcript()));
    EXPECT_EQ(
        studentcore::class_report_pdf(class_report()), studentcore::class_report_pdf(class_report())
    );
}

TEST(Transcript, WithoutMarksSaysSo) {
    const std::string text = text_of(studentcore::transcript_pdf(json::parse_stored(
        R"({"generated_on": "2026-11-22", "student": {"full_name": "Ada"}, "average": {"credits": 0}})"
    )));
    ASSERT_NE(text, "") << "install poppler-utils: pdftotext judges here";
    EXPECT_THAT(text, HasSubstr("There are no results yet."));
    EXPECT_THAT(text, Not(HasSubstr("Attendance")));
}

TEST(Transcript, TakesItsWordsFromTheModel) {
    json::Object model = transcript();
    model.set("language", "de");
    model.set(
        "words",
        json::Object{{"transcript", "Leistungsnachweis"}, {"page", "Seite {page} von {pages}"}}
    );
    const std::string bytes = studentcore::transcript_pdf(model);
    EXPECT_THAT(bytes, HasSubstr("/Lang (de)"));
    const std::string text = text_of(bytes);
    ASSERT_NE(text, "") << "install poppler-utils: pdftotext judges here";
    EXPECT_THAT(text, HasSubstr("Leistungsnachweis"));
    EXPECT_THAT(text, HasSubstr("Seite 1 von 1"));
    EXPECT_THAT(text, HasSubstr("22. Nov. 2026"));
}

TEST(ClassReport, HasARowForEachStudentAndAColumnForEachExam) {
    const std::string text = text_of(studentcore::class_report_pdf(class_report()));
    ASSERT_NE(text, "") << "install poppler-utils: pdftotext judges here";
    for (const char* expected :
         {"Databases", "Grace Hopper", "Midterm", "Final", "SC-1", "Ada", "90.0%", "77.00", "B+",
          "SC-2", "Олена", "–"})
        EXPECT_THAT(text, HasSubstr(expected));
}

TEST(ClassReport, OfAnEmptyCourseSaysSo) {
    const std::string text = text_of(
        studentcore::class_report_pdf(json::parse_stored(R"({"course": {"course_name": "Empty"}})"))
    );
    ASSERT_NE(text, "") << "install poppler-utils: pdftotext judges here";
    EXPECT_THAT(text, HasSubstr("Nobody is enrolled in this course."));
}

}  // namespace
