// Every adapter against a naive model, on random data.
#include "platform/table/table_conformance.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using json::Object;
using table::Condition;
using table::Delete;
using table::Key;
using table::Page;
using table::Put;
using table::Query;
using table::Write;
using table::conformance::adapters;
using table::conformance::Conformance;
using table::conformance::pairs;
using table::conformance::people;
using testing::run;

// A naive store that the real one must agree with.
class Model {
  public:
    using Items = std::map<std::pair<std::string, std::string>, Object>;

    // The first refused operation, or nothing and the write is applied.
    std::optional<std::size_t> write(const Write& what) {
        for (std::size_t i = 0; i < what.operations.size(); ++i)
            if (!std::visit([&](const auto& one) { return holds(one); }, what.operations[i]))
                return i;
        for (const auto& operation : what.operations) {
            if (const auto* put = std::get_if<Put>(&operation)) items_[key(put->item)] = put->item;
            if (const auto* gone = std::get_if<Delete>(&operation))
                items_.erase({gone->key.partition, gone->key.sort});
        }
        return std::nullopt;
    }

    std::vector<Object> query(const Query& query) const {
        const table::Index* index = pairs.index(query.index);
        const std::string partition = index == nullptr ? "pk" : index->partition;
        const std::string sort = index == nullptr ? "sk" : index->sort;
        std::vector<Object> found;
        for (const auto& [unused, item] : items_) {
            const std::string_view p = item.text(partition);
            const std::string_view s = item.text(sort);
            if (p.empty() || s.empty()) continue;
            if (std::ranges::find(query.partitions, p) == query.partitions.end()) continue;
            if (query.from && s < *query.from) continue;
            if (query.until && s >= *query.until) continue;
            if (query.prefix && !s.starts_with(*query.prefix)) continue;
            found.push_back(item);
        }
        std::ranges::stable_sort(found, [&](const Object& a, const Object& b) {
            return query.descending ? a.text(sort) > b.text(sort) : a.text(sort) < b.text(sort);
        });
        return found;
    }
    [[nodiscard]] const Items& items() const { return items_; }

