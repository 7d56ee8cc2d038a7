// Finds categories in the background: the person's rules, memory and classifier at work on the queue.
//
// Messages of the queue "expenses":
//   categorise       {user_id, expense_ids}       those still without a category get one, or suggestions
//   learn            {user_id, expense_id, was}   the person chose: the classifier learns it
//   rename_category  {user_id, from, to}          entries and budgets follow the new name
//   apply_rules      {user_id}                    looks again at what has no category
// A message may come twice: an entry that a person sorted meanwhile, or that has its category, stays as
// it is. What was decided, the event and the end of the message are one write.
//
// Classifiers are kept in memory, as many as models_max persons and models_bytes_max; one is built again
// from the person's entries when it is asked for and not there. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "budgetplanner/categoriser.h"
#include "budgetplanner/category_model.h"
#include "budgetplanner/own_items.h"
#include "budgetplanner/rules.h"
#include "platform/base/json.h"
#include "platform/base/pool.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/queue/worker.h"
#include "platform/web/call.h"

namespace budgetplanner {

// What decides about one person's entries.
class Sorter {
  public:
    // The entry's decision; may be called from any thread, one at a time goes through.
    [[nodiscard]] Decision decide(const json::Object& expense);

  private:
    friend class Sorting;
    std::mutex mutex_;
    RuleSet rules_;
    std::vector<std::string> categories_;
    CategoryModel model_;
    std::int64_t built_ms_ = 0;
    std::uint64_t stamp_ = 0;  // of the rules and categories
};

class Sorting {
  public:
    static constexpr std::size_t models_max = 200;
    static constexpr std::size_t models_bytes_max = 256U << 20;
    static constexpr std::size_t learned_max = 20'000;  // the latest entries

    Sorting(
        journal::Journal& journal, queue::Queue& queue, base::Pool& pool, OwnItems& categories,
        OwnItems& rules
    );

    void add_work(queue::Worker& worker);
    // The person's rules, categories and classifier as they are now.
    [[nodiscard]] base::Task<std::shared_ptr<Sorter>> sorter(std::string user_id);
    // After a change of rules or categories.
    void forget(std::string_view user_id);

    // POST /api/rules/apply    looks at everything without a category again
    [[nodiscard]] base::Task<http::Response> apply(web::Call call);

  private:
    [[nodiscard]] base::Task<> categorise(queue::Message* message);
    [[nodiscard]] base::Task<> learn(queue::Message* message);
    [[nodiscard]] base::Task<> rename(queue::Message* message);
    [[nodiscard]] base::Task<> apply_rules(queue::Message* message);
    [[nodiscard]] base::Task<std::shared_ptr<Sorter>> built(std::string user_id);
    void keep(const std::string& user_id, std::shared_ptr<Sorter> sorter);

    struct Kept {
        std::string user_id;
        std::shared_ptr<Sorter> sorter;
    };
    journal::Journal& journal_;
    queue::Queue& queue_;
    base::Pool& pool_;
    OwnItems& categories_;
    OwnItems& rules_;
    std::mutex mutex_;
    std::list<Kept> kept_;  // the one used last in front
    std::unordered_map<std::string_view, std::list<Kept>::iterator> by_user_;
};

// The entry with what was decided; the same when nothing is to be changed. Pure.
[[nodiscard]] json::Object with_decision(const json::Object& expense, const Decision& decision);

}  // namespace budgetplanner
