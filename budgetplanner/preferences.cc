#include "budgetplanner/preferences.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "budgetplanner/own_nouns.h"
#include "budgetplanner/own_pages.h"
#include "budgetplanner/tables.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t thresholds_max = 5;
constexpr int percent_max = 1000;
constexpr int minutes_a_day = 24 * 60;

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "22:30" as minutes of the day.
std::optional<int> minute_of(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = whole(text.substr(0, 2));
    const auto minutes = whole(text.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59 || *hours < 0 || *minutes < 0)
        return std::nullopt;
    return *hours * 60 + *minutes;
}

std::string clock_text(int minute) {
    if (minute < 0) return {};
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(minute % minutes_a_day / 60) + ":" + two(minute % 60);
}

// A list, or a form's text such as "80, 100".
std::vector<std::string> texts_of(const json::Value& value) {
    std::vector<std::string> texts;
    if (const auto* list = value.array()) {
        for (const auto& one : *list) {
            if (const auto* number = one.number()) texts.push_back(number->text);
            if (const auto* text = one.string()) texts.push_back(*text);
        }
    } else if (const auto* text = value.string()) {
        for (const auto part : base::split(*text, ','))
            if (const auto word = base::trimmed(part); !word.empty()) texts.emplace_back(word);
    }
    return texts;
}

void take_thresholds(Preferences& after, const json::Object& sent, base::FieldErrors& errors) {
    const auto* value = sent.find("thresholds");
    if (value == nullptr) return;
    std::vector<int> all;
    for (const auto& text : texts_of(*value)) {
        const auto percent = whole(text);
        if (!percent || *percent < 1 || *percent > percent_max) {
            errors.push_back({"thresholds", "These are whole percentages from 1 to 1000."});
            return;
        }
        all.push_back(*percent);
    }
    std::ranges::sort(all);
    const auto same = std::ranges::unique(all);
    all.erase(same.begin(), same.end());
    if (all.size() > thresholds_max)
        errors.push_back({"thresholds", "At most five thresholds."});
    else
        after.thresholds = std::move(all);
}

void take_quiet(Preferences& after, const json::Object& sent, base::FieldErrors& errors) {
    const auto take = [&](std::string_view name, int& minute) {
        if (!sent.contains(name)) return;
        const auto text = base::trimmed(sent.text(name));
        const auto read = minute_of(text);
        if (!text.empty() && !read)
            errors.push_back({std::string(name), "This is a time of the day, such as 22:00."});
        else
            minute = read.value_or(-1);
    };
    take("quiet_from", after.quiet_from);
    take("quiet_until", after.quiet_until);
    if ((after.quiet_from < 0) != (after.quiet_until < 0))
        errors.push_back({"quiet_until", "A quiet time needs a beginning and an end."});
}

bool is_phone(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text.front() == '+' &&
           std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool truth_of(const json::Object& sent, std::string_view name) {
    return sent.truth(name) || sent.text(name) == "true" || sent.text(name) == "on";
}

void take_ways(Preferences& after, const json::Object& sent, base::FieldErrors& errors) {
    if (sent.contains("notify_mail")) after.notify_mail = truth_of(sent, "notify_mail");
    if (sent.contains("notify_sms")) after.notify_sms = truth_of(sent, "notify_sms");
    if (sent.contains("phone")) {
        std::string phone(base::trimmed(sent.text("phone")));
        std::erase(phone, ' ');
        if (!phone.empty() && !is_phone(phone))
            errors.push_back({"phone", "This is a number with its country, such as +4915112345678."}
            );
        else
            after.phone = std::move(phone);
    }
    if (after.notify_sms && after.phone.empty())
        errors.push_back({"phone", "Messages by SMS need a phone number."});
}

}  // namespace

Preferences preferences_of(const json::Object& user) {
    Preferences all;
    all.home = Currency::find("EUR").value_or(Currency());
    const auto* value = user.find("preferences");
    if (value == nullptr || value->object() == nullptr) return all;
    const json::Object& item = *value->object();
    if (const auto home = Currency::find(item.text("currency"))) all.home = *home;
    if (!item.text("time_zone").empty()) all.time_zone = item.text("time_zone");
    if (!item.text("locale").empty()) all.locale = item.text("locale");
    if (const auto* list = item.find("thresholds"); list != nullptr) {
        all.thresholds.clear();
        for (const auto& text : texts_of(*list))
            all.thresholds.push_back(whole(text).value_or(100));
    }
    if (item.contains("notify_mail")) all.notify_mail = item.truth("notify_mail");
    all.notify_sms = item.truth("notify_sms");
    all.phone = item.text("phone");
    all.quiet_from = minute_of(item.text("quiet_from")).value_or(-1);
    all.quiet_until = minute_of(item.text("quiet_until")).value_or(-1);
    all.week_starts_on = static_cast<int>(item.integer("week_starts_on"));
    return all;
}

