#include "platform/view/formats.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_modifiers.h>
#include <unicode/decimfmt.h>
#include <unicode/dtptngen.h>
#include <unicode/smpdtfmt.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/base/error.h"

namespace view {
namespace {

constexpr std::size_t remembered_max = 4096;

// Plain "en" is read all over the world: day before month, 24 hours.
icu::Locale locale_of(std::string_view language) {
    if (language == "en") return {"en_150"};
    UErrorCode code = U_ZERO_ERROR;
    auto locale =
        icu::Locale::forLanguageTag({language.data(), static_cast<int32_t>(language.size())}, code);
    return U_SUCCESS(code) ? locale : icu::Locale("en_150");
}

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

const char* skeleton_of(Format format) {
    switch (format) {
        case Format::date:
            return "yMMMd";
        case Format::day:
            return "MMMEd";
        case Format::time:
            return "jm";
        case Format::date_time:
            return "yMMMdjm";
    }
    std::unreachable();
}

// One a thread, language, zone and format: making one costs far more than using it.
struct Dates {
    std::unique_ptr<icu::SimpleDateFormat> format;
    std::unordered_map<std::string, std::string> remembered;
};

Dates make_dates(Format format, const std::string& language, const std::string& zone) {
    const icu::Locale locale = locale_of(language);
    UErrorCode code = U_ZERO_ERROR;
    const std::unique_ptr<icu::DateTimePatternGenerator> generator(
        icu::DateTimePatternGenerator::createInstance(locale, code)
    );
    Dates dates;
    if (U_FAILURE(code)) return dates;
    const icu::UnicodeString pattern =
        generator->getBestPattern(icu::UnicodeString(skeleton_of(format)), code);
    auto made = std::make_unique<icu::SimpleDateFormat>(pattern, locale, code);
    if (U_FAILURE(code)) return dates;
    made->adoptTimeZone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
    dates.format = std::move(made);
    return dates;
}

// The signs of a language, all ASCII or UTF-8.
struct Signs {
    std::string group = ",";
    std::string point = ".";
    std::string percent = "%";  // what stands behind a percentage, with its blank
};

Signs make_signs(std::string_view language) {
    const icu::Locale locale = locale_of(language);
    UErrorCode code = U_ZERO_ERROR;
    const icu::DecimalFormatSymbols symbols(locale, code);
    Signs signs;
    if (U_FAILURE(code)) return signs;
    signs.group = utf8(symbols.getSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol));
    signs.point = utf8(symbols.getSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol));
    const std::unique_ptr<icu::NumberFormat> percent(
        icu::NumberFormat::createPercentInstance(locale, code)
    );
    if (U_FAILURE(code)) return signs;
    icu::UnicodeString one;
    percent->format(int32_t{0}, one);
    if (one.length() > 1 && u_isdigit(one.char32At(0))) signs.percent = utf8(one.tempSubString(1));
    return signs;
}

const Signs& signs_of(const std::string& language) {
    static thread_local std::unordered_map<std::string, Signs> known;
    if (const auto found = known.find(language); found != known.end()) return found->second;
    if (known.size() >= remembered_max) known.clear();
    return known.emplace(language, make_signs(language)).first->second;
}

bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    const auto digits = [](std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (point == std::string_view::npos) return digits(text);
    return digits(text.substr(0, point)) && digits(text.substr(point + 1));
}

}  // namespace

std::string format_time(Format format, std::string_view text, const Place& place) {
    const bool dated = base::is_date(text);
    const bool only_time = format == Format::time;
    if (dated && only_time) return std::string(text);
    if (dated && format == Format::date_time) format = Format::date;
    if (!dated && (text.size() < 20 || text[10] != 'T')) return std::string(text);

    static thread_local std::unordered_map<std::string, Dates> known;
    std::string key = place.language;  // a date has no zone
    key += '|';
    key += dated ? std::string_view("UTC") : std::string_view(place.time_zone);
    key += static_cast<char>('0' + static_cast<int>(format));
    auto found = known.find(key);
    if (found == known.end()) {
        if (known.size() >= remembered_max) known.clear();
        Dates dates = make_dates(format, place.language, dated ? "UTC" : place.time_zone);
        found = known.emplace(std::move(key), std::move(dates)).first;
    }
    Dates& dates = found->second;
    if (dates.format == nullptr) return std::string(text);
    std::string input(text);
    if (const auto shown = dates.remembered.find(input); shown != dates.remembered.end())
        return shown->second;
    const auto ms = base::parse_timestamp(dated ? input + "T00:00:00Z" : input);
    if (!ms) return input;
    icu::UnicodeString out;
    dates.format->format(static_cast<UDate>(*ms), out);
    if (dates.remembered.size() >= remembered_max) dates.remembered.clear();
    return dates.remembered.emplace(std::move(input), utf8(out)).first->second;
}

std::string format_number(std::string_view text, const Place& place, int decimals) {
    if (!is_number(text)) return std::string(text);
    std::string rounded(text);
    if (decimals >= 0)
        if (const auto value = base::Decimal::parse(text)) rounded = value->text(decimals);
    const Signs& signs = signs_of(place.language);
    std::string_view whole = rounded;
    std::string_view fraction;
    if (const std::size_t point = whole.find('.'); point != std::string_view::npos) {
        fraction = whole.substr(point + 1);
        whole = whole.substr(0, point);
    }
    std::string out;
    if (whole.starts_with('-')) {
        out += '-';
        whole.remove_prefix(1);
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i > 0 && (whole.size() - i) % 3 == 0) out += signs.group;
        out += whole[i];
    }
    if (!fraction.empty()) {
        out += signs.point;
        out += fraction;
    }
    return out;
}

