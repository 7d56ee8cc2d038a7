#include "studentcore/transcripts.h"

#include <string>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/student_summary.h"
#include "studentcore/tables.h"
#include "studentcore/transcript.h"
#include "studentcore/transcript_model.h"

namespace studentcore {
namespace {

http::Response pdf(std::string bytes, std::string_view name) {
    http::Response response;
    response.content_type = http::type_pdf;
    response.body = std::move(bytes);
    response.compress = false;
    // The name in any script (RFC 8187), and a plain one for old browsers.
    response.headers.emplace_back(
        "Content-Disposition",
        "inline; filename=\"document.pdf\"; filename*=UTF-8''" + http::percent_encode(name) + ".pdf"
    );
    return response;
}

}  // namespace

base::Task<http::Response> Transcripts::transcript(web::Call call) {
    auto student_id = call.id("student_id");
    require_read_student(call.who, student_id);
    if (is_faculty(call.who))
        throw base::Error(base::Code::forbidden, "A transcript is for the office and the student.");
    const auto records = co_await records_of(&store_, call.who, std::move(student_id));
    const auto model = transcript_model(records, *settings_.current(), settings_.today());
    auto bytes = co_await pool_.run([&model] { return transcript_pdf(model); });
    co_return pdf(
        std::move(bytes), std::string(records.student.text("full_name")) + " " +
                              std::string(records.student.text("student_code"))
    );
}

base::Task<http::Response> Transcripts::class_report(web::Call call) {
    const auto course_id = call.id("course_id");
    ClassRecords records;
    records.course = co_await course_for_marks(&store_, call.who, course_id, {});
    records.enrolments = co_await roster_of(&store_, course_id);
    records.attendance =
        co_await all_of(&store_, index_query(&attendance_table, "course_id-index", course_id));
    const auto results =
        co_await all_of(&store_, index_query(&results_table, "course_id-index", course_id));
    for (const auto& result : results) records.results.push_back(result.item());
    const auto model = class_report_model(records, *settings_.current(), settings_.today());
    auto bytes = co_await pool_.run([&model] { return class_report_pdf(model); });
    co_return pdf(std::move(bytes), records.course.text("course_name"));
}

}  // namespace studentcore
