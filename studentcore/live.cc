#include "studentcore/live.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "studentcore/access.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::string_view name_space = "/";
constexpr std::string_view student_room = "student:";

std::string session_room(std::string_view session_id) {
    return "session:" + std::string(session_id);
}
std::string user_room(std::string_view user_id) { return "user:" + std::string(user_id); }

json::Object signed_payload(json::Object payload, const journal::Entry& entry) {
    payload.set("by", entry.actor.name);
    payload.set("id", entry.id);
    if (!entry.actor.client.empty()) payload.set("client", entry.actor.client);
    return payload;
}

const json::Array* list_in(const journal::Event& event) {
    const auto* const items = event.payload.find("items");
    return items == nullptr ? nullptr : items->array();
}

}  // namespace

std::vector<Message> messages_of(const journal::Event& event, const journal::Entry& entry) {
    std::vector<Message> messages;
    const auto* const items = list_in(event);
    Message whole{.rooms = {}, .payload = signed_payload(event.payload, entry)};
    for (const auto& room : event.rooms)
        if (items == nullptr || !room.starts_with(student_room)) whole.rooms.push_back(room);
    if (!whole.rooms.empty()) messages.push_back(std::move(whole));
    if (items == nullptr) return messages;
    for (const auto& item : *items) {
        if (item.object() == nullptr) continue;
        auto room = std::string(student_room) + std::string(item.object()->text("student_id"));
        if (std::ranges::find(event.rooms, room) == event.rooms.end()) continue;
        auto own = event.payload;
        own.erase("items");
        for (const auto& [name, value] : *item.object()) own.set(name, value);
        messages.push_back({.rooms = {std::move(room)}, .payload = signed_payload(own, entry)});
    }
    return messages;
}

Live::Live(socketio::Server& io, journal::Journal& journal, Courses& courses, Identify identify)
    : io_(io), courses_(courses), identify_(std::move(identify)) {
    socketio::Namespace main;
    main.name = name_space;
    main.admit = [this](socketio::ConnectPtr request) { return admit(std::move(request)); };
    main.on_connect = [this](const socketio::SocketPtr& socket) {
        const std::scoped_lock lock(mutex_);
        sockets_.emplace(socket->id(), socket);
    };
    main.on_disconnect = [this](const socketio::SocketPtr& socket, std::string_view) {
        const std::scoped_lock lock(mutex_);
        sockets_.erase(socket->id());
    };
    io_.add_namespace(std::move(main));
    journal.on_commit([this](const journal::Entry& entry) {
        publish(entry);
        hand_over(entry);
    });
}

base::Task<socketio::Admission> Live::admit(socketio::ConnectPtr request) {
    auto who = co_await identify_(std::move(request));
    if (!who.known()) {
        co_return std::unexpected(socketio::ConnectError{
            .message = "Sign in first.", .data = json::Object{{"status", 401}}
        });
    }
    std::vector<std::string> taught;
    if (is_faculty(who)) {
        const auto courses = co_await courses_.courses_of(who.user_id);
        for (const auto& course : courses) taught.emplace_back(course.text("course_id"));
    }
    auto rooms = rooms_of(who, taught);
    rooms.push_back(user_room(who.user_id));
    if (!who.session_id.empty()) rooms.push_back(session_room(who.session_id));
    co_return socketio::Accepted{.rooms = std::move(rooms), .identity = std::move(who)};
}

void Live::publish(const journal::Entry& entry) {
    for (const auto& event : entry.events)
        for (auto& message : messages_of(event, entry))
            io_.emit(
                name_space, std::move(message.rooms), event.name,
                std::string_view(json::write(message.payload))
            );
}

void Live::hand_over(const journal::Entry& entry) {
    for (const auto& change : entry.changes) {
        if (change.table != &courses_table) continue;
        const std::string room = "course:" + change.key;
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, socket] : sockets_) {
            const auto* const who = socket->identity<web::Identity>();
            if (who == nullptr || !is_faculty(*who)) continue;
            const bool before = change.before && teaches(*change.before, who->user_id);
            const bool after = change.after && teaches(*change.after, who->user_id);
            if (after && !before) socket->join(room);
            if (before && !after) socket->leave(room);
        }
    }
}

base::Task<> Live::sweep() {
    // One of each session; tokens by user.
    std::map<std::string, std::pair<std::string, socketio::ConnectPtr>> people;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [id, socket] : sockets_) {
            const auto* const who = socket->identity<web::Identity>();
            if (who == nullptr) continue;
            auto room =
                who->session_id.empty() ? user_room(who->user_id) : session_room(who->session_id);
            if (people.contains(room)) continue;
            socketio::Connect again{
                .name_space = socket->name_space(),
                .auth = socket->auth(),
                .handshake = std::make_shared<engine_io::Handshake>(socket->handshake())
            };
            people.emplace(
                std::move(room),
                std::pair(who->user_id, std::make_shared<const socketio::Connect>(std::move(again)))
            );
        }
    }
    // Asked as at the handshake: whoever would not be let in now has to go.
    for (const auto& [room, person] : people) {
        const auto now = co_await identify_(person.second);
        if (now.user_id != person.first) io_.disconnect_rooms(name_space, room);
    }
}

std::size_t Live::watching() const {
    const std::scoped_lock lock(mutex_);
    return sockets_.size();
}

}  // namespace studentcore
