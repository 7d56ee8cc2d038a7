#include "platform/http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace http {
namespace {

base::Task<Response> nothing(Request) { co_return no_content(); }

struct Found {
    std::string pattern;
    std::string allowed;
    std::vector<std::pair<std::string_view, std::string>> parameters;
};

Found find(const Router& router, Method method, std::string path) {
    RequestData data;
    data.method = method;
    data.path = std::move(path);
    std::string allowed;
    const Route* route = router.find(data, allowed);
    return {route == nullptr ? "" : route->pattern, allowed, data.parameters};
}

class Routes : public testing::Test {
  protected:
    Routes() {
        for (const auto& [method, pattern] : std::vector<std::pair<Method, std::string>>{
                 {Method::get, "/"},
                 {Method::get, "/api/students"},
                 {Method::post, "/api/students"},
                 {Method::get, "/api/students/{student_id}"},
                 {Method::del, "/api/students/{student_id}"},
                 {Method::get, "/api/students/export.csv"},
                 {Method::get, "/api/{table}/export.csv"},
                 {Method::post, "/api/{table}/import"},
                 {Method::get, "/a/{b}/{c}"},
             })
            router_.add(method, pattern, nothing);
    }
    Router router_;
};

TEST_F(Routes, PlainSegmentsGoBeforeParameters) {
    EXPECT_EQ(find(router_, Method::get, "/").pattern, "/");
    EXPECT_EQ(find(router_, Method::get, "/api/students").pattern, "/api/students");
    EXPECT_EQ(
        find(router_, Method::get, "/api/students/export.csv").pattern, "/api/students/export.csv"
    );
    EXPECT_EQ(
        find(router_, Method::get, "/api/courses/export.csv").pattern, "/api/{table}/export.csv"
    );
}

TEST_F(Routes, AnotherPatternIsTriedWhereTheFirstHasNotTheMethod) {
    const Found found = find(router_, Method::post, "/api/students/import");
    EXPECT_EQ(found.pattern, "/api/{table}/import");
    ASSERT_EQ(found.parameters.size(), 1U);
    EXPECT_EQ(found.parameters[0].second, "students");
}

TEST_F(Routes, ParametersAreNamed) {
    const Found found = find(router_, Method::get, "/a/one/two");
    ASSERT_EQ(found.parameters.size(), 2U);
    EXPECT_EQ(found.parameters[0].first, "b");
    EXPECT_EQ(found.parameters[0].second, "one");
    EXPECT_EQ(found.parameters[1].first, "c");
    EXPECT_EQ(found.parameters[1].second, "two");
}

TEST_F(Routes, UnknownPathsAllowNothing) {
    for (const char* path :
         {"/x", "/api", "/api/", "/api/students/", "/api/students/1/2", "", "//", "/a/one/",
          "/a//two"}) {
        const Found found = find(router_, Method::get, path);
        EXPECT_EQ(found.pattern, "") << path;
        EXPECT_EQ(found.allowed, "") << path;
    }
    EXPECT_EQ(find(router_, Method::get, "/" + std::string(100, '/')).pattern, "");
}

TEST_F(Routes, KnownPathsSayWhichMethodsTheyAllow) {
    EXPECT_EQ(find(router_, Method::put, "/api/students").allowed, "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(find(router_, Method::post, "/").allowed, "GET, HEAD, OPTIONS");
}

TEST_F(Routes, HeadIsAnsweredByGet) {
    EXPECT_EQ(find(router_, Method::head, "/api/students").pattern, "/api/students");
    EXPECT_EQ(find(router_, Method::head, "/api/students").allowed, "");
}

TEST_F(Routes, TwoRoutesOfOneShapeAreAMistake) {
    EXPECT_THROW(router_.add(Method::get, "/", nothing), std::logic_error);
    EXPECT_THROW(router_.add(Method::get, "/api/students/{other}", nothing), std::logic_error);
    EXPECT_THROW(router_.add(Method::get, "no/slash", nothing), std::logic_error);
}

TEST_F(Routes, KnowTheirPlace) {
    for (std::size_t i = 0; i < router_.routes().size(); ++i)
        EXPECT_EQ(router_.routes()[i]->index, i);
}

}  // namespace
}  // namespace http
