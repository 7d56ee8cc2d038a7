#include "studentcore/roster_stamp.h"

#include <string>
#include <utility>

#include "platform/base/random.h"

namespace studentcore {
namespace {

table::Key key_of(std::string_view course_id) { return {"roster#" + std::string(course_id), "-"}; }

}  // namespace

base::Task<RosterStamp> read_stamp(table::Store* store, std::string course_id) {
    const auto found = co_await store->get(&journal::system_table(), key_of(course_id));
    RosterStamp seen{.course_id = std::move(course_id), .stamp = {}};
    if (found) seen.stamp = json::peek(found->text, "stamp").value_or("");
    co_return seen;
}

void check_stamp(journal::Transaction& change, const RosterStamp& seen) {
    change.also(table::Check{
        .table = &journal::system_table(),
        .key = key_of(seen.course_id),
        .conditions =
            {seen.stamp.empty() ? table::Condition::absent()
                                : table::Condition::equals("stamp", seen.stamp)},
    });
}

void touch_roster(journal::Transaction& change, std::string_view course_id) {
    const auto key = key_of(course_id);
    change.also(table::Put{
        .table = &journal::system_table(),
        .item = {{"pk", key.partition}, {"sk", key.sort}, {"stamp", base::random_token(12)}},
        .conditions = {},
    });
}

}  // namespace studentcore
