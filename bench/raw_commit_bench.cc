// What the disk and SQLite allow, for comparison with the server's durable writes:
//   raw_commit_bench DIRECTORY [seconds a case]
// Prints one JSON object: an overwrite of 4 KiB with fdatasync, and inserts of a row of 450 bytes
// with three indexes (WAL, synchronous=FULL), one row a commit and fifty.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Times = std::vector<double>;  // microseconds

constexpr std::size_t block_bytes = 4096;
constexpr off_t file_blocks = 256;
constexpr int checkpoint_pages = 4000;  // as the server has it

void require(bool good, std::string_view what) {
    if (good) return;
    std::fprintf(
        stderr, "raw_commit_bench: %.*s failed\n", static_cast<int>(what.size()), what.data()
    );
    std::exit(1);
}

template <class Step>
Times timed(double seconds, Step step) {
    Times times;
    const auto began = Clock::now();
    while (Clock::now() - began < std::chrono::duration<double>(seconds)) {
        const auto start = Clock::now();
        step();
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    return times;
}

void print(const char* name, Times times, std::size_t rows_each, bool last) {
    double all = 0;
    for (const double time : times) all += time;
    std::ranges::sort(times);
    const auto at = [&](std::size_t percent) { return times[times.size() * percent / 100]; };
    std::printf(
        "\"%s\": {\"a_second\": %.0f, \"p50_us\": %.0f, \"p95_us\": %.0f, \"p99_us\": %.0f}%s",
        name, static_cast<double>(times.size() * rows_each) / all * 1e6, at(50), at(95), at(99),
        last ? "" : ", "
    );
}

Times overwrites(const std::filesystem::path& path, double seconds) {
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR, 0600);
    require(file >= 0, "open");
    const std::string block(block_bytes, 'x');
    const auto write_at = [&](off_t number) {
        const ssize_t written =
            ::pwrite(file, block.data(), block.size(), number * static_cast<off_t>(block_bytes));
        require(written == static_cast<ssize_t>(block.size()), "write");
    };
    for (off_t i = 0; i < file_blocks; ++i) write_at(i);
    require(::fsync(file) == 0, "fsync");
    off_t next = 0;
    Times times = timed(seconds, [&] {
        write_at(next++ % file_blocks);
        require(::fdatasync(file) == 0, "fdatasync");
    });
    ::close(file);
    return times;
}

// A table as the server's results are stored: text key, item, two index columns.
class Rows {
  public:
    explicit Rows(const std::filesystem::path& path) {
        require(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, "open the database");
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run(("PRAGMA wal_autocheckpoint=" + std::to_string(checkpoint_pages)).c_str());
        run("CREATE TABLE r(key TEXT NOT NULL, item TEXT NOT NULL, student TEXT, course TEXT)");
        run("CREATE UNIQUE INDEX r_key ON r(key)");
        run("CREATE INDEX r_student ON r(student, key)");
        run("CREATE INDEX r_course ON r(course, key)");
        const char* insert = "INSERT INTO r VALUES(?1, ?2, ?3, ?4)";
        require(
            sqlite3_prepare_v2(database_, insert, -1, &insert_, nullptr) == SQLITE_OK, "prepare"
        );
    }
    ~Rows() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    void commit(int rows) {
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < rows; ++i) insert();
        run("COMMIT");
    }

  private:
    void run(const char* sql) {
        require(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    void insert() {
        static const std::string item(450, 'x');
        // Keys of no order, as UUIDs of version 5 are.
        const std::string key =
            text(seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL);
        const std::string student = text(seed_ % 250);
        const std::string course = text(seed_ % 30);
        int parameter = 0;
        for (const std::string* one : {&key, &item, &student, &course})
            sqlite3_bind_text(
                insert_, ++parameter, one->data(), static_cast<int>(one->size()), SQLITE_STATIC
            );
        require(sqlite3_step(insert_) == SQLITE_DONE, "insert");
        sqlite3_reset(insert_);
    }
    static std::string text(std::uint64_t number) {
        char digits[40];
        std::snprintf(
            digits, sizeof digits, "%016llx-0000-5000-8000", static_cast<unsigned long long>(number)
        );
        return digits;
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::uint64_t seed_ = 7;
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: raw_commit_bench DIRECTORY [seconds a case]\n");
        return 2;
    }
    const double seconds = count > 2 ? std::strtod(arguments[2], nullptr) : 1;
    const auto directory =
        std::filesystem::path(arguments[1]) / ("raw-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    std::printf("{");
    print("fdatasync", overwrites(directory / "blocks", seconds), 1, false);
    {
        Rows rows(directory / "rows.db");
        for (int i = 0; i < 200; ++i) rows.commit(50);  // the log is there and was reset
        print("commit", timed(seconds, [&] { rows.commit(1); }), 1, false);
        print("commit_of_50", timed(seconds, [&] { rows.commit(50); }), 50, true);
    }
    std::printf("}\n");
    std::filesystem::remove_all(directory);
    return 0;
}
