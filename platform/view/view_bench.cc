// How long a page takes: a student's page of about 8 KB, and a list of 50 rows.
// view_bench [SECONDS]: prints microseconds a page, and how long reading 40 templates takes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "platform/view/view.h"

namespace {

using Clock = std::chrono::steady_clock;

std::string filler() {
    std::string out;
    for (int i = 0; i < 40; ++i)
        out += "<li><a class=\"nav-link\" href=\"/page/" + std::to_string(i) +
               "\">A link of the navigation</a></li>\n";
    return out;
}

json::Object student() {
    json::Array results;
    for (int i = 0; i < 20; ++i)
        results.emplace_back(json::Object{
            {"course_name", "Course no. " + std::to_string(i)},
            {"exam_type", "midterm"},
            {"marks", json::Number{"61.50"}},
            {"max_marks", 80},
            {"percent", json::Number{"76.88"}},
            {"grade", "B+"},
            {"updated_at", "2026-11-22T11:59:03.123Z"},
        });
    return {
        {"college", "College of Example"},
        {"student", json::Object{{"full_name", "Ada O'Brien <x>"}, {"program", "Mathematics"}}},
        {"results", std::move(results)},
        {"can", json::Object{{"edit", true}}},
    };
}

void measure(const char* what, const view::Templates& templates, double seconds) {
    const json::Object model = student();
    std::size_t bytes = 0;
    std::size_t pages = 0;
    const auto start = Clock::now();
    std::chrono::duration<double> taken{};
    while (taken.count() < seconds) {
        for (int i = 0; i < 100; ++i) bytes = templates.render(what, model).size();
        pages += 100;
        taken = Clock::now() - start;
    }
    std::printf(
        "%-8s %6zu bytes  %6.2f us a page\n", what, bytes,
        taken.count() * 1e6 / static_cast<double>(pages)
    );
}

}  // namespace

int main(int count, char** arguments) {
    const double seconds = count > 1 ? std::atof(arguments[1]) : 1.0;
    view::Files files{
        {"layout.html", "<!doctype html><html><head><title>{{college}}</title></head><body><nav>" +
                            filler() + "</nav><main>{{>content}}</main></body></html>"},
        {"student.html",
         "{{#student}}<h1>{{full_name}}</h1><p>{{program}}</p>{{/student}}<table>\n"
         "{{#results}}<tr><td>{{course_name}}</td><td>{{exam_type}}</td><td>{{marks:x-number}}</td>"
         "<td>{{max_marks}}</td><td>{{percent:x-percent}}</td><td>{{grade}}</td>"
         "<td>{{updated_at:x-datetime}}</td>{{#can}}{{#edit}}<td><a href=\"/x\">Edit</a></td>"
         "{{/edit}}{{/can}}</tr>\n{{/results}}{{#results_none}}None{{/results_none}}</table>"},
    };
    for (int i = 0; i < 38; ++i)
        files["other" + std::to_string(i) + ".html"] = files["student.html"];
    const auto start = Clock::now();
    const view::Templates templates(std::move(files));
    const std::chrono::duration<double> load = Clock::now() - start;
    std::printf("40 templates read in %.1f ms\n", load.count() * 1e3);
    measure("student", templates, seconds);
}