std::string format_percent(std::string_view text, const Place& place, int decimals) {
    if (!is_number(text)) return std::string(text);
    std::string shown(text);
    if (decimals < 0)
        if (const auto value = base::Decimal::parse(text)) shown = value->plain();
    return format_number(shown, place, decimals) + signs_of(place.language).percent;
}

namespace {

using Data = const ctemplate::PerExpandData*;
using Out = ctemplate::ExpandEmitter*;

const Place& place_of(Data data) {
    static const Place anywhere;
    const void* place = data == nullptr ? nullptr : data->LookupForModifiers(place_key);
    return place == nullptr ? anywhere : *static_cast<const Place*>(place);
}

class TimeModifier final : public ctemplate::TemplateModifier {
  public:
    explicit TimeModifier(Format format) : format_(format) {}
    void Modify(const char* in, std::size_t size, Data data, Out out, const std::string&)
        const override {
        out->Emit(format_time(format_, {in, size}, place_of(data)));
    }

  private:
    Format format_;
};

class NumberModifier final : public ctemplate::TemplateModifier {
  public:
    explicit NumberModifier(int decimals) : decimals_(decimals) {}
    void Modify(const char* in, std::size_t size, Data data, Out out, const std::string&)
        const override {
        out->Emit(format_number({in, size}, place_of(data), decimals_));
    }

  private:
    int decimals_;
};

class PercentModifier final : public ctemplate::TemplateModifier {
  public:
    explicit PercentModifier(int decimals) : decimals_(decimals) {}
    void Modify(const char* in, std::size_t size, Data data, Out out, const std::string&)
        const override {
        out->Emit(format_percent({in, size}, place_of(data), decimals_));
    }

  private:
    int decimals_;
};

// One part of a URL: RFC 3986, all but unreserved characters escaped.
class UrlModifier final : public ctemplate::TemplateModifier {
  public:
    void Modify(const char* in, std::size_t size, Data, Out out, const std::string&)
        const override {
        static constexpr char digits[] = "0123456789ABCDEF";
        for (const char c : std::string_view(in, size)) {
            const auto byte = static_cast<unsigned char>(c);
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                               c == '~';
            if (plain) {
                out->Emit(c);
            } else {
                out->Emit('%');
                out->Emit(digits[byte >> 4U]);
                out->Emit(digits[byte & 15U]);
            }
        }
    }
};

// JSON for <script type="application/json">: nothing in it can end the element.
class JsonModifier final : public ctemplate::TemplateModifier {
  public:
    void Modify(const char* in, std::size_t size, Data, Out out, const std::string&)
        const override {
        const std::string_view text(in, size);
        std::size_t clean = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const char* instead = text[i] == '<'   ? "\\u003c"
                                  : text[i] == '>' ? "\\u003e"
                                  : text[i] == '&' ? "\\u0026"
                                                   : nullptr;
            if (instead == nullptr) continue;
            out->Emit(in + clean, i - clean);
            out->Emit(instead);
            clean = i + 1;
        }
        out->Emit(in + clean, size - clean);
    }
};

}  // namespace

namespace {

struct Known {
    std::string name;
    std::unique_ptr<const ctemplate::TemplateModifier> modifier;
};

// ctemplate does not say with which argument it calls a modifier: each number is one of its own.
std::vector<Known> make_formats() {
    std::vector<Known> known;
    const auto add = [&](std::string name, auto modifier) {
        known.push_back(
            {std::move(name), std::make_unique<const decltype(modifier)>(std::move(modifier))}
        );
    };
    add("x-date", TimeModifier(Format::date));
    add("x-day", TimeModifier(Format::day));
    add("x-time", TimeModifier(Format::time));
    add("x-datetime", TimeModifier(Format::date_time));
    add("x-number", NumberModifier(-1));
    add("x-percent", PercentModifier(-1));
    add("x-percent-whole", PercentModifier(0));
    for (int decimals = 0; decimals <= 9; ++decimals) {
        const std::string digit(1, static_cast<char>('0' + decimals));
        add("x-round-" + digit, NumberModifier(decimals));
        add("x-percent-to-" + digit, PercentModifier(decimals));
    }
    add("x-url", UrlModifier());
    add("x-json", JsonModifier());
    return known;
}

const std::vector<Known>& formats() {
    static const std::vector<Known> known = make_formats();
    return known;
}

}  // namespace

const ctemplate::TemplateModifier* format_modifier(std::string_view modifier) {
    const auto found = std::ranges::find(formats(), modifier, &Known::name);
    return found == formats().end() ? nullptr : found->modifier.get();
}

void register_formats() {
    static const bool done = std::ranges::all_of(formats(), [](const Known& known) {
        // All but JSON are escaped for their context after they ran.
        return known.name == "x-json"
                   ? ctemplate::AddXssSafeModifier(known.name.c_str(), known.modifier.get())
                   : ctemplate::AddModifier(known.name.c_str(), known.modifier.get());
    });
    if (!done) throw base::Error(base::Code::internal, "The formats can't be registered.");
}

}  // namespace view
