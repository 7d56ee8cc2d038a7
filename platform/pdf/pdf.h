// Paged documents as PDF: headings, paragraphs, facts, tables, page numbers, by Cairo and Pango.
//
// Names in any script are shaped by Pango with the fonts that fontconfig finds; a character that no
// font has throws base::Error (internal) that names it and its script, for a blank box in a
// transcript helps nobody. The document is tagged (headings, tables, cells), has an outline, a
// title and a language. The same calls give the same bytes, as the date of creation is given.
//   pdf::Document document({.title = "Transcript", .created_ms = …});
//   document.heading(1, "Transcript");
//   document.table({.columns = {{"Course", 3}, {"Marks", 1, pdf::Align::end}}, .rows = …});
//   std::string bytes = document.bytes();
// Threads: a Document is used by one thread at a time; fonts are found once a thread and kept (a
// few MB), so make documents on the few threads of a base::Pool.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pdf {

enum class Paper : std::uint8_t { a4, letter };
enum class Align : std::uint8_t { start, end, center };
enum class Tone : std::uint8_t { plain, strong, muted };

struct Options {
    std::string title;
    std::string language = "en";  // BCP 47
    Paper paper = Paper::a4;
    bool landscape = false;
    std::int64_t created_ms = 0;
    std::string footer = {};                            // at the foot of each page, left
    std::string page_words = "Page {page} of {pages}";  // right
};

struct Column {
    std::string title;
    // Of the width, beside the others' shares; 0: as wide as its widest text, up to a third of the
    // page.
    double share = 1;
    Align align = Align::start;
};

struct Cell {
    std::string text;
    std::string detail = {};  // smaller, beneath
    Tone tone = Tone::plain;
};

struct Row {
    std::vector<Cell> cells;  // missing ones are empty
    bool total = false;       // set apart by a line and strong
};

struct Table {
    std::vector<Column> columns;
    std::vector<Row> rows;
};

using Facts = std::vector<std::pair<std::string, std::string>>;  // label and value

class Document {
  public:
    explicit Document(Options options);
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    // Level 1 to 3; 1 and 2 are in the outline. Stays with what follows.
    void heading(int level, std::string_view text);
    void paragraph(std::string_view text, Tone tone = Tone::plain);
    // Labels above values, so many beside each other.
    void facts(const Facts& facts, int across = 3);
    // A few large values with their labels beneath.
    void figures(const Facts& figures);
    // The head is repeated on each page; a row is never split (unless it is taller than a page).
    void table(const Table& table);
    void space(double points);
    void rule();
    void page_break();

    // Ends the document; call it once.
    [[nodiscard]] std::string bytes();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pdf
