// How long 1,000 documents of one page take on one thread: pdf_bench [DOCUMENTS].
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "platform/pdf/pdf.h"

namespace {

std::string transcript(int number) {
    const std::string name = "Student Name " + std::to_string(number);
    pdf::Document document({.title = "Transcript of " + name, .footer = "College · " + name});
    document.paragraph("College of Example", pdf::Tone::muted);
    document.heading(1, "Transcript");
    document.facts(
        {{"Student", name}, {"Code", std::to_string(1000 + number)}, {"Programme", "Law"}}
    );
    document.figures({{"Grade point average", "8.41"}, {"Average", "82.50%"}, {"Credits", "28"}});
    for (int term = 1; term <= 3; ++term) {
        document.heading(2, "Term " + std::to_string(term));
        pdf::Table table{
            .columns =
                {{"Course", 5},
                 {"Credits", 1, pdf::Align::end},
                 {"Percent", 1, pdf::Align::end},
                 {"Grade", 1, pdf::Align::end}},
            .rows = {},
        };
        for (int course = 0; course < 5; ++course)
            table.rows.push_back(
                {.cells =
                     {{"Course number " + std::to_string(course), "Midterm 40/50 · Final 81/100"},
                      {"4"},
                      {std::to_string((number * 7 + course * 13) % 60 + 40) + ".25"},
                      {"B+", "", pdf::Tone::strong}}}
            );
        document.table(table);
    }
    return document.bytes();
}

}  // namespace

int main(int count, char** arguments) {
    const int documents = count > 1 ? std::atoi(arguments[1]) : 1000;
    std::size_t bytes = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < documents; ++i) bytes += transcript(i).size();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    std::printf(
        "%d documents in %.2f s, %.2f ms and %zu bytes each\n", documents, taken.count(),
        taken.count() * 1e3 / documents, bytes / static_cast<std::size_t>(documents)
    );
}
