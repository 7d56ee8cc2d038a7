#include "platform/view/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "platform/base/error.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

json::Object object(std::string_view text) { return json::parse_stored(text); }

std::string rendered(
    const std::string& page, std::string_view model, std::string_view language = "en"
) {
    const view::Templates templates(view::Files{{"page.html", page}});
    return templates.render("page", object(model), language);
}

std::string failure(view::Files files) {
    try {
        const view::Templates templates(std::move(files));
    } catch (const base::Error& error) {
        return error.shown;
    }
    return "";
}

TEST(Templates, AValueIsShownWhereItsNameStands) {
    EXPECT_EQ(
        rendered("<p>{{name}} {{marks}}</p>", R"({"name":"Ada","marks":12.50})"), "<p>Ada 12.50</p>"
    );
}

TEST(Templates, AnObjectIsASectionWithItsMembersAndThoseAround) {
    EXPECT_EQ(
        rendered(
            "{{#student}}{{name}} {{college}}{{/student}}",
            R"({"college":"C","student":{"name":"Ada"}})"
        ),
        "Ada C"
    );
}

TEST(Templates, AnArrayOfObjectsIsARepeatedSection) {
    EXPECT_EQ(
        rendered(
            "{{#items}}{{item_number}}{{name}}{{#items_separator}}, "
            "{{/items_separator}}{{/items}}/{{items_count}}",
            R"({"items":[{"name":"a"},{"name":"b"}]})"
        ),
        "1a, 2b/2"
    );
}

TEST(Templates, AnArrayOfTextsShowsEachAsItem) {
    EXPECT_EQ(
        rendered("{{#terms}}<i>{{item}}</i>{{/terms}}", R"({"terms":["1<2","3"]})"),
        "<i>1&lt;2</i><i>3</i>"
    );
}

TEST(Templates, AnEmptyArrayShowsNone) {
    const char* page = "{{#items_any}}some{{/items_any}}{{#items_none}}none{{/items_none}}";
    EXPECT_EQ(rendered(page, R"({"items":[]})"), "none");
    EXPECT_EQ(rendered(page, R"({"items":[{},{}]})"), "some");
}

TEST(Templates, ABooleanShowsOrHidesItsSection) {
    const char* page = "{{#can}}yes{{/can}}{{#not_can}}no{{/not_can}}";
    EXPECT_EQ(rendered(page, R"({"can":true})"), "yes");
    EXPECT_EQ(rendered(page, R"({"can":false})"), "no");
    EXPECT_EQ(rendered(page, R"({"can":null})"), "no");
    EXPECT_EQ(rendered(page, "{}"), "no");
}

TEST(Templates, ATextIsGivenWhenItIsNotEmptyAndANumberAlways) {
    const char* page = "{{#x_given}}[{{x}}]{{/x_given}}{{#not_x}}-{{/not_x}}";
    EXPECT_EQ(rendered(page, R"({"x":"a"})"), "[a]");
    EXPECT_EQ(rendered(page, R"({"x":""})"), "-");
    EXPECT_EQ(rendered(page, R"({"x":0})"), "[0]");
}

TEST(Templates, ACountHasItsOwnWords) {
    const char* page = "{{n}} {{#n_one}}student{{/n_one}}{{#n_many}}students{{/n_many}}";
    EXPECT_EQ(rendered(page, R"({"n":1})"), "1 student");
    EXPECT_EQ(rendered(page, R"({"n":0})"), "0 students");
}

TEST(Templates, AConditionComparesWithAWordOrAnotherValue) {
    EXPECT_EQ(
        rendered(
            "<b{{#status_is_Late}} class=\"late\"{{/status_is_Late}}></b>", R"({"status":"Late"})"
        ),
        "<b class=\"late\"></b>"
    );
    EXPECT_EQ(
        rendered(
            "<select>{{#programs}}<option{{#item_equals_program}} "
            "selected{{/item_equals_program}}>{{item}}</option>"
            "{{/programs}}</select>",
            R"({"program":"Law","programs":["Art","Law"]})"
        ),
        "<select><option>Art</option><option selected>Law</option></select>"
    );
}

TEST(Templates, AnInnerNameHidesAnOuterOneAlsoWhenItIsNull) {
    EXPECT_EQ(rendered("{{#s}}[{{x}}]{{/s}}", R"({"x":"outer","s":{"x":null}})"), "[]");
}

TEST(Escaping, ScriptInAModelIsTextInThePage) {
    const std::string page = rendered(
        "<p title=\"{{x}}\">{{x}}</p><a href=\"{{u}}\">.</a>",
        R"json({"x":"<script>alert('\"1\"')</script>","u":"javascript:alert(1)"})json"
    );
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
    EXPECT_THAT(page, Not(HasSubstr("\"1\"")));
    EXPECT_THAT(page, Not(HasSubstr("javascript:")));
}

