// Taking back what an import wrote.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "studentcore/imports.h"

namespace studentcore {
namespace {

// What an import wrote, newest first, without the records: only what undo needs to find them.
struct Written {
    std::vector<journal::Entry> entries;
    // Records that were taken back already, by the entry that wrote them.
    std::map<std::string, std::set<std::string>> taken;
};

base::Task<Written> written_by(journal::Journal* journal, std::string subject) {
    Written written;
    std::string cursor;
    do {
        auto page = co_await journal->of_subject(subject, cursor, 200);
        for (auto& entry : page.entries) {
            auto& taken = written.taken[entry.undoes];
            for (const auto& change : entry.changes)
                if (!entry.undoes.empty()) taken.insert(change.key);
            entry.changes.clear();
            entry.events.clear();
            if (entry.undoes.empty()) written.entries.push_back(std::move(entry));
        }
        cursor = std::move(page.cursor);
    } while (!cursor.empty());
    co_return written;
}

}  // namespace

base::Task<std::vector<Left>> Imports::take_back(std::string import_id, journal::Actor actor) {
    // Said first, so that a kill in the middle is gone on with at the next start.
    co_await set_state(import_id, "undoing");
    auto written = co_await written_by(&journal_, "import:" + import_id);
    std::vector<Left> left;
    for (const auto& entry : written.entries) {
        auto whole = co_await journal_.find(entry.subject, entry.id);
        if (!whole) continue;
        const auto& taken = written.taken[entry.id];
        std::erase_if(whole->changes, [&](const journal::Change& change) {
            return taken.contains(change.key);
        });
        if (whole->changes.empty()) continue;
        auto more = co_await take_back_what_can(&journal_, std::move(*whole), actor, {}, {});
        std::ranges::move(more, std::back_inserter(left));
    }
    co_await set_state(import_id, left.empty() ? "undone" : "partly undone", &left);
    co_return left;
}

}  // namespace studentcore
