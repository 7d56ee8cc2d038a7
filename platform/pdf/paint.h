// A laid-out document, and how it is written as PDF by Cairo.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "platform/pdf/pdf.h"
#include "platform/pdf/shape.h"

namespace pdf {

enum class Ink : unsigned char { text, muted, accent, rule, hairline };

struct DrawText {
    Shaped shaped;
    double x = 0;
    double y = 0;  // of its top
    Ink ink = Ink::text;
};
struct DrawLine {
    double x = 0;
    double y = 0;
    double width = 0;
    double thickness = 0.5;
    Ink ink = Ink::hairline;
};
// Opens a structure element of the tagged document ("H1", "TD"); an empty name closes the last one.
struct Tag {
    const char* name = "";
};
using Mark = std::variant<DrawText, DrawLine, Tag>;

struct OutlineEntry {
    int level = 1;
    std::string text;
    std::size_t page = 0;  // from 0
    double y = 0;
};

struct Laid {
    double width = 0;
    double height = 0;
    std::vector<std::vector<Mark>> pages;
    std::vector<OutlineEntry> outline;
};

[[nodiscard]] std::string paint(const Laid& laid, const Options& options);
// Adds the document's language, and that its title is to be shown, which Cairo 1.16 can't.
[[nodiscard]] std::string with_language(std::string bytes, const std::string& language);

}  // namespace pdf