  private:
    static std::pair<std::string, std::string> key(const Object& item) {
        return {std::string(item.text("pk")), std::string(item.text("sk"))};
    }
    bool holds(const Put& put) const { return all(put.conditions, key(put.item)); }
    bool holds(const Delete& gone) const {
        return all(gone.conditions, {gone.key.partition, gone.key.sort});
    }
    bool holds(const table::Check& check) const {
        return all(check.conditions, {check.key.partition, check.key.sort});
    }
    bool all(
        const std::vector<Condition>& conditions, const std::pair<std::string, std::string>& key
    ) const {
        const auto place = items_.find(key);
        const Object* item = place == items_.end() ? nullptr : &place->second;
        return std::ranges::all_of(conditions, [&](const Condition& condition) {
            const json::Value* value = item == nullptr ? nullptr : item->find(condition.attribute);
            switch (condition.kind) {
                case Condition::Kind::absent:
                    return item == nullptr;
                case Condition::Kind::present:
                    return item != nullptr;
                case Condition::Kind::equals:
                    return value != nullptr && *value == condition.value;
                case Condition::Kind::lacks:
                    return value == nullptr;
            }
            return false;
        });
    }
    Items items_;
};

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    int below(int most) { return std::uniform_int_distribution<>(0, most - 1)(engine_); }
    std::string letter(const char* from, int count) { return std::string(1, from[below(count)]); }
    std::string text() {
        static const std::vector<std::string> pieces = {
            "a", "b", "B", "é", "aa", "\x7f", "z", " ", std::string("\0x", 2)
        };
        std::string out;
        for (int i = 1 + below(3); i > 0; --i) out += pieces[static_cast<std::size_t>(below(9))];
        return out;
    }
    Key key() { return {letter("pqr", 3), text()}; }
    Object item() {
        const Key of = key();
        Object made{{"pk", of.partition}, {"sk", of.sort}, {"version", below(3)}};
        if (below(3) > 0) made.set("day", letter("xyz", 3));
        if (below(3) > 0) made.set("owner", letter("mn", 2));
        if (below(3) > 0) made.set("label", text());
        return made;
    }
    std::vector<Condition> conditions() {
        switch (below(8)) {
            case 0:
                return {Condition::absent()};
            case 1:
                return {Condition::present()};
            case 2:
                return {Condition::equals("version", below(3))};
            case 3:
                return {Condition::lacks("day")};
            case 4:
                return {Condition::present(), Condition::lacks("owner")};
            default:
                return {};
        }
    }
    Write write() {
        Write made;
        std::set<std::pair<std::string, std::string>> used;
        for (int i = 1 + below(4); i > 0; --i) {
            const Object put = item();
            const Key of{std::string(put.text("pk")), std::string(put.text("sk"))};
            if (!used.insert({of.partition, of.sort}).second) continue;
            const int kind = below(6);
            if (kind == 0)
                made.operations.emplace_back(Delete{&pairs, of, conditions()});
            else if (kind == 1)
                made.operations.emplace_back(table::Check{&pairs, of, conditions()});
            else
                made.operations.emplace_back(Put{&pairs, put, conditions()});
        }
        return made;
    }
    Query query() {
        static const std::vector<std::string> indexes = {"", "day-index", "owner-index"};
        const auto which = static_cast<std::size_t>(below(3));
        Query made{
            .table = &pairs,
            .index = indexes[which],
            .limit = static_cast<std::size_t>(1 + below(6))
        };
        const char* partitions = which == 0 ? "pqr" : which == 1 ? "xyz" : "mn?";
        for (int i = 1 + below(3); i > 0; --i) made.partitions.push_back(letter(partitions, 3));
        if (below(3) == 0) made.from = text();
        if (below(3) == 0) made.until = text();
        if (below(3) == 0) made.prefix = text();
        made.descending = below(2) == 0;
        return made;
    }

  private:
    std::mt19937 engine_;
};

class Agreement : public Conformance {};

TEST_P(Agreement, AgreesWithANaiveModelOnRandomData) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Model model;
    for (int round = 0; round < 400; ++round) {
        const Write change = random.write();
        const auto wanted = model.write(change);
        const auto outcome = write(change);
        ASSERT_EQ(outcome.has_value(), !wanted) << "round " << round;
        if (wanted) {
            ASSERT_EQ(outcome.error().operation, *wanted) << "round " << round;
        }
        if (round % 4 != 0) continue;
        Query query = random.query();
        const auto expected = model.query(query);
        const std::string sort = query.index.empty() ? "sk" : pairs.index(query.index)->sort;
        // All pages together, each of the asked size but the last.
        std::vector<Object> found;
        for (bool more = true; more;) {
            const Page page = run(store().query(query));
            for (const auto& record : page.records) found.push_back(record.item());
            query.cursor = page.cursor;
            more = !page.cursor.empty();
            if (more) {
                ASSERT_EQ(page.records.size(), query.limit);
            }
            ASSERT_LE(found.size(), expected.size()) << "round " << round;
        }
        ASSERT_EQ(found.size(), expected.size()) << "round " << round << " index " << query.index;
        for (std::size_t i = 0; i < found.size(); ++i) {
            // The order among equal sort texts is the engine's.
            ASSERT_EQ(found[i].text(sort), expected[i].text(sort)) << "round " << round;
            ASSERT_NE(std::ranges::find(expected, found[i]), expected.end()) << "round " << round;
        }
    }
    for (const auto& [key, stored] : model.items())
        ASSERT_EQ(item(&pairs, {key.first, key.second}), stored);
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, Agreement, testing::ValuesIn(adapters()),
    [](const auto& chosen) { return chosen.param.name; }
);

}  // namespace
