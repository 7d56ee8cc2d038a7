#include "platform/pdf/pdf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "platform/base/error.h"
#include "platform/pdf/paint.h"

namespace {

using testing::HasSubstr;

constexpr std::int64_t created = 1'795'305'600'000;  // 2026-11-22

std::string sample(int rows, const std::string& name = "Ada Lovelace") {
    pdf::Document document(
        {.title = "Report (draft)", .language = "en", .created_ms = created, .footer = "College"}
    );
    document.heading(1, "Report");
    document.paragraph("A paragraph in words.");
    document.facts({{"Student", name}, {"Code", ""}});
    document.figures({{"Average", "81.5%"}});
    document.heading(2, "Results");
    pdf::Table table{
        .columns = {{"Code", 0}, {"Course", 1}, {"Marks", 0, pdf::Align::end}}, .rows = {}
    };
    for (int i = 0; i < rows; ++i)
        table.rows.push_back(
            {.cells = {{"C" + std::to_string(i)}, {"Course", "detail"}, {std::to_string(i)}}}
        );
    table.rows.push_back({.cells = {{"Sum"}}, .total = true});
    document.table(table);
    return document.bytes();
}

constexpr const char* poppler_missing = "install poppler-utils: pdftotext and pdfinfo judge here";

// What poppler's tools say of a document; "" when they are not installed.
std::string said_of(const std::string& bytes, const std::string& tool, const std::string& rest) {
    if (std::system(("command -v " + tool + " >/dev/null").c_str()) != 0) return "";
    const auto file = std::filesystem::temp_directory_path() /
                      ("pdf_test_" + std::to_string(std::hash<std::string>()(bytes)) + ".pdf");
    std::ofstream(file, std::ios::binary) << bytes;
    FILE* pipe = popen((tool + " " + file.string() + " " + rest + " 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.append(buffer.data(), got);
    pclose(pipe);
    std::filesystem::remove(file);
    return out;
}

TEST(Document, TheSameCallsGiveTheSameBytes) {
    EXPECT_EQ(sample(5), sample(5));
    std::string elsewhere;
    std::jthread([&] { elsewhere = sample(5); }).join();
    EXPECT_EQ(sample(5), elsewhere);
    EXPECT_NE(sample(5), sample(6));
}

TEST(Document, HoldsItsTextInReadingOrder) {
    const std::string text = said_of(sample(2), "pdftotext", "-layout -");
    ASSERT_NE(text, "") << poppler_missing;
    for (const char* expected :
         {"Report", "A paragraph in words.", "Ada Lovelace", "81.5%", "Results", "Course", "detail",
          "College", "Page 1 of 1"})
        EXPECT_THAT(text, HasSubstr(expected));
    EXPECT_LT(text.find("Report"), text.find("A paragraph"));
    EXPECT_LT(text.find("A paragraph"), text.find("Results"));
}

TEST(Document, ATableGoesOnOverPagesWithItsHeadAgain) {
    const std::string text = said_of(sample(100), "pdftotext", "-layout -");
    ASSERT_NE(text, "") << poppler_missing;
    std::size_t heads = 0;
    for (std::size_t at = 0; (at = text.find("Marks", at)) != std::string::npos; ++at) ++heads;
    std::size_t pages = 0;
    for (std::size_t at = 0; (at = text.find(" of 5", at)) != std::string::npos; ++at) ++pages;
    EXPECT_EQ(pages, 5U);
    EXPECT_EQ(heads, 5U);
    EXPECT_THAT(text, HasSubstr("C0 "));
    EXPECT_THAT(text, HasSubstr("C99 "));
}

TEST(Document, NamesInManyScriptsAreShaped) {
    const std::string text = said_of(
        sample(1, "Zoë Nguyễn अनीता สมชาย Γιώργος Олена ሰላም მარიამ"), "pdftotext", "-layout -"
    );
    ASSERT_NE(text, "") << poppler_missing;
    for (const char* name : {"Zoë", "Nguyễn", "Γιώργος", "Олена", "მარიამ"})
        EXPECT_THAT(text, HasSubstr(name));
}

TEST(Document, ACharacterWithoutAFontIsAnErrorThatNamesIt) {
    try {
        // A private character: no font has it.
        static_cast<void>(sample(1, "Ada \U000F1234"));
        FAIL() << "the character has a font here";
    } catch (const base::Error& error) {
        EXPECT_THAT(error.shown, HasSubstr("\U000F1234"));
        EXPECT_THAT(error.shown, HasSubstr("script: "));
    }
}

TEST(Document, ControlCharactersAndBrokenTextDoNoHarm) {
    EXPECT_THAT(sample(1, "A\x01\x1b[31m\xff\xc3 B"), HasSubstr("%PDF-"));
}

TEST(Document, HasTitleLanguageAndStructure) {
    const std::string bytes = sample(3);
    EXPECT_THAT(bytes, HasSubstr("/Lang (en)"));
    EXPECT_THAT(bytes, HasSubstr("/DisplayDocTitle true"));
    const std::string facts = said_of(bytes, "pdfinfo", "");
    ASSERT_NE(facts, "") << poppler_missing;
    EXPECT_THAT(facts, HasSubstr("Report (draft)"));
    EXPECT_THAT(facts, HasSubstr("Tagged:          yes"));
    EXPECT_THAT(facts, HasSubstr("2026"));
    const std::string tree = said_of(bytes, "pdfinfo -struct-text", "");
    for (const char* element : {"H1", "H2", "Table", "TR", "TH", "TD", "\"Report\"", "\"C2\""})
        EXPECT_THAT(tree, HasSubstr(element));
}

TEST(Document, TheTableOfObjectsStaysTrueWithALanguage) {
    const std::string bytes = sample(1);
    const std::size_t start = bytes.rfind("startxref\n") + 10;
    EXPECT_EQ(bytes.substr(std::stoul(bytes.substr(start)), 5), "xref\n");
    EXPECT_EQ(pdf::with_language("no document", "en"), "no document");
    EXPECT_EQ(pdf::with_language(bytes, "x) /Evil ("), bytes);
}

TEST(Document, WideTablesStayOnThePage) {
    pdf::Document document({.title = "Wide", .created_ms = created});
    pdf::Table table;
    pdf::Row row;
    for (int i = 0; i < 14; ++i) {
        table.columns.push_back({"A long title of a column", 0});
        row.cells.push_back({"some words in each cell"});
    }
    table.rows.push_back(row);
    document.table(table);
    const std::string text = said_of(document.bytes(), "pdftotext", "-");
    ASSERT_NE(text, "") << poppler_missing;
    std::size_t seen = 0;
    for (std::size_t at = 0; (at = text.find("some", at)) != std::string::npos; ++at) ++seen;
    EXPECT_EQ(seen, 14U);
}

}  // namespace
