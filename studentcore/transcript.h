// The two papers of a college: a student's transcript and a course's class report, as PDF.
//
// Pure functions of their models: the same model gives the same bytes. They take milliseconds and
// need no I/O; call them on a worker (base::Pool), never on an I/O thread. A name in a script for
// which no font is installed throws base::Error (invalid) that names the characters.
//
// Transcript: {college, generated_on, student: {full_name, student_code, program, status},
//   terms: [{name, courses: [{course_name, credits, percent, grade, points,
//            results: [{exam_type, marks, max_marks}]}]}],
//   average: {percent, gpa, credits}, open: [course_name…],
//   attendance: [{course_name, present, absent, late, rate}], scale: [{grade, from, meaning, points}]}
// Class report: {college, generated_on, course: {course_name, course_code, faculty_name, credits},
//   term, exam_types: [name…],
//   roster: [{student_code, full_name, present, absent, late, rate, results: [{exam_type, marks}],
//             percent, grade}],
//   distribution: [{grade, count}]}
// Both may have `language` and `words`, an object of texts by the keys of default_words() in
// transcript.cc (the catalogue's under "text.pdf."), for a language other than English.
// Dates are YYYY-MM-DD, percents and rates 0 to 100; what is absent is left out or shown as "–".
#pragma once

#include <string>

#include "platform/base/json.h"

namespace studentcore {

[[nodiscard]] std::string transcript_pdf(const json::Object& model);
[[nodiscard]] std::string class_report_pdf(const json::Object& model);

}  // namespace studentcore