json::Object shown(const Preferences& preferences) {
    json::Array thresholds;
    for (const int percent : preferences.thresholds) thresholds.emplace_back(percent);
    return {
        {"currency", preferences.home.code()},
        {"time_zone", preferences.time_zone},
        {"locale", preferences.locale},
        {"thresholds", std::move(thresholds)},
        {"notify_mail", preferences.notify_mail},
        {"notify_sms", preferences.notify_sms},
        {"phone", preferences.phone},
        {"quiet_from", clock_text(preferences.quiet_from)},
        {"quiet_until", clock_text(preferences.quiet_until)},
        {"week_starts_on", preferences.week_starts_on},
    };
}

std::expected<Preferences, base::FieldErrors> changed(
    const Preferences& before, const json::Object& sent
) {
    Preferences after = before;
    base::FieldErrors errors;
    if (sent.contains("currency")) {
        if (const auto home = Currency::find(sent.text("currency")))
            after.home = *home;
        else
            errors.push_back({"currency", "This is a currency's code, such as EUR."});
    }
    if (sent.contains("time_zone")) {
        if (base::is_time_zone(sent.text("time_zone")))
            after.time_zone = sent.text("time_zone");
        else
            errors.push_back({"time_zone", "This is a time zone, such as Europe/Berlin."});
    }
    if (sent.contains("locale")) {
        const auto locale = sent.text("locale");
        const bool good =
            locale.size() >= 2 && locale.size() <= 12 && std::ranges::all_of(locale, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       (c >= '0' && c <= '9');
            });
        if (good)
            after.locale = locale;
        else
            errors.push_back({"locale", "This is a language and region, such as de-DE."});
    }
    if (sent.contains("week_starts_on")) {
        const auto day = whole(sent.text("week_starts_on"));
        if (day && *day >= 0 && *day <= 6)
            after.week_starts_on = *day;
        else
            errors.push_back({"week_starts_on", "This is a day from 0 (Monday) to 6 (Sunday)."});
    }
    take_thresholds(after, sent, errors);
    take_quiet(after, sent, errors);
    take_ways(after, sent, errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return after;
}

json::Object with_consent(
    json::Object user, std::string_view way, bool on, std::string_view by, std::int64_t now_ms
) {
    json::Object consents;
    if (const auto* before = user.find("consents");
        before != nullptr && before->object() != nullptr)
        consents = *before->object();
    consents.set(way, json::Object{{"on", on}, {"at", base::timestamp(now_ms)}, {"by", by}});
    user.set("consents", std::move(consents));
    return user;
}

base::Task<json::Object> user_of(table::Store* store, std::string user_id) {
    const auto record = co_await store->get(&users_table, {std::move(user_id), {}});
    if (!record)
        throw base::Error(base::Code::unauthenticated, "This account is gone. Sign in again.");
    co_return record->item();
}

base::Task<http::Response> PreferencesPage::show(web::Call call) {
    const auto user = co_await user_of(&journal_.store(), call.who.user_id);
    auto model = budgetplanner::shown(preferences_of(user));
    if (!call.is_api()) {
        json::Object form = model;
        for (const auto* const name : {"name", "rate"}) form.set(name, "");
        json::Object page{{"form", std::move(form)}, {"preferences", std::move(model)}};
        auto rates = co_await own_rows(&journal_.store(), &rate_items, call.who.user_id);
        page.set("rates", std::move(rates));
        co_await place_choices(&page, &journal_.store(), call.who.user_id);
        page.set("account", table::shown(users_table, user));
        co_return call.show("settings", std::move(page));
    }
    model.set("version", user.integer("version"));
    co_return call.show("settings", std::move(model));
}

base::Task<http::Response> PreferencesPage::change(web::Call call) {
    auto user = co_await user_of(&journal_.store(), call.who.user_id);
    auto sent = call.body();
    // A form leaves out what is not ticked.
    if (!call.is_api())
        for (const auto* const name : {"notify_mail", "notify_sms"})
            if (!sent.contains(name)) sent.set(name, false);
    call.check_version(user, sent);
    const auto before = preferences_of(user);
    auto after = changed(before, sent);
    if (!after) throw base::Error::invalid(std::move(after.error()));
    if (after->notify_sms && !before.notify_sms && !texter_.missing().empty())
        throw base::Error::invalid("notify_sms", std::string(texter_.missing()));
    if (after->home != before.home) {
        // Every total is in the home currency: what is there can't be counted anew in silence.
        const auto counters = co_await journal_.store().counters("expenses#" + call.who.user_id);
        const bool any =
            std::ranges::any_of(counters, [](const auto& one) { return one.value > 0; });
        if (any)
            throw base::Error::invalid(
                "currency", "The home currency can only change while there are no entries."
            );
    }
    auto item = user;
    auto model = budgetplanner::shown(*after);
    item.set("preferences", model);
    journal::Transaction change(call.actor(), "preferences_changed", subject_of(call.who.user_id));
    const auto consent = [&](std::string_view way, bool was, bool is) {
        if (was == is) return;
        item = with_consent(std::move(item), way, is, "settings", journal_.clock().now_ms());
        change.note("Notices by " + std::string(way) + (is ? " switched on." : " switched off."));
    };
    consent("mail", before.notify_mail, after->notify_mail);
    consent("sms", before.notify_sms, after->notify_sms);
    change.replace(&users_table, std::move(user), std::move(item));
    web::Call::Done done{.item = std::move(model), .location = {}, .page = "/settings"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
