#include "studentcore/settings_model.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/text.h"
#include "studentcore/bulk.h"
#include "studentcore/grades.h"

namespace studentcore {
namespace {

using base::Decimal;
using base::FieldErrors;

struct GradePoints {
    std::string_view grade;
    int points;
};
constexpr std::array<GradePoints, 7> default_points{
    {{"A+", 10}, {"A", 9}, {"B+", 8}, {"B", 7}, {"C", 6}, {"D", 5}, {"F", 0}}
};

std::string cleaned(const json::Object& from, std::string_view name) {
    const json::Value* value = from.find(name);
    return value == nullptr || value->string() == nullptr
               ? std::string()
               : std::string(base::trimmed(*value->string()));
}

bool good_text(std::string_view text, std::size_t length_max) {
    return base::is_utf8(text) && !base::has_control(text) && base::length(text) <= length_max;
}

// A number or its text, not negative, with at most two decimals.
std::optional<Decimal> amount(const json::Value* value, int most) {
    if (value == nullptr) return std::nullopt;
    const std::string text = value->number() != nullptr ? value->number()->text
                             : value->string() != nullptr
                                 ? std::string(base::trimmed(*value->string()))
                                 : std::string();
    const auto number = Decimal::parse(text);
    if (!number || number->negative() || number->rounded(2) != *number) return std::nullopt;
    if (*number > Decimal(most, 0)) return std::nullopt;
    return number;
}

void check_names(const json::Object& sent, json::Object& item, FieldErrors& errors) {
    if (sent.contains("college")) {
        const std::string name = cleaned(sent, "college");
        if (name.empty())
            errors.push_back({"college", "The college needs a name."});
        else if (!good_text(name, 200))
            errors.push_back({"college", "The name may have at most 200 characters."});
        else
            item.set("college", name);
    }
    if (sent.contains("time_zone")) {
        const std::string zone = cleaned(sent, "time_zone");
        if (base::is_time_zone(zone))
            item.set("time_zone", zone);
        else
            errors.push_back({"time_zone", "This must be a time zone, such as Asia/Kolkata or UTC."}
            );
    }
}

// One term of the list, or a message about what is wrong with it.
std::expected<json::Value, std::string> check_term(
    const json::Value& entry, std::set<std::string>& seen
) {
    const json::Object* term = entry.object();
    if (term == nullptr) return std::unexpected("Each term has a name, a first and a last day.");
    const std::string name = cleaned(*term, "name");
    const std::string from = cleaned(*term, "from");
    const std::string until = cleaned(*term, "until");
    if (name.empty() || !good_text(name, 60))
        return std::unexpected("Each term needs a name of at most 60 characters.");
    if (!seen.insert(base::folded(name)).second)
        return std::unexpected("The term " + name + " is there twice.");
    if (!base::is_date(from) || !base::is_date(until))
        return std::unexpected(
            "The term " + name + " needs a first and a last day, such as 2026-09-01."
        );
    if (until < from) return std::unexpected("The term " + name + " ends before it begins.");
    return json::Object{{"name", name}, {"from", from}, {"until", until}};
}

void check_terms(const json::Object& sent, json::Object& item, FieldErrors& errors) {
    const json::Value* value = sent.find("terms");
    if (value == nullptr) return;
    if (value->array() == nullptr || value->array()->size() > terms_max) {
        errors.push_back({"terms", "This must be a list of at most 60 terms."});
        return;
    }
    json::Array terms;
    std::set<std::string> seen;
    for (const auto& entry : *value->array()) {
        auto term = check_term(entry, seen);
        if (!term) {
            errors.push_back({"terms", std::move(term.error())});
            return;
        }
        terms.push_back(std::move(*term));
    }
    std::ranges::stable_sort(terms, [](const json::Value& left, const json::Value& right) {
        return left.object()->text("from") < right.object()->text("from");
    });
    item.set("terms", std::move(terms));
}

void check_programs(const json::Object& sent, json::Object& item, FieldErrors& errors) {
    const json::Value* value = sent.find("programs");
    if (value == nullptr) return;
    if (value->array() == nullptr || value->array()->size() > programs_max) {
        errors.push_back({"programs", "This must be a list of at most 500 names."});
        return;
    }
    json::Array programs;
    std::set<std::string> seen;
    for (const auto& entry : *value->array()) {
        const std::string name(
            entry.string() == nullptr ? std::string_view() : base::trimmed(*entry.string())
        );
        if (name.empty() || !good_text(name, 100)) {
            errors.push_back({"programs", "Each programme needs a name of at most 100 characters."}
            );
            return;
        }
        if (!seen.insert(base::folded(name)).second) {
            errors.push_back({"programs", "The programme " + name + " is there twice."});
            return;
        }
        programs.emplace_back(name);
    }
    // A name that is listed again is a programme of its own, no longer an old name of another.
    if (json::Value* renamed = item.find("renamed");
        renamed != nullptr && renamed->object() != nullptr)
        for (const auto& name : programs) renamed->object()->erase(*name.string());
    item.set("programs", std::move(programs));
}

void check_exam_types(const json::Object& sent, json::Object& item, FieldErrors& errors) {
    const json::Value* value = sent.find("exam_types");
    if (value == nullptr) return;
    const std::string_view field = "exam_types";
    const json::Array* list = value->array();
    if (list == nullptr || list->empty() || list->size() > exam_types_max) {
        errors.push_back({std::string(field), "This must be a list of 1 to 20 exam types."});
        return;
    }
    json::Array types;
    std::set<std::string> seen;
    bool weighs = false;
    for (const auto& entry : *list) {
        const json::Object* type = entry.object();
        const std::string name = type == nullptr ? std::string() : cleaned(*type, "name");
        if (name.empty() || !good_text(name, 40) || !seen.insert(base::folded(name)).second) {
            errors.push_back(
                {std::string(field),
                 "Each exam type needs a name of its own of at most 40 characters."}
            );
            return;
        }
        const bool told = type->contains("weight");
        const auto weight = told ? amount(type->find("weight"), 1000) : Decimal(1, 0);
        if (!weight) {
            errors.push_back(
                {std::string(field), "The weight of " + name + " must be a number from 0 to 1000."}
            );
            return;
        }
        weighs = weighs || *weight > Decimal();
        types.emplace_back(json::Object{{"name", name}, {"weight", json::Number{weight->plain()}}});
    }
    if (weighs)
        item.set(field, std::move(types));
    else
        errors.push_back({std::string(field), "At least one exam type needs a weight above 0."});
}

void check_points(const json::Object& sent, json::Object& item, FieldErrors& errors) {
    const json::Value* value = sent.find("grade_points");
    if (value == nullptr) return;
    if (value->object() == nullptr) {
        errors.push_back({"grade_points", "This must name the points of each grade."});
        return;
    }
    json::Object points;
    for (const auto& [grade, standard] : default_points) {
        const auto number = amount(value->object()->find(grade), 100);
        if (!number) {
            errors.push_back(
                {"grade_points", std::string(grade) + " needs points, a number from 0 to 100."}
            );
            return;
        }
        points.set(grade, json::Number{number->plain()});
    }
    item.set("grade_points", std::move(points));
}

// Field of the page, with or without the brackets that lists carry.
bool is_list(std::string_view name, std::string_view wanted) {
    return name == wanted ||
           (name.size() == wanted.size() + 2 && name.starts_with(wanted) && name.ends_with("[]"));
}

struct FormLists {
    std::vector<std::string> term_name, term_from, term_until, exam_name, exam_weight;
};

std::string nth(const std::vector<std::string>& list, std::size_t index) {
    return index < list.size() ? list[index] : std::string();
}

void gather(const FormLists& lists, json::Object& sent) {
    json::Array terms;
    for (std::size_t i = 0; i < lists.term_name.size(); ++i) {
        if (base::trimmed(lists.term_name[i]).empty() && nth(lists.term_from, i).empty()) continue;
        terms.emplace_back(json::Object{
            {"name", lists.term_name[i]},
            {"from", nth(lists.term_from, i)},
            {"until", nth(lists.term_until, i)}
        });
    }
    if (!lists.term_name.empty()) sent.set("terms", std::move(terms));
    json::Array types;
    for (std::size_t i = 0; i < lists.exam_name.size(); ++i) {
        if (base::trimmed(lists.exam_name[i]).empty()) continue;
        json::Object type{{"name", lists.exam_name[i]}};
        if (!nth(lists.exam_weight, i).empty()) type.set("weight", nth(lists.exam_weight, i));
        types.emplace_back(std::move(type));
    }
    if (!lists.exam_name.empty()) sent.set("exam_types", std::move(types));
}

std::int64_t counted(const std::vector<table::Counter>& counters, std::string_view name) {
    for (const auto& counter : counters)
        if (counter.name == name) return counter.value;
    return 0;
}

}  // namespace

json::Object default_settings(std::string_view today) {
    const std::string year(today.substr(0, 4));
    json::Object points;
    for (const auto& [grade, standard] : default_points) points.set(grade, standard);
    return {
        {"pk", "settings"},
        {"sk", "-"},
        {"college", "StudentCore College"},
        {"time_zone", "UTC"},
        {"terms", json::Array{json::Object{
                      {"name", year}, {"from", year + "-01-01"}, {"until", year + "-12-31"}
                  }}},
        {"programs", json::Array{}},
        {"exam_types",
         json::Array{
             json::Object{{"name", "midterm"}, {"weight", 1}},
             json::Object{{"name", "final"}, {"weight", 1}}
         }},
        {"grade_points", std::move(points)},
        {"version", 0},
    };
}

std::expected<json::Object, FieldErrors> checked_settings(
    const json::Object& sent, const json::Object& before
) {
    FieldErrors errors;
    json::Object item = before;
    check_names(sent, item, errors);
    check_terms(sent, item, errors);
    check_programs(sent, item, errors);
    check_exam_types(sent, item, errors);
    check_points(sent, item, errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return item;
}

College college_of(json::Object item) {
    College college;
    college.name = item.text("college");
    college.time_zone = item.text("time_zone");
    for (const auto& entry : texts_of(item, "terms"))
        if (const auto* term = entry.object())
            college.terms.push_back(
                {std::string(term->text("name")), std::string(term->text("from")),
                 std::string(term->text("until"))}
            );
    for (const auto& entry : texts_of(item, "programs"))
        if (entry.string() != nullptr) college.programs.push_back(*entry.string());
    for (const auto& entry : texts_of(item, "exam_types"))
        if (const auto* type = entry.object())
            college.exam_types.push_back(
                {std::string(type->text("name")),
                 Decimal::parse(type->text("weight")).value_or(Decimal(1, 0))}
            );
    const json::Value* points = item.find("grade_points");
    if (points != nullptr && points->object() != nullptr)
        for (const auto& [grade, value] : *points->object())
            college.grade_points.emplace_back(
                grade, Decimal::parse(points->object()->text(grade)).value_or(Decimal())
            );
    college.item = std::move(item);
    return college;
}

json::Object settings_sent(const web::Call& call) {
    if (!call.request.header("content-type").starts_with("application/x-www-form-urlencoded"))
        return call.body();
    json::Object sent;
    json::Object points;
    FormLists lists;
    for (const auto& [name, text] : http::parse_form(call.request.body())) {
        if (name == "college" || name == "time_zone" || name == "version")
            sent.set(name, text);
        else if (name.starts_with("points."))
            points.set(std::string_view(name).substr(7), text);
        else if (name == "programs") {
            json::Array programs;
            for (const std::string_view line : base::split(text, '\n'))
                if (!base::trimmed(line).empty()) programs.emplace_back(base::trimmed(line));
            sent.set("programs", std::move(programs));
        } else if (is_list(name, "term_name"))
            lists.term_name.push_back(text);
        else if (is_list(name, "term_from"))
            lists.term_from.push_back(text);
        else if (is_list(name, "term_until"))
            lists.term_until.push_back(text);
        else if (is_list(name, "exam_name"))
            lists.exam_name.push_back(text);
        else if (is_list(name, "exam_weight"))
            lists.exam_weight.push_back(text);
    }
    gather(lists, sent);
    if (!points.empty()) sent.set("grade_points", std::move(points));
    return sent;
}

std::expected<Renamed, FieldErrors> renamed_program(
    const json::Object& item, std::string_view from, std::string_view to
) {
    const College college = college_of(item);
    Renamed renamed{
        .item = item, .from = college.program(from), .to = std::string(base::trimmed(to))
    };
    FieldErrors errors;
    if (renamed.from.empty())
        errors.push_back({"from", "The college has no programme of this name."});
    if (renamed.to.empty() || !good_text(renamed.to, 100))
        errors.push_back({"to", "The programme needs a name of at most 100 characters."});
    if (!errors.empty()) return std::unexpected(std::move(errors));
    // Another programme's name merges into it; the same name otherwise spelt is a new spelling.
    const std::string listed = college.program(renamed.to);
    if (!listed.empty() && listed != renamed.from) renamed.to = listed;
    if (renamed.to == renamed.from)
        return std::unexpected(FieldErrors{{"to", "The programme has this name already."}});

    json::Array programs;
    for (const auto& name : college.programs) {
        if (name == renamed.to) continue;
        programs.emplace_back(name == renamed.from ? renamed.to : name);
    }
    renamed.item.set("programs", std::move(programs));
    json::Object old_names;
    if (const auto* there = item.find("renamed"); there != nullptr && there->object() != nullptr)
        old_names = *there->object();
    for (auto& [old_name, target] : old_names)
        if (target.string() != nullptr && *target.string() == renamed.from) target = renamed.to;
    old_names.erase(renamed.to);
    old_names.set(renamed.from, renamed.to);
    renamed.item.set("renamed", std::move(old_names));
    return renamed;
}

json::Object settings_page(
    const College& college, json::Object answer, const std::vector<table::Counter>& counters,
    std::string_view today
) {
    const Term* current = college.term_on(today);
    json::Array terms;
    for (const auto& term : college.terms)
        terms.emplace_back(json::Object{
            {"name", term.name},
            {"from", term.from},
            {"until", term.until},
            {"current", current != nullptr && current->name == term.name}
        });
    json::Array programs;
    std::string programs_text;
    for (const auto& name : college.programs) {
        programs.emplace_back(
            json::Object{{"name", name}, {"count", counted(counters, "program#" + name)}}
        );
        programs_text += name + "\n";
    }
    json::Array points;
    for (const auto& step : grade_scale)
        points.emplace_back(json::Object{
            {"grade", step.letter},
            {"points", college.points(step.letter).plain()},
            {"least", step.least},
            {"meaning", step.meaning}
        });
    json::Array zones;
    for (const std::string_view zone :
         {"UTC", "Asia/Kolkata", "Asia/Dhaka", "Asia/Karachi", "Asia/Dubai", "Asia/Singapore",
          "Asia/Tokyo", "Africa/Lagos", "Africa/Nairobi", "Europe/London", "Europe/Berlin",
          "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo",
          "Australia/Sydney"})
        zones.emplace_back(zone);
    if (std::ranges::find(zones, json::Value(college.time_zone)) == zones.end())
        zones.emplace_back(college.time_zone);
    answer.set("terms", std::move(terms)).set("programs", std::move(programs));
    answer.set("grade_points", std::move(points)).set("zones", std::move(zones));
    answer.set(
        "form", json::Object{{"college", college.name}, {"programs_text", std::move(programs_text)}}
    );
    return answer;
}

}  // namespace studentcore
