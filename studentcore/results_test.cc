#include "studentcore/results.h"

#include <gtest/gtest.h>

#include "studentcore/classroom_test.h"

namespace studentcore {
namespace {

class ResultsOfClass : public Classroom {
  protected:
    Answer save(const web::Identity& who, json::Array rows, std::string_view exam = "midterm") {
        return post(
            who, course_path(0, "/results"),
            {{"exam_type", exam}, {"max_marks", 50}, {"results", std::move(rows)}}
        );
    }
    json::Object row(int student_at, json::Value marks) const {
        return {
            {"student_id", students[static_cast<std::size_t>(student_at)]},
            {"marks", std::move(marks)}
        };
    }
    static json::Number number(std::string_view text) { return {std::string(text)}; }
};

TEST_F(ResultsOfClass, TheServerComputesTheGradeWhateverTheClientSays) {
    auto sent = result(0, "midterm", "89.99");
    sent.set("grade", "A+").set("percent", json::Number{"100"});
    const auto made = post(ann, "/api/results", sent);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body.text("grade"), "A");
    EXPECT_EQ(made.body.text("percent"), "89.99");
    EXPECT_EQ(made.body.text("student_name"), "Asha Rao");
    EXPECT_EQ(made.body.text("course_name"), "Databases");
    const std::string path = "/api/results/" + std::string(made.body.text("result_id"));
    const auto changed = ask(ann, http::Method::patch, path, R"({"marks":90,"grade":"F"})");
    EXPECT_EQ(changed.body.text("grade"), "A+");
    EXPECT_EQ(changed.body.text("percent"), "90.00");
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].name, "result_added");
    EXPECT_EQ(told[0].payload.text("exam_type"), "midterm");
    EXPECT_EQ(told[1].name, "result_updated");
    EXPECT_EQ(told[1].payload.text("grade"), "A+");
    EXPECT_EQ(heard(asha, {}).size(), 2U);
    EXPECT_TRUE(heard(emile, {}).empty());
    EXPECT_TRUE(heard(bob, {courses[1]}).empty());
}

TEST_F(ResultsOfClass, MarksThatCannotBeAreRefusedByField) {
    const auto wrong = [&](std::string_view marks, std::string_view max) {
        auto sent = result(0, "midterm", marks);
        sent.set("max_marks", number(max));
        return post(ann, "/api/results", sent).wrong();
    };
    using Fields = std::vector<std::string>;
    EXPECT_EQ(wrong("-1", "100"), Fields{"marks"});
    EXPECT_EQ(wrong("100.01", "100"), Fields{"marks"});
    EXPECT_EQ(wrong("50.001", "100"), Fields{"marks"});
    EXPECT_EQ(wrong("0", "0"), Fields{"max_marks"});
    EXPECT_EQ(wrong("1e1", "100"), Fields{"marks"});
    EXPECT_EQ(post(ann, "/api/results", result(0, "quiz", "5")).wrong(), Fields{"exam_type"});
    EXPECT_TRUE(told.empty());
    EXPECT_EQ(
        post(ann, "/api/results", result(0, "MIDTERM", "5")).body.text("exam_type"), "midterm"
    );
}

TEST_F(ResultsOfClass, OneResultAStudentCourseAndExam) {
    const auto first = post(ann, "/api/results", result(0, "final", "40"));
    const auto second = post(office, "/api/results", result(0, "final", "45"));
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.body.text("existing"), first.body.text("result_id"));
    EXPECT_EQ(post(ann, "/api/results", result(0, "midterm", "40")).status, 201);
}

TEST_F(ResultsOfClass, EachRoleSeesWhatIsTheirs) {
    const auto made = post(ann, "/api/results", result(0, "final", "40"));
    const std::string path = "/api/results/" + std::string(made.body.text("result_id"));
    EXPECT_EQ(get(asha, path).status, 200);
    EXPECT_EQ(get(emile, path).status, 404);
    EXPECT_EQ(get(bob, path).status, 403);
    EXPECT_EQ(get(ann, path).status, 200);
    EXPECT_EQ(get(office, path).status, 200);
    EXPECT_EQ(post(bob, "/api/results", result(1, "final", "40")).status, 403);
    EXPECT_EQ(ask(bob, http::Method::del, path).status, 403);
    EXPECT_EQ(get(asha, "/api/students/" + students[0] + "/results").list("items").size(), 1U);
    EXPECT_EQ(get(emile, "/api/students/" + students[0] + "/results").status, 404);
    EXPECT_EQ(get(bob, "/api/students/" + students[0] + "/results").list("items").size(), 0U);
    EXPECT_EQ(get(ann, "/api/results?course_id=" + courses[0]).list("items").size(), 1U);
}

