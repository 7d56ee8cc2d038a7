// The college's own settings: its name, terms, programmes, exam types and grade points.
//
// One item in the system table (pk "settings", sk "-"), read once and kept in memory: current()
// costs a pointer copy. A change made here is seen at once on this node; other nodes see it when
// they call load() again (a tick every 5 s). Thread-safe; lives as long as the application.
//
// GET  /api/settings           Settings::show       any signed-in
// PUT  /api/settings           Settings::replace    admin; also POST /settings (form)
// POST /api/programs/rename    Settings::rename     admin; {"from", "to"}: renames, or merges into `to`
//
// Outbox: "rename_program" → Settings::rename_program
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/decimal.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace studentcore {

struct Term {
    std::string name;
    std::string from;   // first day
    std::string until;  // last day
};

struct ExamType {
    std::string name;
    base::Decimal weight;
};

// The settings as they were at one moment; never changes.
struct College {
    std::string name;
    std::string time_zone;
    std::vector<Term> terms;
    std::vector<std::string> programs;
    std::vector<ExamType> exam_types;
    std::vector<std::pair<std::string, base::Decimal>> grade_points;  // by grade, best first
    json::Object item;                                                // as stored, with its version

    // The term that holds the day; else the last that began before it, else the first, else null.
    [[nodiscard]] const Term* term_on(std::string_view date) const;
    [[nodiscard]] const Term* term(std::string_view term_name) const;
    // The listed spelling of an exam type, without case; null when the college has none such.
    [[nodiscard]] const ExamType* exam_type(std::string_view type_name) const;
    [[nodiscard]] base::Decimal points(std::string_view grade) const;
    // The listed spelling of a programme, through earlier renames; "" when it is new.
    [[nodiscard]] std::string program(std::string_view typed) const;
};

class Settings {
  public:
    explicit Settings(journal::Journal& journal);

    // Reads the stored settings; the defaults until there are any.
    [[nodiscard]] base::Task<> load();
    [[nodiscard]] std::shared_ptr<const College> current() const;
    // The college's own day.
    [[nodiscard]] std::string today() const;
    // The current term's name; "" without terms.
    [[nodiscard]] std::string current_term() const;

    // The spelling to store for a programme that someone typed; a new one joins the list first.
    [[nodiscard]] base::Task<std::string> adopt_program(journal::Actor actor, std::string typed);
    // Stores new settings outside a request (demo data, import); 422 when they are not valid.
    [[nodiscard]] base::Task<> store(journal::Actor actor, json::Object sent);

    [[nodiscard]] base::Task<http::Response> show(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> rename(web::Call call);

    // Moves the students of {"from"} to the programme that it is called now, in chunks. Idempotent.
    [[nodiscard]] base::Task<> rename_program(json::Object payload);

  private:
    [[nodiscard]] base::Task<std::optional<json::Object>> stored();
    [[nodiscard]] journal::Transaction change(
        journal::Actor actor, std::string action, const std::optional<json::Object>& before,
        json::Object after
    ) const;
    // One round of rename_program: how many students were moved.
    [[nodiscard]] base::Task<std::size_t> move_students(std::string from, std::string to);
    [[nodiscard]] http::Response answer_now(const web::Call& call) const;
    void keep(std::shared_ptr<const College> college);

    journal::Journal& journal_;
    mutable std::mutex mutex_;
    std::shared_ptr<const College> college_;
};

// The settings of a college that has set none, in that year.
[[nodiscard]] json::Object default_settings(std::string_view today);
// Checks what was sent and gives the item to store; every wrong field is named.
[[nodiscard]] std::expected<json::Object, base::FieldErrors> checked_settings(
    const json::Object& sent, const json::Object& before
);
[[nodiscard]] College college_of(json::Object item);

}  // namespace studentcore
