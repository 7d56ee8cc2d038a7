#include "platform/pdf/paint.h"

#include <cairo/cairo-pdf.h>
#include <cairo/cairo.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/error.h"

namespace pdf {
namespace {

struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyContext {
    void operator()(cairo_t* context) const { cairo_destroy(context); }
};

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

void set_ink(cairo_t* context, Ink ink) {
    static constexpr std::array<std::array<double, 3>, 5> colours{{
        {0.11, 0.13, 0.16},
        {0.38, 0.42, 0.47},
        {0.13, 0.31, 0.49},
        {0.55, 0.59, 0.64},
        {0.86, 0.88, 0.90},
    }};
    const auto& colour = colours[static_cast<std::size_t>(ink)];
    cairo_set_source_rgb(context, colour[0], colour[1], colour[2]);
}

struct Painter {
    cairo_t* context;
    std::vector<const char*> open;

    void operator()(const DrawText& text) const {
        set_ink(context, text.ink);
        cairo_move_to(context, text.x, text.y);
        pango_cairo_show_layout(context, text.shaped.layout.get());
    }
    void operator()(const DrawLine& line) const {
        set_ink(context, line.ink);
        cairo_rectangle(context, line.x, line.y, line.width, line.thickness);
        cairo_fill(context);
    }
    void operator()(const Tag& tag) {
        if (*tag.name != '\0') {
            open.push_back(tag.name);
            cairo_tag_begin(context, tag.name, nullptr);
        } else {
            cairo_tag_end(context, open.back());
            open.pop_back();
        }
    }
};

void add_outline(cairo_surface_t* surface, const Laid& laid) {
    std::array<int, 4> parents{};  // by level
    parents.fill(CAIRO_PDF_OUTLINE_ROOT);
    for (const OutlineEntry& entry : laid.outline) {
        std::array<char, 80> place{};
        std::snprintf(place.data(), place.size(), "page=%zu pos=[0 %.2f]", entry.page + 1, entry.y);
        const auto level = static_cast<std::size_t>(std::clamp(entry.level, 1, 3));
        const int id = cairo_pdf_surface_add_outline(
            surface, parents[level - 1], entry.text.c_str(), place.data(),
            CAIRO_PDF_OUTLINE_FLAG_OPEN
        );
        std::fill(parents.begin() + static_cast<std::ptrdiff_t>(level), parents.end(), id);
    }
}

std::string page_words(std::string words, std::size_t page, std::size_t pages) {
    const auto put = [&](std::string_view marker, std::size_t number) {
        if (const std::size_t at = words.find(marker); at != std::string::npos)
            words.replace(at, marker.size(), std::to_string(number));
    };
    put("{page}", page);
    put("{pages}", pages);
    return words;
}

void paint_foot(Painter& painter, const Laid& laid, const Options& options, std::size_t page) {
    constexpr double margin = 50;
    constexpr double foot = 34;  // from the lower edge
    Shaper& shaper = Shaper::here();
    const double y = laid.height - foot;
    const double width = laid.width - 2 * margin;
    const Shaped number = shaper.shape(
        page_words(options.page_words, page + 1, laid.pages.size()), Style::small, width / 2
    );
    painter(DrawText{number, laid.width - margin - number.width, y, Ink::muted});
    if (options.footer.empty()) return;
    const Shaped footer = shaper.shape(options.footer, Style::small, width - number.width - 20);
    painter(DrawText{footer, margin, y, Ink::muted});
}

}  // namespace

std::string paint(const Laid& laid, const Options& options) {
    std::string bytes;
    const std::unique_ptr<cairo_surface_t, DestroySurface> surface(
        cairo_pdf_surface_create_for_stream(append, &bytes, laid.width, laid.height)
    );
    const std::string created = base::timestamp(options.created_ms).substr(0, 19) + "Z";
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, options.title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
    const std::unique_ptr<cairo_t, DestroyContext> context(cairo_create(surface.get()));
    Painter painter{.context = context.get(), .open = {}};
    painter(Tag{"Document"});
    for (std::size_t page = 0; page < laid.pages.size(); ++page) {
        for (const Mark& mark : laid.pages[page]) std::visit(painter, mark);
        paint_foot(painter, laid, options, page);
        if (page + 1 == laid.pages.size()) painter(Tag{});
        cairo_show_page(context.get());
    }
    add_outline(surface.get(), laid);
    cairo_surface_finish(surface.get());
    for (const cairo_status_t status :
         {cairo_status(context.get()), cairo_surface_status(surface.get())})
        if (status != CAIRO_STATUS_SUCCESS)
            throw base::Error(
                base::Code::internal, "The document can't be made.", cairo_status_to_string(status)
            );
    return with_language(std::move(bytes), options.language);
}

std::string with_language(std::string bytes, const std::string& language) {
    constexpr std::string_view catalogue = "/Type /Catalog\n";
    const std::size_t at = bytes.rfind(catalogue);
    const std::size_t table = bytes.rfind("\nxref\n");
    const std::size_t start = bytes.rfind("startxref\n");
    const bool plain = std::ranges::all_of(language, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
    // Only when the catalogue is the last object does nothing but the start of the table move.
    const bool last = at != std::string::npos && table != std::string::npos && table > at &&
                      start != std::string::npos && bytes.find(" 0 obj\n", at) == std::string::npos;
    if (!last || !plain) return bytes;
    const std::string added =
        "   /Lang (" + language + ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n";
    const std::size_t number = start + 10;
    const std::size_t end = bytes.find('\n', number);
    bytes.replace(number, end - number, std::to_string(table + 1 + added.size()));
    bytes.insert(at + catalogue.size(), added);
    return bytes;
}

}  // namespace pdf
