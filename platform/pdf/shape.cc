#include "platform/pdf/shape.h"

#include <unicode/uscript.h>

#include <array>
#include <utility>

#include "platform/base/error.h"

#ifdef __SANITIZE_ADDRESS__
// Fontconfig keeps a few hundred bytes of its configuration for good.
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\n";
}
#endif

namespace pdf {
namespace {

constexpr std::size_t known_max = 2000;
constexpr std::size_t known_bytes_max = 40;  // longer texts seldom come twice
constexpr double unit = PANGO_SCALE;

struct Face {
    double size;
    bool bold;
};

Face face_of(Style style) {
    switch (style) {
        case Style::body:
            return {9.5, false};
        case Style::strong:
            return {9.5, true};
        case Style::small:
            return {7.5, false};
        case Style::head:
            return {7.5, true};
        case Style::heading1:
            return {19, true};
        case Style::heading2:
            return {11.5, true};
        case Style::heading3:
            return {9.5, true};
        case Style::figure:
            return {17, false};
    }
    std::unreachable();
}

PangoFontDescription* description(Style style) {
    const Face face = face_of(style);
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Noto Sans,DejaVu Sans,sans-serif");
    pango_font_description_set_size(font, static_cast<int>(face.size * unit));
    if (face.bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    return font;
}

// Valid UTF-8 in which nothing but line ends controls anything.
std::string cleaned(std::string_view text) {
    gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string out(valid);
    g_free(valid);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n') c = ' ';
    return out;
}

void append_utf8(std::string& out, gunichar character) {
    std::array<char, 6> bytes{};
    out.append(bytes.data(), static_cast<std::size_t>(g_unichar_to_utf8(character, bytes.data())));
}

[[noreturn]] void refuse_unknown(PangoLayout* layout) {
    std::string characters;
    std::string scripts;
    PangoLayoutIter* place = pango_layout_get_iter(layout);
    do {
        const PangoLayoutRun* run = pango_layout_iter_get_run_readonly(place);
        if (run == nullptr) continue;
        for (int i = 0; i < run->glyphs->num_glyphs; ++i) {
            const PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
            if (glyph == PANGO_GLYPH_EMPTY || (glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0) continue;
            const gunichar character = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
            if (characters.size() < 60) append_utf8(characters, character);
            UErrorCode code = U_ZERO_ERROR;
            const char* script =
                uscript_getName(uscript_getScript(static_cast<UChar32>(character), &code));
            if (script == nullptr || scripts.contains(script)) continue;
            scripts += scripts.empty() ? "" : ", ";
            scripts += script;
        }
    } while (pango_layout_iter_next_run(place) != FALSE);
    pango_layout_iter_free(place);
    throw base::Error(
        base::Code::invalid, "No font on this server has the characters \"" + characters +
                                 "\" (script: " + scripts + "). Install one for it, such as Noto."
    );
}

}  // namespace

Shaper& Shaper::here() {
    static thread_local Shaper shaper;
    return shaper;
}

Shaper::Shaper()
    : map_(pango_cairo_font_map_new()), context_(pango_font_map_create_context(map_.get())) {
    // Points are points, and glyphs stand where the font says, not on pixels.
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map_.get()), 72);
    pango_cairo_context_set_resolution(context_.get(), 72);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context_.get(), options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context_.get(), FALSE);
}

Shaper::~Shaper() = default;

void Shaper::set_language(std::string_view language) {
    if (language == language_) return;
    language_ = language;
    known_.clear();
    pango_context_set_language(context_.get(), pango_language_from_string(language_.c_str()));
}

Shaped Shaper::make(std::string_view text, Style style, double width_max) const {
    static const std::array<PangoFontDescription*, 8> fonts = [] {
        std::array<PangoFontDescription*, 8> made{};
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = description(static_cast<Style>(i));
        return made;
    }();
    const std::string clean = cleaned(text);
    LayoutHandle layout(pango_layout_new(context_.get()), Unreference());
    pango_layout_set_font_description(layout.get(), fonts[static_cast<std::size_t>(style)]);
    pango_layout_set_text(layout.get(), clean.data(), static_cast<int>(clean.size()));
    int width = 0;
    int height = 0;
    pango_layout_get_size(layout.get(), &width, &height);
    if (static_cast<double>(width) > width_max * unit) {
        // A code that is broken must not seem to hold a hyphen.
        PangoAttrList* attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
        pango_layout_set_attributes(layout.get(), attributes);
        pango_attr_list_unref(attributes);
        pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_width(layout.get(), static_cast<int>(width_max * unit));
        pango_layout_get_size(layout.get(), &width, &height);
    }
    if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0) refuse_unknown(layout.get());
    return {
        .layout = layout,
        .width = width / unit,
        .height = height / unit,
        .baseline = pango_layout_get_baseline(layout.get()) / unit,
    };
}

Shaped Shaper::shape(std::string_view text, Style style, double width_max) {
    if (text.size() > known_bytes_max) return make(text, style, width_max);
    std::string key(1, static_cast<char>('0' + static_cast<int>(style)));
    key += text;
    if (const auto found = known_.find(key);
        found != known_.end() && found->second.width <= width_max)
        return found->second;
    Shaped shaped = make(text, style, width_max);
    if (pango_layout_get_width(shaped.layout.get()) != -1) return shaped;  // broken into lines
    if (known_.size() >= known_max) known_.clear();
    return known_.insert_or_assign(std::move(key), std::move(shaped)).first->second;
}

}  // namespace pdf
