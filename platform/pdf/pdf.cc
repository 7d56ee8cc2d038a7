#include "platform/pdf/pdf.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/base/error.h"
#include "platform/pdf/paint.h"
#include "platform/pdf/shape.h"

namespace pdf {
namespace {

// All in points; steps of 4.
constexpr double margin = 50;
constexpr double margin_top = 40;
constexpr double margin_bottom = 56;
constexpr double column_gap = 10;
constexpr double row_padding = 3;
constexpr double kept_below_heading = 48;

struct Size {
    double width;
    double height;
};

Size size_of(const Options& options) {
    const Size upright = options.paper == Paper::letter ? Size{612, 792} : Size{595.276, 841.89};
    return options.landscape ? Size{upright.height, upright.width} : upright;
}

Ink ink_of(Tone tone) { return tone == Tone::muted ? Ink::muted : Ink::text; }
Style style_of(Tone tone) { return tone == Tone::strong ? Style::strong : Style::body; }

double aligned(double x, double width, double used, Align align) {
    switch (align) {
        case Align::start:
            return x;
        case Align::end:
            return x + width - used;
        case Align::center:
            return x + (width - used) / 2;
    }
    std::unreachable();
}

struct ShapedCell {
    Shaped text;
    Shaped detail;  // without a layout when there is none
    Tone tone = Tone::plain;
};

struct ShapedRow {
    std::vector<ShapedCell> cells;
    double baseline = 0;  // the lowest of the first lines
    double height = 0;
};

}  // namespace

struct Document::State {
    Options options;
    Laid laid;
    double y = margin_top;
    Shaper& shaper = Shaper::here();
    bool ended = false;

    explicit State(Options given) : options(std::move(given)) {
        const Size size = size_of(options);
        laid.width = size.width;
        laid.height = size.height;
        laid.pages.emplace_back();
        shaper.set_language(options.language);
    }

    [[nodiscard]] double width() const { return laid.width - 2 * margin; }
    [[nodiscard]] double bottom() const { return laid.height - margin_bottom; }
    [[nodiscard]] bool at_top() const { return y <= margin_top; }
    void mark(Mark made) { laid.pages.back().push_back(std::move(made)); }
    void open(const char* name) { mark(Tag{name}); }
    void close() { mark(Tag{}); }
    void text(const Shaped& shaped, double x, double top, Ink ink) {
        mark(DrawText{shaped, x, top, ink});
    }
    void next_page() {
        laid.pages.emplace_back();
        y = margin_top;
    }
    // A new page unless so much fits; never two in a row.
    bool ensure(double height) {
        if (y + height <= bottom() || at_top()) return false;
        next_page();
        return true;
    }

    [[nodiscard]] std::vector<double> widths(const Table& table) const;
    [[nodiscard]] double widest(const Table& table, std::size_t column) const;
    [[nodiscard]] ShapedRow shape_row(const Row& row, const std::vector<double>& widths) const;
    [[nodiscard]] ShapedRow shape_head(const Table& table, const std::vector<double>& widths) const;
    void draw_row(
        const ShapedRow& row, const Table& table, const std::vector<double>& widths,
        const char* cell_tag
    );
    void draw_head(
        const ShapedRow& head, const Table& table, const std::vector<double>& widths, bool again
    );
};

double Document::State::widest(const Table& table, std::size_t column) const {
    const double limit = width() / 3;
    const auto used = [&](std::string_view text, Style style) {
        return text.empty() ? 0.0 : std::min(shaper.shape(text, style, limit).width, limit);
    };
    double widest = used(table.columns[column].title, Style::head);
    for (const Row& row : table.rows) {
        if (column >= row.cells.size()) continue;
        const Cell& cell = row.cells[column];
        const Tone tone = row.total && cell.tone == Tone::plain ? Tone::strong : cell.tone;
        widest =
            std::max({widest, used(cell.text, style_of(tone)), used(cell.detail, Style::small)});
    }
    return widest + 0.01;  // so that rounding breaks no line
}

std::vector<double> Document::State::widths(const Table& table) const {
    double shares = 0;
    double room = width() - column_gap * static_cast<double>(table.columns.size() - 1);
    std::vector<double> widths(table.columns.size());
    for (std::size_t i = 0; i < widths.size(); ++i) {
        shares += table.columns[i].share;
        if (table.columns[i].share > 0) continue;
        widths[i] = widest(table, i);
        room -= widths[i];
    }
    // Too much for the page: all columns give way alike.
    const double least = shares > 0 ? width() / 8 : 0;
    if (room < least) {
        const double factor =
            (width() - column_gap * static_cast<double>(widths.size() - 1) - least) /
            (width() - column_gap * static_cast<double>(widths.size() - 1) - room);
        for (double& one : widths) one *= factor;
        room = least;
    }
    for (std::size_t i = 0; i < widths.size(); ++i)
        if (table.columns[i].share > 0) widths[i] = room * table.columns[i].share / shares;
    return widths;
}

ShapedRow Document::State::shape_row(const Row& row, const std::vector<double>& widths) const {
    ShapedRow shaped;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        ShapedCell& cell = shaped.cells.emplace_back();
        if (i >= row.cells.size()) continue;
        const Cell& given = row.cells[i];
        cell.tone = row.total && given.tone == Tone::plain ? Tone::strong : given.tone;
        if (!given.text.empty())
            cell.text = shaper.shape(given.text, style_of(cell.tone), widths[i]);
        if (!given.detail.empty())
            cell.detail = shaper.shape(given.detail, Style::small, widths[i]);
        shaped.baseline = std::max(shaped.baseline, cell.text.baseline);
    }
    for (const ShapedCell& cell : shaped.cells)
        shaped.height = std::max(
            shaped.height,
            shaped.baseline - cell.text.baseline + cell.text.height + cell.detail.height
        );
    return shaped;
}

