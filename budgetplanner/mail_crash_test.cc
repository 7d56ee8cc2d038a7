// Killed by the system (SIGKILL) right after the mail server took a mail: what comes of the notice.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "budgetplanner/app.h"
#include "budgetplanner/household_test.h"
#include "platform/base/random.h"

namespace budgetplanner {
namespace {

const std::string user_id = base::uuid_v5("ann");

// The server's word is what stands in the file; then this process is no more.
class KillingMailer final : public notify::Mailer {
  public:
    explicit KillingMailer(std::filesystem::path file) : file_(std::move(file)) {}
    base::Task<notify::Outcome> send(notify::Mail mail) override {
        std::ofstream(file_, std::ios::app) << mail.message_id << '\n' << std::flush;
        (void)::kill(::getpid(), SIGKILL);
        notify::Outcome never{.sent = notify::Sent::accepted, .words = ""};
        co_return never;
    }

  private:
    std::filesystem::path file_;
};

// The application on a directory that stays.
struct OnDisk {
    OnDisk(const std::filesystem::path& folder, std::int64_t hours)
        : mailer(folder / "sent.txt"),
          store(folder, all_tables(), {.system = &journal::system_table(), .clock = &clock}) {
        clock.pass_s(hours * 3600);
    }
    void work() {
        for (auto* worker : app.workers) (void)base::run(worker->drain());
    }
    // An entry that reaches the whole of a budget.
    void cross() {
        json::Object user{
            {"user_id", user_id},
            {"username", "ann"},
            {"email", "ann@example.org"},
            {"email_confirmed", true}
        };
        user.set("preferences", shown(preferences_of({})));
        json::Object budget{
            {"budget_id", budget_key(user_id, "Food", "2026-10")},
            {"user_id", user_id},
            {"category", "Food"},
            {"month", "2026-10"},
            {"amount", json::Number{"100.00"}}
        };
        json::Object expense{
            {"expense_id", base::uuid_v5("expense")},
            {"user_id", user_id},
            {"kind", "expense"},
            {"category", "Food"},
            {"category_source", "person"},
            {"date", "2026-10-20"},
            {"home_minor", 10'000},
        };
        journal::Transaction change({}, "made", subject_of(user_id));
        change.create(&users_table, std::move(user));
        change.create(&budgets_table, std::move(budget));
        change.create(&expenses_table, std::move(expense));
        queue.add(
            change,
            {.queue = "expenses", .kind = "look_at_budgets", .payload = {{"user_id", user_id}}}
        );
        ASSERT_TRUE(base::run(app.journal.commit(std::move(change))));
    }

    testing::StillClock clock;
    KillingMailer mailer;
    table::SqliteStore store;
    queue::TableQueue queue{store, clock, {.retry_of = {{"mail", mail_retry}}}};
    view::Templates templates{std::filesystem::path("budgetplanner")};
    base::Pool pool{1};
    auth::Passwords passwords{household_test::Household::cheap()};
    App app{
        {.store = store,
         .queue = queue,
         .clock = clock,
         .templates = templates,
         .passwords = passwords,
         .pool = pool,
         .secret = std::string(32, 's'),
         .mailer = &mailer,
         .mail = {.public_url = "https://budget.example.org", .server = true}}
    };
};

void cross_and_work(const std::filesystem::path& folder) {
    OnDisk home(folder, 0);
    home.cross();
    home.work();
}
void work_again(const std::filesystem::path& folder, std::int64_t hours) {
    OnDisk home(folder, hours);
    home.work();
}

TEST(MailCrash, KilledAfterTheServersWordAMailGoesOutTwiceAtMostAndTheNoticeIsThereOnce) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    // What is to be killed is this program started anew, which finds the directory by its name.
    constexpr const char* name = "BUDGETPLANNER_MAIL_CRASH";
    std::optional<testing::TemporaryDirectory> own;
    if (std::getenv(name) == nullptr) {
        own.emplace();
        ASSERT_EQ(::setenv(name, own->path().c_str(), 1), 0);
    }
    const std::filesystem::path folder = std::getenv(name);
    EXPECT_EXIT(cross_and_work(folder), testing::KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(work_again(folder, 1), testing::KilledBySignal(SIGKILL), "");
    ASSERT_EQ(::unsetenv(name), 0);

    work_again(folder, 2);  // not killed: nothing is sent a third time
    work_again(folder, 3);
    std::ifstream file(folder / "sent.txt");
    std::vector<std::string> sent;
    for (std::string line; std::getline(file, line);) sent.push_back(line);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0], sent[1]);

    OnDisk home(folder, 4);
    table::Query query;
    query.table = &notifications_table;
    query.index = "user_id-index";
    query.partitions = {user_id};
    const auto page = base::run(home.store.query(std::move(query)));
    ASSERT_EQ(page.records.size(), 2U);  // of 80 % and of 100 %
    int unknown = 0;
    for (const auto& record : page.records)
        if (record.item().text("delivery") == "unknown") ++unknown;
    EXPECT_EQ(unknown, 1);
    EXPECT_EQ(base::run(home.queue.numbers("mail")).waiting, 0);
    EXPECT_EQ(base::run(home.queue.numbers("expenses")).waiting, 0);
}

}  // namespace
}  // namespace budgetplanner
