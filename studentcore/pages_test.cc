// Every page of ours as it is shown, held to what ctemplate itself makes of the same template.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "platform/view/reference_test.h"

namespace {

view::Files files_of(const std::filesystem::path& folder) {
    view::Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".html" && extension != ".txt") continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        files[std::filesystem::relative(entry.path(), folder).generic_string()] =
            std::string(std::istreambuf_iterator<char>(stream), {});
    }
    return files;
}

TEST(Pages, AreShownAsCtemplateReadsThem) {
    const view::Files files = files_of("studentcore");
    const view::Templates templates(files);
    const view::Place place{.language = "en", .time_zone = "UTC"};
    for (const std::string& name : templates.names()) {
        const auto parsed = view::reference::parsed(files, name);
        ASSERT_NE(parsed, nullptr) << name;
        const view::Program program(name, *parsed);
        view::reference::Models models(program.names(), 7);
        for (int i = 0; i < 30; ++i) {
            json::Object model = models.object();
            model.set("time_zone", "UTC");
            const std::string expected = view::reference::filled(*parsed, model, place);
            ASSERT_EQ(program.run(model, place), expected) << name << "\n" << json::write(model);
            ASSERT_EQ(templates.render(name, model), expected) << name;
        }
    }
}

}  // namespace
