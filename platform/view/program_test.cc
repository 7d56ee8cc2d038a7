#include "platform/view/program.h"

#include <gtest/gtest.h>

#include "platform/base/error.h"
#include "platform/view/reference_test.h"

namespace {

namespace reference = view::reference;

// The page as the program shows it, which must be what ctemplate makes of it.
void expect_the_same(const std::string& page, int models, unsigned seed = 1) {
    const view::Files files{{"page.html", page}};
    const auto parsed = reference::parsed(files, "page");
    ASSERT_NE(parsed, nullptr) << page;
    const view::Program program("page", *parsed);
    const view::Place place{.language = "en", .time_zone = "Asia/Kolkata"};
    reference::Models made(program.names(), seed);
    for (int i = 0; i < models; ++i) {
        const json::Object model = made.object();
        ASSERT_EQ(program.run(model, place), reference::filled(*parsed, model, place))
            << page << "\n"
            << json::write(model);
    }
}

TEST(Program, EscapesWhereverAValueMayStand) {
    for (const std::string page :
         {"<p title=\"{{a}}\" data-x='{{b}}' id={{c}}>{{d}}</p>",
          "<a href=\"{{a}}\">{{b}}</a><a href=\"/x?y={{c:x-url}}&z={{d}}\"></a>",
          "<img src=\"{{a}}\" alt=\"{{b}}\"><form action='{{c}}'></form>",
          "<p style=\"color: {{a}}\"></p><style>p { color: {{b}} }</style>",
          "<script>const x = '{{a}}'; const y = {{b}};</script><p onclick=\"f('{{c}}')\"></p>",
          "<script type=\"application/json\">{{a:x-json}}</script>",
          "<textarea>{{a}}</textarea><title>{{b}}</title><!-- {{c}} -->"})
        expect_the_same(page, 300);
}

TEST(Program, EscapesEveryByteAsCtemplateDoes) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    const auto parsed = reference::parsed({{"page.html", "<p>{{a}}</p><p a={{a}}>"}}, "page");
    const view::Program program("page", *parsed);
    const json::Object model{{"a", all}};
    EXPECT_EQ(program.run(model, {}), reference::filled(*parsed, model, {}));
}

TEST(Program, ShowsEveryFormatInEveryPlace) {
    expect_the_same(
        "{{a:x-date}} {{a:x-day}} {{a:x-time}} {{a:x-datetime}} {{a:x-number}} {{a:x-number=2}} "
        "{{a:x-percent}} {{a:x-percent=1}} {{a:x-percent-whole}} <p title=\"{{a:x-number=0}}\">",
        200
    );
}

TEST(Program, HoldsConditionsAsTheDictionaryDid) {
    expect_the_same("{{#x}}<{{x}}{{y}}{{item}}>{{/x}}", 500);
    std::string closed = "{{x_count}}";
    for (const std::string name :
         {"x",          "not_x",       "not_not_x",  "x_given",    "x_any",
          "x_none",     "not_x_none",  "x_zero",     "x_one",      "x_many",
          "not_x_many", "x_is_active", "not_x_is_1", "x_equals_y", "not_x_equals_y",
          "x_is_one",   "_given",      "x_is_",      "item_is_x",  "item_equals_x"})
        closed += "{{#" + name + "}}[{{x}}{{y}}{{item}}{{item_number}}]{{/" + name + "}}";
    expect_the_same(closed, 2000);
    expect_the_same("{{#y}}" + closed + "{{/y}}", 2000);
    expect_the_same("{{#z}}{{#y}}" + closed + "{{/y}}{{y}}{{item}}{{/z}}{{item}}", 2000);
}

TEST(Program, PutsSeparatorsBetweenElements) {
    expect_the_same("{{#x}}{{item}}{{#x_separator}}, {{/x_separator}}{{/x}}", 300);
    expect_the_same(
        "{{#x}}{{#x_separator}}-{{/x_separator}}{{item}}{{#x_separator}}+{{item}}{{/x_separator}}"
        "{{#y}}{{#x_separator}}!{{/x_separator}}{{/y}}{{/x}}{{#x_separator}}?{{/x_separator}}",
        500
    );
}

TEST(Program, ANameThatIsThereTwiceCountsOnce) {
    const auto parsed = reference::parsed({{"page.html", "{{a}}{{#o}}{{a}}{{/o}}{{a}}"}}, "page");
    const view::Program program("page", *parsed);
    json::Object model{{"a", 1}};
    model.append_new("a", 2);
    model.append_new("o", json::Object{{"a", 3}});
    EXPECT_EQ(program.run(model, {}), "131");
}

TEST(Program, AnEscapingThatItDoesNotKnowIsRefused) {
    view::register_formats();
    const std::string source = "{{%AUTOESCAPE context=\"XML\"}}<p>{{a}}</p>";
    const std::unique_ptr<ctemplate::Template> parsed(ctemplate::Template::StringToTemplate(
        ctemplate::TemplateString(source.data(), source.size()), ctemplate::STRIP_BLANK_LINES
    ));
    ASSERT_NE(parsed, nullptr);
    EXPECT_THROW(view::Program("page", *parsed), base::Error);
    const std::string bare = "<p>{{a}}</p>";
    const std::unique_ptr<ctemplate::Template> unescaped(ctemplate::Template::StringToTemplate(
        ctemplate::TemplateString(bare.data(), bare.size()), ctemplate::STRIP_BLANK_LINES
    ));
    EXPECT_THROW(view::Program("page", *unescaped), base::Error);
}

}  // namespace