ShapedRow Document::State::shape_head(const Table& table, const std::vector<double>& widths) const {
    ShapedRow shaped;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        ShapedCell& cell = shaped.cells.emplace_back();
        cell.tone = Tone::muted;
        if (!table.columns[i].title.empty())
            cell.text = shaper.shape(table.columns[i].title, Style::head, widths[i]);
        shaped.baseline = std::max(shaped.baseline, cell.text.baseline);
        shaped.height = std::max(shaped.height, cell.text.height);
    }
    return shaped;
}

void Document::State::draw_row(
    const ShapedRow& row, const Table& table, const std::vector<double>& widths,
    const char* cell_tag
) {
    double x = margin;
    const double top = y + row_padding;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const ShapedCell& cell = row.cells[i];
        const Align align = table.columns[i].align;
        if (cell_tag != nullptr) open(cell_tag);
        const double text_top = top + row.baseline - cell.text.baseline;
        if (cell.text.layout != nullptr)
            text(
                cell.text, aligned(x, widths[i], cell.text.width, align), text_top,
                ink_of(cell.tone)
            );
        if (cell.detail.layout != nullptr)
            text(
                cell.detail, aligned(x, widths[i], cell.detail.width, align),
                text_top + cell.text.height, Ink::muted
            );
        if (cell_tag != nullptr) close();
        x += widths[i] + column_gap;
    }
    y = top + row.height + row_padding;
}

void Document::State::draw_head(
    const ShapedRow& head, const Table& table, const std::vector<double>& widths, bool again
) {
    // A head that is repeated on a later page is no content of its own.
    if (!again) open("TR");
    draw_row(head, table, widths, again ? nullptr : "TH");
    if (!again) close();
    mark(DrawLine{margin, y, width(), 0.75, Ink::rule});
    y += 0.75;
}