TEST(Escaping, FollowsTheContext) {
    const std::string page = rendered(
        "<a href=\"/find?q={{x:x-url}}\" onclick=\"go('{{x}}')\" data-n={{x}}>.</a><script>var n = "
        "{{x}};</script>",
        R"({"x":"a b&c'd\"e"})"
    );
    EXPECT_EQ(
        page,
        "<a href=\"/find?q=a%20b%26c%27d%22e\" onclick=\"go('a b\\x26c\\x27d\\x22e')\" "
        "data-n=a_b_c_d_e>.</a>"
        "<script>var n = null;</script>"
    );
}

TEST(Escaping, FormattedValuesAreEscapedToo) {
    EXPECT_EQ(
        rendered("{{x:x-date}}{{x:x-number=1}}{{n:x-number=1}}", R"({"x":"<b>","n":1.25})"),
        "&lt;b&gt;&lt;b&gt;1.3"
    );
}

TEST(Templates, DecimalsMayBeAskedFor) {
    EXPECT_EQ(
        rendered(
            "{{x:x-percent}} {{x:x-percent=1}} {{x:x-percent-whole}} {{x:x-number=2}}",
            R"({"x":81.250})"
        ),
        "81.25% 81.3% 81% 81.25"
    );
}

TEST(Escaping, HoldsAcrossIncludesAndWords) {
    const view::Templates templates(view::Files{
        {"page.html", "<a href=\"{{>_target}}\" title=\"[[page.hint]]\">.</a>"},
        {"_target.html", "/x?q={{q:x-url}}"},
        {"strings/en.txt", "page.hint = \"{{q}}\" & more"},
    });
    EXPECT_EQ(
        templates.render("page", object(R"({"q":"a&\"b"})")),
        "<a href=\"/x?q=a%26%22b\" title=\"&quot;a&amp;&quot;b&quot; &amp; more\">.</a>"
    );
}

TEST(Escaping, CantBeSwitchedOff) {
    EXPECT_THAT(failure({{"page.html", "{{x:none}}"}}), HasSubstr("page.html has {{x:none}}"));
    EXPECT_THAT(failure({{"page.html", "{{x:x-date:h}}"}}), HasSubstr("escaping is chosen"));
    EXPECT_THAT(
        failure({{"page.html", "{{%AUTOESCAPE context=\"MANUAL\"}}x"}}), HasSubstr("pragmas")
    );
    EXPECT_THAT(failure({{"page.html", "{{=<< >>=}}"}}), HasSubstr("pragmas"));
    EXPECT_THAT(failure({{"page.html", "{{x:x-dat}}"}}), HasSubstr("not there"));
    EXPECT_THAT(failure({{"page.html", "<p>{{x:x-json}}</p>"}}), HasSubstr("outside of <script"));
}

TEST(Escaping, AModelInsideAScriptElementIsData) {
    EXPECT_EQ(
        rendered(
            "<script type=\"application/json\" id=\"m\">{{chart:x-json}}</script>",
            R"({"chart":{"labels":["</script><b>&"],"values":[1.50]}})"
        ),
        "<script type=\"application/json\" id=\"m\">"
        R"({"labels":["\u003c/script\u003e\u003cb\u003e\u0026"],"values":[1.50]})"
        "</script>"
    );
}

TEST(Layout, SurroundsThePageAndTakesItsBlocks) {
    const view::Templates templates(view::Files{
        {"layout.html",
         "<!doctype html><title>{{$title}}College{{/title}}</title><main>{{>content}}</main>"},
        {"bare.html", "<!doctype html><body>{{>content}}</body>"},
        {"students.html", "{{$title}}Students{{/title}}<h1>{{n}}</h1>"},
        {"plain.html", "<p>p</p>"},
        {"login.html", "{{<bare}}<form></form>"},
        {"_row.html", "<tr></tr>"},
        {"slips.html", "<!doctype html><p>s</p>"},
    });
    const json::Object model = object(R"({"n":5})");
    EXPECT_EQ(
        templates.render("students", model),
        "<!doctype html><title>Students</title><main><h1>5</h1></main>"
    );
    EXPECT_EQ(
        templates.render("plain", model),
        "<!doctype html><title>College</title><main><p>p</p></main>"
    );
    EXPECT_EQ(templates.render("login", model), "<!doctype html><body><form></form></body>");
    EXPECT_EQ(templates.render("_row", model), "<tr></tr>");
    EXPECT_EQ(templates.render("slips", model), "<!doctype html><p>s</p>");
}

TEST(Layout, MistakesStopTheStartAndAreNamed) {
    EXPECT_THAT(failure({{"a.html", "{{>_b}}"}}), HasSubstr("a.html includes _b.html"));
    EXPECT_THAT(failure({{"_a.html", "{{>_a}}"}}), HasSubstr("included by itself"));
    EXPECT_THAT(failure({{"a.html", "{{#x}}"}}), HasSubstr("a.html is not well formed"));
    EXPECT_THAT(failure({{"a.html", "{{<none}}"}}), HasSubstr("none.html, which is not there"));
    EXPECT_THAT(failure({{"a.html", "{{$t}}x"}}), HasSubstr("does not end the block t"));
}

