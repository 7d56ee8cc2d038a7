// The house style as a test: the whole tree against each rule, and each rule against wrong code that must ring.
//
// Run from the root of the project, as ctest does. A finding names the file and the line, as a compiler does.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tools/style/rules.h"
#include "tools/style/source.h"

namespace style {

namespace {

using Rule = Findings (*)(const Files&);

const Files& project() {
    static const Files files = tree(".");
    return files;
}

std::string shown(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.text + "\n";
    return text;
}

void holds(Rule rule) {
    ASSERT_GT(project().size(), 100U) << "to be run from the root of the project";
    const std::string found = shown(rule(project()));
    if (!found.empty()) ADD_FAILURE() << "\n" << found;
}

// How many findings the rule has in one file of that content, beside which there are the others.
std::size_t rings(Rule rule, const std::string& path, std::string content, Files others = {}) {
    std::size_t count = 0;
    others.emplace_back(path, std::move(content));
    for (const Finding& finding : rule(others)) count += finding.path == path ? 1U : 0U;
    return count;
}

std::string include(const std::string& path) { return "#include \"" + path + "\"\n"; }

TEST(Style, TheTreeIsReadWithoutWhatIsBuilt) {
    for (const File& file : project()) {
        EXPECT_FALSE(file.path.starts_with("build/"));
        EXPECT_EQ(file.path.find("node_modules"), std::string::npos);
    }
}

TEST(Style, CommentsAndLiteralsAreNoCode) {
    const File file(
        "x.cc",
        "int a = 1'000; // rand()\nauto b = \"rand()\"; /* rand() */ R\"x(rand())x\"; '\"'; c"
    );
    EXPECT_EQ(find_word(file.code, "rand"), std::string::npos);
    EXPECT_TRUE(file.code.ends_with("; c"));
    EXPECT_EQ(file.code.size(), file.text.size());
    EXPECT_EQ(includes_of(File("y.cc", include("a/b.h") + "#include <map>\n")).size(), 2U);
}

TEST(Style, LayersHold) { holds(layers); }
TEST(Style, LayersRing) {
    EXPECT_EQ(rings(layers, "platform/base/a.cc", include("platform/http/server.h")), 1U);
    EXPECT_EQ(rings(layers, "platform/view/a.cc", include("platform/journal/journal.h")), 1U);
    EXPECT_EQ(rings(layers, "platform/web/a_test.cc", include("studentcore/app.h")), 1U);
    EXPECT_EQ(rings(layers, "platform/new/a.cc", include("platform/base/error.h")), 1U);
    EXPECT_EQ(rings(layers, "budgetplanner/a.cc", include("studentcore/app.h")), 1U);
    EXPECT_EQ(rings(layers, "platform/base/a.cc", include("testing/run.h")), 1U);
    EXPECT_EQ(rings(layers, "platform/base/a_test.cc", include("testing/run.h")), 0U);
    EXPECT_EQ(rings(layers, "platform/auth/a.cc", include("platform/table/table.h")), 0U);
}

TEST(Style, OnlyWhatPutsAProgramTogetherNamesAnAdapter) { holds(adapters); }
TEST(Style, AnAdapterNamedElsewhereRings) {
    const std::string named = include("platform/table/sqlite_table.h");
    EXPECT_EQ(rings(adapters, "studentcore/students.cc", named), 1U);
    EXPECT_EQ(rings(adapters, "platform/journal/main.cc", named), 1U);
    EXPECT_EQ(rings(adapters, "studentcore/serve.cc", named), 0U);
    EXPECT_EQ(rings(adapters, "studentcore/students_test.cc", named), 0U);
}

TEST(Style, EachForeignLibraryIsBehindOneFolder) { holds(foreign_libraries); }
TEST(Style, AForeignLibraryElsewhereRings) {
    EXPECT_EQ(
        rings(foreign_libraries, "studentcore/a.cc", "#include <boost/beast/http.hpp>\n"), 1U
    );
    EXPECT_EQ(rings(foreign_libraries, "studentcore/a.cc", "#include <boost/asio/post.hpp>\n"), 1U);
    EXPECT_EQ(rings(foreign_libraries, "studentcore/a.cc", "#include <sqlite3.h>\n"), 1U);
    EXPECT_EQ(
        rings(foreign_libraries, "studentcore/a.cc", "#include <boost/asio/awaitable.hpp>\n"), 0U
    );
    // An exception that is no longer one.
    const Files files{{"platform/base/run.cc", "int main() {}\n"}};
    EXPECT_EQ(foreign_libraries(files).size(), 1U);
}

TEST(Style, IncludesAreInOrder) { holds(include_order); }
TEST(Style, IncludesOutOfOrderRing) {
    const Files others{{"a/x.h", ""}, {"a/y.h", ""}};
    EXPECT_EQ(rings(include_order, "a/x.cc", include("a/y.h") + include("a/x.h"), others), 1U);
    EXPECT_EQ(rings(include_order, "a/x.cc", include("a/x.h") + include("y.h"), others), 1U);
    EXPECT_EQ(rings(include_order, "a/x.cc", include("a/x.h") + include("a/y.h"), others), 0U);
}

TEST(Style, EveryHeaderIsIncluded) { holds(unused_headers); }
TEST(Style, AHeaderThatNobodyIncludesRings) {
    EXPECT_EQ(rings(unused_headers, "a/x.h", ""), 1U);
    EXPECT_EQ(rings(unused_headers, "a/x.h", "", {{"a/x.cc", include("a/x.h")}}), 0U);
}

TEST(Style, NoBannedCalls) { holds(banned_calls); }
TEST(Style, BannedCallsRing) {
    const std::string clock = "auto now = std::chrono::system_clock::now();\n";
    EXPECT_EQ(rings(banned_calls, "a/x.cc", clock), 1U);
    EXPECT_EQ(rings(banned_calls, "platform/base/clock.cc", clock), 0U);
    EXPECT_EQ(rings(banned_calls, "a/x.cc", "int a = rand();\nint b = strand();\n"), 1U);
    EXPECT_EQ(rings(banned_calls, "a/x.cc", "std::regex pattern;\n"), 1U);
    EXPECT_EQ(rings(banned_calls, "a/x_test.cc", "std::this_thread::sleep_for(1s);\n"), 1U);
    EXPECT_EQ(rings(banned_calls, "a/x.cc", "thread.detach();\n"), 1U);
    EXPECT_EQ(rings(banned_calls, "a/x.cc", "std::cout << 1;\n"), 1U);
    EXPECT_EQ(rings(banned_calls, "a/x_test.cc", "std::cout << 1;\n"), 0U);
    EXPECT_EQ(rings(banned_calls, "a/x.cc", "// sleep_for is banned\n"), 0U);
}

TEST(Style, NothingSuspendsWhereTheCompilerIsWrong) { holds(suspended_conditions); }
TEST(Style, SuspendingInABranchOrALoopHeadRings) {
    EXPECT_EQ(rings(suspended_conditions, "a/x.cc", "f(); auto a = b ? co_await c() : d;"), 1U);
    EXPECT_EQ(rings(suspended_conditions, "a/x.cc", "f(); for (auto& a : co_await b()) c();"), 1U);
    EXPECT_EQ(rings(suspended_conditions, "a/x.cc", "f(); co_return co_await c(a ? b : d);"), 0U);
    EXPECT_EQ(rings(suspended_conditions, "a/x.cc", "for (auto& a : b) { co_await a(); }"), 0U);
    EXPECT_EQ(rings(suspended_conditions, "a/x.cc", "for (auto& a : b) c(co_await a());"), 0U);
}

TEST(Style, NothingIsUnfinished) { holds(unfinished); }
TEST(Style, UnfinishedWorkRings) {
    EXPECT_EQ(
        rings(
            unfinished, "a/x.cc",
            "// TO"
            "DO: later\n"
        ),
        1U
    );
    EXPECT_EQ(
        rings(
            unfinished, "a/x.js",
            "// FIX"
            "ME\n"
        ),
        1U
    );
    EXPECT_EQ(rings(unfinished, "a/x.cc", "mkstemp(\"/tmp/x-XXXXXX\");\n"), 0U);
}

TEST(Style, NoPlaceOfOneMachineAndNoRegistry) { holds(places); }
TEST(Style, APlaceOfOneMachineOrARegistryRings) {
    EXPECT_EQ(
        rings(
            places, "a.sh",
            "cd /ho"
            "me/ada/college\n"
        ),
        1U
    );
    EXPECT_EQ(
        rings(
            places, "package-lock.json",
            "\"https://registry."
            "npmjs.org/x\"\n"
        ),
        1U
    );
    EXPECT_EQ(
        rings(
            places, "a.txt",
            "https://college.example/ho"
            "me/work\n"
        ),
        0U
    );
}

TEST(Style, NoStrayWhiteSpace) { holds(white_space); }
TEST(Style, StrayWhiteSpaceRings) {
    EXPECT_EQ(rings(white_space, "a/x.cc", "int a; \n\tint b;\nint c;"), 3U);
    EXPECT_EQ(rings(white_space, "a/x.cc", "// " + std::string(120, 'a') + "\n"), 1U);
}

TEST(Style, EveryHeaderOpensWithASentence) { holds(headers); }
TEST(Style, AHeaderWithoutCommentOrGuardRings) {
    EXPECT_EQ(rings(headers, "a/x.h", "#pragma once\n"), 1U);
    EXPECT_EQ(rings(headers, "a/x.h", "// What it is.\n"), 1U);
    EXPECT_EQ(rings(headers, "a/x.h", "// What it is.\n#pragma once\n"), 0U);
}

TEST(Style, FileNamesSayWhatIsInside) { holds(file_names); }
TEST(Style, AnEmptyNameRings) {
    EXPECT_EQ(rings(file_names, "a/utils.cc", ""), 1U);
    EXPECT_EQ(rings(file_names, "a/table_helpers.h", ""), 1U);
    EXPECT_EQ(rings(file_names, "a/TableRow.h", ""), 1U);
    EXPECT_EQ(rings(file_names, "a/table_row.h", ""), 0U);
}

TEST(Style, FilesAreShort) { holds(file_lengths); }
TEST(Style, ALongFileRings) {
    EXPECT_EQ(rings(file_lengths, "a/x.cc", std::string(701, '\n')), 1U);
    EXPECT_EQ(rings(file_lengths, "a/x.cc", std::string(700, '\n')), 0U);
    Files files;
    for (int i = 0; i < 100; ++i) files.emplace_back("a/x.cc", std::string(401, '\n'));
    EXPECT_EQ(file_lengths(files).size(), 1U);
}

TEST(Style, FunctionsAreShort) { holds(function_lengths); }
TEST(Style, ALongFunctionRings) {
    const std::string body = " {\n" + std::string(70, '\n') + "}\n";
    EXPECT_EQ(rings(function_lengths, "a/x.cc", "int f(int a)" + body), 1U);
    EXPECT_EQ(rings(function_lengths, "a/x.cc", "X::X(int a) : a_{a}, b_(a)" + body), 1U);
    EXPECT_EQ(rings(function_lengths, "a/x.cc", "TEST(A, B)" + body), 1U);
    EXPECT_EQ(rings(function_lengths, "a/x.cc", "struct A {\nint f() const" + body + "};\n"), 1U);
    EXPECT_EQ(rings(function_lengths, "a/x.cc", "namespace a" + body), 0U);
    EXPECT_EQ(
        rings(function_lengths, "a/x.cc", "int f(int a) {\n" + std::string(68, '\n') + "}\n"), 0U
    );
    const auto functions =
        functions_of({"x.cc", "int A::f(int a) {\n  if (a) { b(); }\n}\nint g() {}\n"});
    ASSERT_EQ(functions.size(), 2U);
    EXPECT_EQ(functions[0].name, "A::f");
    EXPECT_EQ(functions[0].lines, 3);
}

TEST(Style, EveryTestIsBuiltAndHasOne) { holds(tests); }
TEST(Style, AForgottenTestRings) {
    const Files build{{"CMakeLists.txt", "module(a platform/a USES base)\n"}};
    EXPECT_EQ(rings(tests, "platform/a/x_test.cc", "int a;\n", build), 1U);
    EXPECT_EQ(rings(tests, "platform/b/x_test.cc", "\nTEST(A, B) {}\n", build), 1U);
    EXPECT_EQ(rings(tests, "platform/a/x_test.cc", "\nTEST(A, B) {}\n", build), 0U);
}

TEST(Style, EveryFuzzTargetHasACorpus) { holds(corpora); }
TEST(Style, AFuzzTargetWithoutCorpusRings) {
    EXPECT_EQ(rings(corpora, "a/x_fuzz.cc", ""), 1U);
    EXPECT_EQ(rings(corpora, "a/x_fuzz.cc", "", {{"a/x_fuzz.corpus/one", "1"}}), 0U);
}

TEST(Style, PagesHoldNoStylesAndNoScripts) { holds(markup); }
TEST(Style, AnInlineStyleOrScriptRings) {
    EXPECT_EQ(rings(markup, "a/x.html", "<p style=\"color: red\">"), 1U);
    EXPECT_EQ(rings(markup, "a/x.html", "<p\n onclick=\"f()\">"), 1U);
    EXPECT_EQ(rings(markup, "a/x.html", "<script>f()</script><style>p {}</style>"), 2U);
    EXPECT_EQ(rings(markup, "a/x.html", "<script src=\"/a.js\"></script><p class=\"style\">"), 0U);
    EXPECT_EQ(rings(markup, "a/x.html", "<script type=\"application/json\">{}</script>"), 0U);
}

TEST(Style, ScriptsMakeNoMarkupOfText) { holds(scripts); }
TEST(Style, MarkupOfTextRings) {
    EXPECT_EQ(rings(scripts, "a/assets/js/x.js", "a.innerHTML = '<b>' + name;\n"), 1U);
    EXPECT_EQ(rings(scripts, "a/assets/js/x.js", "a.insertAdjacentHTML('beforeend', b);\n"), 1U);
    EXPECT_EQ(rings(scripts, "a/assets/js/x.js", "a.innerHTML = b.innerHTML;\n"), 0U);
    EXPECT_EQ(rings(scripts, "a/assets/js/x.js", "if (a.innerHTML === b.innerHTML) c();\n"), 0U);
}

TEST(Style, NothingIsFetchedFromElsewhere) { holds(foreign_addresses); }
TEST(Style, AnAddressElsewhereRings) {
    EXPECT_EQ(rings(foreign_addresses, "a/x.css", "url(https://fonts.example/a.woff2)"), 1U);
    EXPECT_EQ(
        rings(foreign_addresses, "a/x.html", "<svg xmlns=\"http://www.w3.org/2000/svg\">"), 0U
    );
}

TEST(Style, EveryPartAndScriptIsUsed) { holds(unused_pages); }
TEST(Style, AnUnusedPartRings) {
    EXPECT_EQ(rings(unused_pages, "a/_row.html", ""), 1U);
    EXPECT_EQ(rings(unused_pages, "a/_row.html", "", {{"a/x.html", "{{>_row}}"}}), 0U);
    EXPECT_EQ(rings(unused_pages, "a/assets/js/x.js", ""), 1U);
    EXPECT_EQ(rings(unused_pages, "a/assets/js/x.js", "", {{"a/x.html", "src=\"/a/x.js\""}}), 0U);
}

}  // namespace
}  // namespace style