Document::Document(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Document::~Document() = default;

void Document::heading(int level, std::string_view text) {
    static constexpr std::array<const char*, 3> tags{"H1", "H2", "H3"};
    static constexpr std::array<double, 3> before{12, 14, 8};
    static constexpr std::array<double, 3> after{6, 4, 2};
    State& state = *state_;
    const auto at = static_cast<std::size_t>(std::clamp(level, 1, 3) - 1);
    const Style style = at == 0 ? Style::heading1 : at == 1 ? Style::heading2 : Style::heading3;
    const Shaped shaped = state.shaper.shape(text, style, state.width());
    state.ensure(before[at] + shaped.height + after[at] + kept_below_heading);
    if (!state.at_top()) state.y += before[at];
    state.open(tags[at]);
    state.text(shaped, margin, state.y, at == 1 ? Ink::accent : Ink::text);
    state.close();
    if (at < 2)
        state.laid.outline.push_back(
            {.level = level,
             .text = std::string(text),
             .page = state.laid.pages.size() - 1,
             .y = state.y}
        );
    state.y += shaped.height + after[at];
}

void Document::paragraph(std::string_view text, Tone tone) {
    State& state = *state_;
    if (text.empty()) return;
    const Shaped shaped = state.shaper.shape(text, style_of(tone), state.width());
    state.ensure(shaped.height);
    state.open("P");
    state.text(shaped, margin, state.y, ink_of(tone));
    state.close();
    state.y += shaped.height + 4;
}

void Document::facts(const Facts& facts, int across) {
    State& state = *state_;
    const auto columns = static_cast<std::size_t>(std::max(across, 1));
    const double gap = 2 * column_gap;
    const double width =
        (state.width() - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
    for (std::size_t first = 0; first < facts.size(); first += columns) {
        std::vector<std::pair<Shaped, Shaped>> shaped;
        double height = 0;
        for (std::size_t i = first; i < std::min(first + columns, facts.size()); ++i) {
            const std::string value = facts[i].second.empty() ? "–" : facts[i].second;
            shaped.emplace_back(
                state.shaper.shape(facts[i].first, Style::small, width),
                state.shaper.shape(value, Style::body, width)
            );
            height = std::max(height, shaped.back().first.height + shaped.back().second.height);
        }
        state.ensure(height);
        double x = margin;
        for (const auto& [label, value] : shaped) {
            state.open("P");
            state.text(label, x, state.y, Ink::muted);
            state.text(value, x, state.y + label.height, Ink::text);
            state.close();
            x += width + gap;
        }
        state.y += height + 8;
    }
}

void Document::figures(const Facts& figures) {
    State& state = *state_;
    if (figures.empty()) return;
    const double width = std::min(state.width() / static_cast<double>(figures.size()), 130.0);
    std::vector<std::pair<Shaped, Shaped>> shaped;
    double height = 0;
    for (const auto& [label, value] : figures) {
        shaped.emplace_back(
            state.shaper.shape(value.empty() ? "–" : value, Style::figure, width - column_gap),
            state.shaper.shape(label, Style::small, width - column_gap)
        );
        height = std::max(height, shaped.back().first.height + shaped.back().second.height);
    }
    state.ensure(height);
    double x = margin;
    for (const auto& [value, label] : shaped) {
        state.open("P");
        state.text(value, x, state.y, Ink::accent);
        state.text(label, x, state.y + value.height, Ink::muted);
        state.close();
        x += width;
    }
    state.y += height + 8;
}

void Document::table(const Table& table) {
    State& state = *state_;
    if (table.columns.empty()) return;
    const std::vector<double> widths = state.widths(table);
    const ShapedRow head = state.shape_head(table, widths);
    const double head_height = head.height + 2 * row_padding + 1;
    const double least = head_height + 24;  // a head never stands alone
    state.ensure(least);
    state.open("Table");
    state.draw_head(head, table, widths, false);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const Row& row = table.rows[i];
        const ShapedRow shaped = state.shape_row(row, widths);
        const double height = shaped.height + 2 * row_padding;
        // The row before a total goes with it: a sum alone on a page says nothing.
        const bool before_total = i + 1 < table.rows.size() && table.rows[i + 1].total;
        if (state.ensure(before_total ? 2 * height : height))
            state.draw_head(head, table, widths, true);
        if (row.total) state.mark(DrawLine{margin, state.y - 0.5, state.width(), 0.75, Ink::rule});
        state.open("TR");
        state.draw_row(shaped, table, widths, "TD");
        state.close();
        if (!row.total) state.mark(DrawLine{margin, state.y, state.width(), 0.5, Ink::hairline});
        state.y += 0.5;
    }
    state.close();
    state.y += 6;
}

void Document::space(double points) { state_->y += state_->at_top() ? 0 : points; }

void Document::rule() {
    state_->mark(DrawLine{margin, state_->y, state_->width(), 0.75, Ink::rule});
    state_->y += 8;
}

void Document::page_break() {
    if (!state_->at_top()) state_->next_page();
}

std::string Document::bytes() {
    if (std::exchange(state_->ended, true))
        throw base::Error(base::Code::internal, "The document has been ended already.");
    return paint(state_->laid, state_->options);
}

}  // namespace pdf