TEST(Layout, PagesMayBeParsedWhenTheyAreFirstShown) {
    const view::Templates templates(
        view::Files{{"good.html", "<p>{{x}}</p>"}, {"bad.html", "{{#x}}"}}, {.parse_all = false}
    );
    EXPECT_EQ(templates.render("good", object(R"({"x":"<"})")), "<p>&lt;</p>");
    EXPECT_THROW((void)templates.render("bad", {}), base::Error);
}

TEST(Words, ComeFromTheLanguageAndFallBackToTheFirst) {
    const view::Templates templates(view::Files{
        {"page.html", "<p>[[page.title]] [[page.count]]</p>"},
        {"strings/en.txt", "# English\npage.title = Don't\n\npage.count = {{n}} left\n"},
        {"strings/de.txt", "page.title = Nicht\n"},
    });
    const json::Object model = object(R"({"n":3})");
    EXPECT_EQ(templates.render("page", model), "<p>Don&#39;t 3 left</p>");
    EXPECT_EQ(templates.render("page", model, "de"), "<p>Nicht 3 left</p>");
    EXPECT_EQ(templates.render("page", model, "xx"), "<p>Don&#39;t 3 left</p>");
    EXPECT_EQ(templates.text("de", "page.title"), "Nicht");
    EXPECT_THAT(templates.missing_texts(), ElementsAre("de: page.count"));
    EXPECT_EQ(templates.language_for("fr-CH, de-AT;q=0.8, en;q=0.5"), "de");
    EXPECT_EQ(templates.language_for(""), "en");
}

TEST(Words, AnUnknownKeyNamesTemplateAndKey) {
    const std::string said = failure({{"page.html", "[[page.titel]]"}});
    EXPECT_THAT(said, HasSubstr("page.html"));
    EXPECT_THAT(said, HasSubstr("[[page.titel]]"));
}

TEST(Words, UnusedKeysAreFound) {
    const view::Templates templates(view::Files{
        {"page.html", "[[a.used]]"},
        {"strings/en.txt", "a.used = 1\na.left = 2\njs.saved = Saved\ntext.mail = Mail"},
    });
    EXPECT_THAT(templates.unused_texts(), ElementsAre("a.left"));
    EXPECT_EQ(json::write(templates.texts("en", "js.")), R"({"saved":"Saved"})");
}

TEST(Words, AMistakeInACatalogueNamesItsLine) {
    EXPECT_THAT(
        failure({{"strings/en.txt", "a.b = 1\na.b = 2"}}), HasSubstr("strings/en.txt, line 2")
    );
    EXPECT_THAT(failure({{"strings/en.txt", "nonsense"}}), HasSubstr("line 1"));
}

TEST(Strict, AVariableThatTheModelLacksIsNamed) {
    const view::Templates templates(
        view::Files{{"page.html", "{{here}}{{gone}}"}}, {.strict = true}
    );
    EXPECT_EQ(templates.render("page", object(R"({"here":"x","gone":null})")), "x");
    EXPECT_THROW((void)templates.render("page", object(R"({"here":"x"})")), base::Error);
}

TEST(Folder, IsReadAgainWhenAFileChanged) {
    const auto folder = std::filesystem::temp_directory_path() / "view_test_folder";
    std::filesystem::create_directories(folder / "strings");
    const auto write = [&](const char* name, const char* text) {
        std::ofstream(folder / name) << text;
    };
    write("page.html", "[[a.b]]");
    write("strings/en.txt", "a.b = one");
    const view::Templates templates(folder);
    EXPECT_EQ(templates.render("page", {}), "one");
    write("strings/en.txt", "a.b = two");
    std::filesystem::last_write_time(
        folder / "strings/en.txt",
        std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2)
    );
    EXPECT_EQ(templates.render("page", {}), "two");
    std::filesystem::remove_all(folder);
}

TEST(Templates, RenderFromManyThreadsAtOnce) {
    const view::Templates templates(
        view::Files{{"page.html", "{{#items}}{{item}} {{d:x-datetime}};{{/items}}"}}
    );
    const json::Object model = object(R"({"d":"2026-11-22T11:59:03Z","items":["a","b","c"]})");
    const std::string expected = templates.render("page", model);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 500; ++n) EXPECT_EQ(templates.render("page", model), expected);
        });
}

TEST(Choices, MarkTheChosenOne) {
    EXPECT_EQ(
        json::write(json::Value(view::choices({"A+", "B"}, "B"))),
        R"([{"value":"A+","label":"A+","selected":false},{"value":"B","label":"B","selected":true}])"
    );
}

}  // namespace
