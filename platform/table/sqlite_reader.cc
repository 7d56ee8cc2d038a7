#include "platform/table/sqlite_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>
#include <tuple>

#include "platform/base/error.h"
#include "platform/table/cursor.h"
#include "platform/table/stored_item.h"

namespace table::sqlite {
namespace {

constexpr std::size_t partitions_max = 64;
constexpr int release_tries = 2000;

[[noreturn]] void bug(std::string detail) {
    throw base::Error(base::Code::internal, "This can't be asked of the data.", std::move(detail));
}

// A range of (sort, pk, sk), each bound exclusive, as a total order has no ties.
struct Range {
    Place lower;  // all "" is before everything
    Place upper;
    bool bounded = false;  // whether `upper` counts

    [[nodiscard]] bool is_everything() const {
        return !bounded && lower.sort.empty() && lower.partition.empty() && lower.key_sort.empty();
    }
};

// The least text that is greater than every text with this prefix; nullopt if there is none.
std::optional<std::string> after_prefix(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
    if (prefix.empty()) return std::nullopt;
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

auto tied(const Place& place) { return std::tie(place.sort, place.partition, place.key_sort); }

Range range_of(const Query& query, const Path& path, std::uint32_t list) {
    if (!path.sorted && (query.from || query.until || query.prefix))
        bug("a range on an index without a sort attribute: " + path.name);
    Range range;
    // A bound without a key comes before every item of that sort text.
    if (query.from) range.lower.sort = *query.from;
    if (query.until) {
        range.upper.sort = *query.until;
        range.bounded = true;
    }
    if (query.prefix) {
        range.lower.sort = std::max(range.lower.sort, *query.prefix);
        if (auto end = after_prefix(*query.prefix)) {
            if (!range.bounded || *end < range.upper.sort) range.upper.sort = std::move(*end);
            range.bounded = true;
        }
    }
    if (query.cursor.empty()) return range;
    Place place = place_of(list, query.cursor);
    if (query.descending) {
        if (!range.bounded || tied(place) < tied(range.upper)) range.upper = std::move(place);
        range.bounded = true;
    } else if (tied(range.lower) < tied(place)) {
        range.lower = std::move(place);
    }
    return range;
}

const std::string& part(const Place& place, Path::Role role) {
    if (role == Path::Role::sort) return place.sort;
    return role == Path::Role::partition ? place.partition : place.key_sort;
}

void bind_range(Statement& statement, const Path& path, const Range& range) {
    int parameter = 2;
    for (const auto role : path.order) statement.bind(parameter++, part(range.lower, role));
    bool first = true;
    for (const auto role : path.order) {
        if (!range.bounded && first)
            statement.bind_past_all_text(parameter++);
        else
            statement.bind(parameter++, part(range.upper, role));
        first = false;
    }
}

// The rows of one partition, of which the merge looks at the first.
struct Stream {
    Statement* statement = nullptr;
    std::string_view sort, partition, key_sort;

    [[nodiscard]] bool advance() {
        if (!statement->step()) return false;
        sort = statement->text(1);
        partition = statement->text(2);
        key_sort = statement->text(3);
        return true;
    }
    [[nodiscard]] auto place() const { return std::tie(sort, partition, key_sort); }
};

class ResetsAll {
  public:
    explicit ResetsAll(std::vector<Stream>& streams) : streams_(streams) {}
    ~ResetsAll() {
        for (Stream& stream : streams_) stream.statement->reset();
    }
    ResetsAll(const ResetsAll&) = delete;
    ResetsAll& operator=(const ResetsAll&) = delete;

  private:
    std::vector<Stream>& streams_;
};

}  // namespace

// Has the connection for the length of one call, inside a transaction that sees all commits so far.
class Reader::Turn {
  public:
    explicit Turn(Reader& reader) : reader_(reader) {
        while (reader_.busy_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
        try {
            reader_.begin();
        } catch (...) {
            reader_.busy_.clear(std::memory_order_release);
            throw;
        }
    }
    ~Turn() {
        if (reader_.wanted_.load(std::memory_order_relaxed)) {
            reader_.end();
            reader_.wanted_.store(false, std::memory_order_release);
        }
        reader_.busy_.clear(std::memory_order_release);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    Reader& reader_;
};

Reader::Reader(
    const std::filesystem::path& file, const std::vector<Layout>& layouts,
    const std::atomic<std::uint64_t>& commits, const base::Clock& clock, ReaderOptions options
)
    : layouts_(layouts),
      commits_(commits),
      clock_(clock),
      // A read-only connection can't make the shared index of the log when it is the first.
      connection_(file, Connection::Access::read_write),
      prepared_(layouts.size()) {
    connection_.execute(
        "PRAGMA query_only=1; PRAGMA cache_size=-" + std::to_string(options.cache_kib) +
        "; PRAGMA mmap_size=" + std::to_string(options.mmap_bytes)
    );
    begin_ = connection_.prepare("BEGIN");
    commit_ = connection_.prepare("COMMIT");
}

void Reader::begin() {
    if (!open_) throw base::Error(base::Code::unavailable, "The program is stopping.");
    // Read before the snapshot is taken: what the snapshot has beyond it does no harm.
    const std::uint64_t now = commits_.load(std::memory_order_acquire);
    if (in_transaction_ && seen_ == now) return;
    end();
    begin_.run();
    in_transaction_ = true;
    seen_ = now;
}

void Reader::end() noexcept {
    if (!in_transaction_) return;
    in_transaction_ = false;
    try {
        commit_.run();
    } catch (const base::Error&) {
        // A read transaction has nothing to lose.
        sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

bool Reader::release() noexcept {
    // A thread that reads without a pause leaves no gap to get in: it is asked to do it itself.
    wanted_.store(true, std::memory_order_relaxed);
    for (int i = 0; busy_.test_and_set(std::memory_order_acquire); ++i) {
        if (!wanted_.load(std::memory_order_acquire)) return true;
        if (i == release_tries) return false;
        std::this_thread::yield();
    }
    end();
    wanted_.store(false, std::memory_order_relaxed);
    busy_.clear(std::memory_order_release);
    return true;
}

void Reader::close() noexcept {
    while (busy_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
    end();
    open_ = false;
    prepared_.clear();
    begin_ = {};
    commit_ = {};
    connection_.close();
    busy_.clear(std::memory_order_release);
}

Reader::Prepared& Reader::prepared(const Layout& layout) {
    Prepared& of = prepared_[static_cast<std::size_t>(&layout - layouts_.data())];
    if (!of.get) {
        of.get = connection_.prepare(layout.get);
        of.lists.resize(layout.paths.size() * 4);
    }
    return of;
}

Statement& Reader::list(
    const Layout& layout, const Path& path, bool whole, bool descending, std::size_t which
) {
    const auto number = static_cast<std::size_t>(&path - layout.paths.data());
    auto& same = prepared(layout).lists[number * 4 + (whole ? 2 : 0) + (descending ? 1 : 0)];
    if (same.capacity() < partitions_max) same.reserve(partitions_max);  // references stay good
    const auto& sql = whole ? path.whole : path.select;
    if (which == same.size()) same.push_back(connection_.prepare(sql[descending ? 1 : 0]));
    return same[which];
}

bool Reader::expired(const Statement& row, const Layout& layout, int column) const {
    return layout.expires && !row.is_null(column) && row.integer(column) <= clock_.now_s();
}

std::optional<Record> Reader::find(const Layout& layout, const Key& key) {
    check_key(*layout.schema, key);
    Statement& statement = prepared(layout).get;
    const Resets resets(statement);
    statement.bind(1, key.partition);
    if (layout.sorted) statement.bind(2, key.sort);
    if (!statement.step() || expired(statement, layout, 1)) return std::nullopt;
    return Record{std::string(statement.text(0))};
}

std::optional<Record> Reader::get(const Layout& layout, const Key& key) {
    const Turn turn(*this);
    return find(layout, key);
}

std::vector<std::optional<Record>> Reader::get_many(
    const Layout& layout, const std::vector<Key>& keys
) {
    if (keys.size() > query_limit_max) bug("more keys than query_limit_max");
    const Turn turn(*this);
    std::vector<std::optional<Record>> records;
    records.reserve(keys.size());
    for (const Key& key : keys) records.push_back(find(layout, key));
    return records;
}

Page Reader::query(const Layout& layout, const Query& query) {
    const Path* path = layout.path(query.index);
    if (path == nullptr) bug("no index " + query.index + " on " + layout.schema->name);
    if (query.limit == 0 || query.limit > query_limit_max) bug("a limit of 0 or over the most");
    std::vector<std::string> partitions = query.partitions;
    std::ranges::sort(partitions);
    partitions.erase(std::ranges::unique(partitions).begin(), partitions.end());
    if (partitions.size() > partitions_max) bug("more partitions than 64");
    const std::uint32_t id = list_id(layout.schema->name, query.index, query.descending);
    const Range range = range_of(query, *path, id);

    const bool whole = range.is_everything();

    const Turn turn(*this);
    std::vector<Stream> streams;
    const ResetsAll resets(streams);
    streams.reserve(partitions.size());
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        Statement& statement = list(layout, *path, whole, query.descending, i);
        statement.bind(1, partitions[i]);
        if (!whole) bind_range(statement, *path, range);
        streams.push_back({&statement, {}, {}, {}});
        if (!streams.back().advance()) {
            // Its place in the pool is taken all the same; only the merge forgets it.
            streams.back().sort = {};
            streams.back().partition = {};
        }
    }
    // A heap of the streams that have a row, the one to give next on top.
    std::vector<Stream*> waiting;
    for (Stream& stream : streams)
        if (!stream.partition.empty()) waiting.push_back(&stream);
    const auto later = [&](const Stream* a, const Stream* b) {
        return query.descending ? a->place() < b->place() : b->place() < a->place();
    };
    std::ranges::make_heap(waiting, later);

    Page page;
    Place last;
    while (!waiting.empty()) {
        std::ranges::pop_heap(waiting, later);
        Stream& stream = *waiting.back();
        if (!expired(*stream.statement, layout, 4)) {
            if (page.records.size() == query.limit) {
                page.cursor = cursor_of(id, last);
                break;
            }
            page.records.push_back({std::string(stream.statement->text(0))});
            if (page.records.size() == query.limit)
                last = {
                    std::string(stream.sort), std::string(stream.partition),
                    std::string(stream.key_sort)
                };
        }
        if (stream.advance())
            std::ranges::push_heap(waiting, later);
        else
            waiting.pop_back();
    }
    return page;
}

Page Reader::scan(const Layout& layout, std::string_view cursor, std::size_t limit) {
    if (limit == 0 || limit > query_limit_max) bug("a limit of 0 or over the most");
    const std::uint32_t id = list_id(layout.schema->name, "\nscan", false);
    std::int64_t after = 0;
    if (!cursor.empty()) {
        const Place place = place_of(id, cursor);
        const char* end = place.partition.data() + place.partition.size();
        const auto [stop, code] = std::from_chars(place.partition.data(), end, after);
        if (code != std::errc() || stop != end || !place.sort.empty() || !place.key_sort.empty())
            throw base::Error::invalid("cursor", "This is no cursor of this list.");
    }
    const Turn turn(*this);
    Prepared& of = prepared(layout);
    if (!of.scan) of.scan = connection_.prepare(layout.scan);
    const Resets resets(of.scan);
    of.scan.bind(1, after);
    Page page;
    while (of.scan.step()) {
        if (expired(of.scan, layout, 2)) continue;
        if (page.records.size() == limit) {
            page.cursor = cursor_of(id, {"", std::to_string(after), ""});
            break;
        }
        page.records.push_back({std::string(of.scan.text(1))});
        after = of.scan.integer(0);
    }
    return page;
}

std::vector<Counter> Reader::counters(const Layout& system, std::string_view group) {
    const std::string partition = "count#" + std::string(group);
    const Turn turn(*this);
    const Path& own = system.paths.front();
    Statement& statement = list(system, own, true, false, 0);
    const Resets resets(statement);
    statement.bind(1, partition);
    std::vector<Counter> found;
    while (statement.step()) {
        const json::Object item = json::parse_stored(statement.text(0));
        found.push_back({std::string(group), std::string(item.text("sk")), item.integer("value")});
    }
    return found;
}

}  // namespace table::sqlite