TEST_F(ResultsOfClass, AWholeClassIsOneWriteWithGradesAndADistribution) {
    const auto writes = store.numbers().writes;
    const auto saved = save(ann, {row(0, number("45")), row(1, number("20.5")), row(2, "12")});
    ASSERT_EQ(saved.status, 200) << saved.text;
    EXPECT_EQ(store.numbers().writes, writes + 1);
    EXPECT_EQ(saved.body.integer("saved"), 3);
    EXPECT_EQ(saved.list("items")[0].object()->text("grade"), "A+");
    EXPECT_EQ(saved.list("items")[1].object()->text("percent"), "41.00");
    EXPECT_EQ(saved.list("items")[2].object()->text("grade"), "F");
    EXPECT_EQ(saved.list("distribution").size(), 7U);
    EXPECT_EQ(saved.list("distribution")[0].object()->integer("count"), 1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "result_added");
    EXPECT_EQ(heard(asha, {})[0].second.text("grade"), "A+");
    EXPECT_FALSE(heard(asha, {})[0].second.contains("items"));
    const auto page = get(ann, course_path(0, "/results?exam_type=midterm"));
    EXPECT_EQ(page.body.text("max_marks"), "50");
    EXPECT_EQ(page.body.text("average"), "51.67");
    EXPECT_EQ(page.body.integer("entered"), 3);
    EXPECT_EQ(page.list("exam_types").size(), 2U);
}

TEST_F(ResultsOfClass, ClearedMarksAreRemovedAndUnchangedOnesAreNotWritten) {
    (void)save(ann, {row(0, number("45")), row(1, number("20"))});
    told.clear();
    const auto saved = save(ann, {row(0, number("45")), row(1, nullptr), row(2, nullptr)});
    EXPECT_EQ(saved.body.integer("saved"), 1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "result_deleted");
    EXPECT_EQ(told[0].payload.text("student_id"), students[1]);
    EXPECT_EQ(get(office, "/api/results?course_id=" + courses[0]).list("items").size(), 1U);
}

TEST_F(ResultsOfClass, EveryWrongRowIsNamed) {
    const auto refused = save(ann, {row(0, number("51")), row(1, number("5")), row(2, "x")});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.wrong(), (std::vector<std::string>{"results[0].marks", "results[2].marks"}));
    EXPECT_EQ(
        save(ann, {row(0, number("5"))}, "quiz").wrong(), std::vector<std::string>{"exam_type"}
    );
    EXPECT_EQ(save(bob, {row(0, number("5"))}).status, 403);
    // What is no mark must not be taken for a cleared one.
    for (const json::Value& odd : {json::Value(true), json::Value(json::Array{})})
        EXPECT_EQ(save(ann, {row(0, odd)}).wrong(), std::vector<std::string>{"results[0].marks"});
    auto stale = row(0, number("7"));
    stale.set("version", 4);
    (void)save(ann, {row(0, number("5"))});
    EXPECT_EQ(save(ann, {stale}).wrong(), std::vector<std::string>{"results[0]"});
}

TEST_F(ResultsOfClass, AFormClearsWhatWasThereAndLeavesEmptyRowsAlone) {
    (void)save(ann, {row(0, number("45"))});
    const std::string path = "/courses/" + courses[0] + "/results";
    const std::string form = "exam_type=midterm&max_marks=50&version." + students[0] + "=1&marks." +
                             students[0] + "=&version." + students[1] + "=0&marks." + students[1] +
                             "=49.5&version." + students[2] + "=0&marks." + students[2] + "=";
    const auto answer = ask(ann, http::Method::post, path, form);
    EXPECT_EQ(answer.status, 303) << answer.text;
    EXPECT_EQ(answer.header("Location"), path + "?exam_type=midterm&saved=2");
    const auto page = get(ann, path + "?exam_type=midterm");
    EXPECT_EQ(page.body.integer("entered"), 1);
    const std::string wrong =
        "exam_type=midterm&max_marks=50&version." + students[2] + "=0&marks." + students[2] + "=51";
    EXPECT_EQ(
        ask(ann, http::Method::post, path, wrong).wrong(),
        std::vector<std::string>{"marks." + students[2]}
    );
}

}  // namespace
}  // namespace studentcore
