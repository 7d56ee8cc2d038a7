// Text made into lines of glyphs by Pango, in the few styles that our documents use.
//
// One Shaper a thread (Shaper::here()): it keeps the font map, which costs far more to make than a
// page.
#pragma once

#include <pango/pangocairo.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pdf {

enum class Style : std::uint8_t { body, strong, small, head, heading1, heading2, heading3, figure };

struct Unreference {
    void operator()(void* object) const { g_object_unref(object); }
};
using LayoutHandle = std::shared_ptr<PangoLayout>;

// A piece of text that is ready to be drawn; lengths in points.
struct Shaped {
    LayoutHandle layout;
    double width = 0;
    double height = 0;
    double baseline = 0;  // of its first line, from the top
};

class Shaper {
  public:
    [[nodiscard]] static Shaper& here();
    ~Shaper();
    Shaper(const Shaper&) = delete;
    Shaper& operator=(const Shaper&) = delete;

    void set_language(std::string_view language);
    // Broken into lines where it is wider. Throws base::Error when a character has no font.
    [[nodiscard]] Shaped shape(std::string_view text, Style style, double width_max);

  private:
    Shaper();
    [[nodiscard]] Shaped make(std::string_view text, Style style, double width_max) const;

    std::unique_ptr<PangoFontMap, Unreference> map_;
    std::unique_ptr<PangoContext, Unreference> context_;
    std::string language_;
    // Heads and words such as "midterm" come again and again.
    std::unordered_map<std::string, Shaped> known_;
};

}  // namespace pdf
