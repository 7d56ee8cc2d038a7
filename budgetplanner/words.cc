#include "budgetplanner/words.h"

#include <unicode/dtptngen.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <memory>

#include "platform/base/clock.h"

namespace budgetplanner {

Words::Words(const view::Templates& templates, const Preferences& preferences)
    : templates_(templates), language_(templates.language_for(preferences.locale)) {}

std::string Words::operator()(std::string_view key, const Values& values) const {
    return filled(templates_.text(language_, "text." + std::string(key)), values);
}

std::string filled(std::string_view text, const Words::Values& values) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        const auto close = text.find("}}", open);
        if (close == std::string_view::npos) break;
        if (const auto value = values.find(text.substr(open + 2, close - open - 2));
            value != values.end())
            out += value->second;
        text.remove_prefix(close + 2);
    }
    return out;
}

std::string month_in_words(std::string_view month, std::string_view locale) {
    UErrorCode code = U_ZERO_ERROR;
    const icu::Locale place(std::string(locale).c_str());
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(place, code)
    );
    if (U_FAILURE(code)) return std::string(month);
    const auto pattern = patterns->getBestPattern(icu::UnicodeString("yMMMM"), code);
    icu::SimpleDateFormat format(pattern, place, code);
    if (U_FAILURE(code)) return std::string(month);
    format.adoptTimeZone(icu::TimeZone::createTimeZone(icu::UnicodeString("UTC")));
    icu::UnicodeString text;
    format.format(static_cast<UDate>(base::instant_of(std::string(month) + "-01", 0)), text);
    std::string out;
    text.toUTF8String(out);
    return out;
}

}  // namespace budgetplanner
