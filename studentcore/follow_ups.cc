#include "studentcore/follow_ups.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "studentcore/access.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

bool differs(const journal::Change& change, std::string_view name) {
    return change.before && change.after && change.before->text(name) != change.after->text(name);
}

void sign_in_again(const journal::Change& change, std::set<std::string, std::less<>>& users) {
    if (change.table == &users_table) {
        const bool gone = change.before && !change.after;
        if (gone || differs(change, "role") || differs(change, "password_hash"))
            users.emplace(change.key);
    }
    if (change.table != &students_table) return;
    const std::string_view was = change.before ? change.before->text("user_id") : "";
    const std::string_view is = change.after ? change.after->text("user_id") : "";
    if (was == is) return;
    for (const auto user_id : {was, is})
        if (!user_id.empty()) users.emplace(user_id);
}

}  // namespace

void follow_changes(journal::Transaction& change) {
    std::set<std::string, std::less<>> users;
    for (const auto& one : change.entry().changes) {
        if (one.table == &students_table &&
            (differs(one, "full_name") || differs(one, "student_code")))
            change.enqueue("rename_student", {{"student_id", one.key}});
        if (one.table == &courses_table && differs(one, "course_name"))
            change.enqueue("rename_course", {{"course_id", one.key}});
        if (one.table == &users_table && differs(one, "full_name"))
            change.enqueue("rename_lecturer", {{"user_id", one.key}});
        sign_in_again(one, users);
    }
    for (const auto& user_id : users) change.enqueue("end_sessions", {{"user_id", user_id}});
}

bool takes_an_admin(const journal::Transaction& change) {
    return std::ranges::any_of(change.entry().changes, [](const journal::Change& one) {
        return one.table == &users_table && one.before && one.before->text("role") == admin &&
               (!one.after || one.after->text("role") != admin);
    });
}

}  // namespace studentcore
