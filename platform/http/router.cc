#include "platform/http/router.h"

#include <array>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace http {
namespace {

constexpr std::size_t methods_count = static_cast<std::size_t>(Method::other) + 1;
constexpr std::size_t depth_max = 16;  // segments of a path

struct Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> named;
    std::unique_ptr<Node> any;  // a {parameter}
    std::array<const Route*, methods_count> routes{};

    Node& child(std::string_view segment) {
        if (segment.starts_with('{')) {
            if (!any) any = std::make_unique<Node>();
            return *any;
        }
        for (const auto& [name, node] : named)
            if (name == segment) return *node;
        return *named.emplace_back(std::string(segment), std::make_unique<Node>()).second;
    }
};

// The segments of a path without its first slash: "/" has one, which is empty.
struct Segments {
    std::array<std::string_view, depth_max> at;
    std::size_t count = 0;
};

bool split(std::string_view path, Segments& segments) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
    while (true) {
        if (segments.count == depth_max) return false;
        const std::size_t end = path.find('/');
        segments.at[segments.count++] = path.substr(0, end);
        if (end == std::string_view::npos) return true;
        path.remove_prefix(end + 1);
    }
}

struct Search {
    const Segments& segments;
    Method method;
    unsigned allowed = 0;  // one bit a method
    const Route* found = nullptr;

    void take(const Node& node) {
        for (std::size_t i = 0; i < methods_count; ++i)
            if (node.routes[i] != nullptr) allowed |= 1U << i;
        found = node.routes[static_cast<std::size_t>(method)];
        if (found == nullptr && method == Method::head)
            found = node.routes[static_cast<std::size_t>(Method::get)];
    }
    // A named segment goes before a parameter, from the left.
    void walk(const Node& node, std::size_t depth) {
        if (depth == segments.count) return take(node);
        for (const auto& [name, child] : node.named)
            if (name == segments.at[depth]) walk(*child, depth + 1);
        if (found == nullptr && node.any && !segments.at[depth].empty()) walk(*node.any, depth + 1);
    }
};

std::string allow_list(unsigned allowed) {
    if ((allowed & (1U << static_cast<unsigned>(Method::get))) != 0)
        allowed |= 1U << static_cast<unsigned>(Method::head);
    allowed |= 1U << static_cast<unsigned>(Method::options);
    std::string list;
    for (unsigned i = 0; i < methods_count; ++i) {
        if ((allowed & (1U << i)) == 0) continue;
        if (!list.empty()) list += ", ";
        list += name(static_cast<Method>(i));
    }
    return list;
}

}  // namespace

struct Router::Tree {
    Node root;
    std::vector<std::unique_ptr<Route>> routes;
};

Router::Router() : tree_(std::make_unique<Tree>()) {}
Router::~Router() = default;

void Router::add(Method method, std::string pattern, Handler handler, RouteOptions options) {
    auto route = std::make_unique<Route>(Route{
        .method = method,
        .pattern = std::move(pattern),
        .handler = std::move(handler),
        .options = options,
        .index = tree_->routes.size(),
    });
    Segments segments;
    if (!split(route->pattern, segments))
        throw std::logic_error("A route's pattern is no path: " + route->pattern);
    Node* node = &tree_->root;
    for (std::size_t i = 0; i < segments.count; ++i) node = &node->child(segments.at[i]);
    const Route*& place = node->routes[static_cast<std::size_t>(method)];
    if (place != nullptr)
        throw std::logic_error(
            "Two routes answer " + std::string(name(method)) + " " + route->pattern
        );
    place = route.get();
    tree_->routes.push_back(std::move(route));
}

const Route* Router::find(RequestData& request, std::string& allowed) const {
    allowed.clear();
    request.parameters.clear();
    request.route = {};
    Segments segments;
    if (!split(request.path, segments)) return nullptr;
    Search search{.segments = segments, .method = request.method};
    search.walk(tree_->root, 0);
    if (search.found == nullptr) {
        if (search.allowed != 0) allowed = allow_list(search.allowed);
        return nullptr;
    }
    request.route = search.found->pattern;
    std::string_view rest = std::string_view(search.found->pattern).substr(1);
    for (std::size_t i = 0; i < segments.count; ++i) {
        const std::size_t end = rest.find('/');
        const std::string_view segment = rest.substr(0, end);
        if (segment.starts_with('{'))
            request.parameters.emplace_back(segment.substr(1, segment.size() - 2), segments.at[i]);
        if (end != std::string_view::npos) rest.remove_prefix(end + 1);
    }
    return search.found;
}

const std::vector<std::unique_ptr<Route>>& Router::routes() const { return tree_->routes; }

}  // namespace http
