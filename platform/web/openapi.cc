// The OpenAPI document, from the same declarations that the server works by.

#include "platform/web/routes.h"

namespace web {
namespace {

using json::Array;
using json::Object;

Object reference(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

Object content(std::string_view type, Object schema) {
    Object body;
    body.set(type, Object{{"schema", std::move(schema)}});
    return body;
}

std::string_view word(http::Method method) {
    switch (method) {
        case http::Method::get:
            return "get";
        case http::Method::post:
            return "post";
        case http::Method::put:
            return "put";
        case http::Method::patch:
            return "patch";
        case http::Method::del:
            return "delete";
        default:
            return "head";
    }
}

bool writes(http::Method method) {
    return method != http::Method::get && method != http::Method::head;
}

bool heeds_version(const Documented& route) {
    return writes(route.method) && route.method != http::Method::post && route.doc.versioned;
}

// The names in braces.
std::vector<std::string> path_parameters(std::string_view pattern) {
    std::vector<std::string> names;
    for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
         open = pattern.find('{', open + 1))
        names.emplace_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
    return names;
}

Object parameter(std::string_view name, std::string_view in, Object schema, bool required) {
    return {{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
}

// An empty value in a query is as good as none, as forms send it.
Object or_empty(Object schema) {
    const bool takes_any_text =
        schema.text("type") == "string" && !schema.contains("enum") && !schema.contains("format");
    if (takes_any_text) return schema;
    return {{"anyOf", Array{std::move(schema), Object{{"enum", Array{""}}}}}};
}

Array parameters_of(const Documented& route) {
    Array parameters;
    for (const auto& name : path_parameters(route.pattern)) {
        Object schema{{"type", "string"}};
        if (name.ends_with("_id")) schema.set("format", "uuid");
        parameters.emplace_back(parameter(name, "path", std::move(schema), true));
    }
    const auto in_query = [&](std::string_view name, Object schema, bool required = false) {
        return parameter(
            name, "query", required ? std::move(schema) : or_empty(std::move(schema)), required
        );
    };
    for (const auto& one : route.doc.query) {
        Object described = in_query(one.name, one.schema, one.required);
        if (!one.description.empty()) described.set("description", one.description);
        parameters.emplace_back(std::move(described));
    }
    if (route.doc.list) {
        parameters.emplace_back(in_query(
            "limit", {{"type", "integer"}, {"minimum", 1}, {"maximum", 200}, {"default", 50}}
        ));
        parameters.emplace_back(in_query("cursor", {{"type", "string"}}));
    }
    if (!route.doc.sorts.empty()) {
        Array offered;
        for (const auto& sort : route.doc.sorts) offered.emplace_back(sort);
        parameters.emplace_back(in_query("sort", {{"type", "string"}, {"enum", std::move(offered)}})
        );
        parameters.emplace_back(in_query("q", {{"type", "string"}, {"maxLength", 200}}));
    }
    if (heeds_version(route))
        parameters.emplace_back(parameter("If-Match", "header", {{"type", "string"}}, false));
    if (writes(route.method) && !route.strangers && route.doc.once != Once::no)
        parameters.emplace_back(
            parameter("Idempotency-Key", "header", {{"type", "string"}, {"maxLength", 128}}, false)
        );
    return parameters;
}

Object list_schema(Object item) {
    Object properties{
        {"items", Object{{"type", "array"}, {"items", std::move(item)}}},
        {"cursor", Object{{"type", Array{"string", "null"}}}},
        {"total", Object{{"type", "integer"}}}
    };
    return {
        {"type", "object"},
        {"required", Array{"items", "cursor"}},
        {"properties", std::move(properties)}
    };
}

Object answer_of(const Doc& doc) {
    Object answer{{"description", "Done."}};
    Object schema = doc.item != nullptr    ? reference(doc.item->name)
                    : doc.items != nullptr ? list_schema(reference(doc.items->name))
                    : !doc.answer.empty()  ? doc.answer
                                           : Object{{"type", "object"}};
    if (doc.status == 204) return answer;
    if (doc.answer_type != "application/json") schema = {{"type", "string"}};
    answer.set("content", content(doc.answer_type, std::move(schema)));
    return answer;
}

Object responses_of(const Documented& route) {
    Object responses;
    responses.set(std::to_string(route.doc.status), answer_of(route.doc));
    // A deletion with nothing to show, a change that changes nothing.
    const auto problem = [&](std::string_view status, std::string_view description) {
        if (!responses.contains(status))
            responses.set(
                status,
                Object{
                    {"description", description},
                    {"content", content("application/problem+json", reference("problem"))}
                }
            );
    };
    problem("400", "The request is malformed.");
    problem("401", "Sign in first.");
    problem("403", "Not with this role, scope or token.");
    problem("404", "There is no such record.");
    problem("414", "The address of the request is too long.");
    problem("422", "A field is not right; each is named.");
    problem("429", "Too many tries; see Retry-After.");
    if (writes(route.method)) {
        problem("409", "Something is in the way: another change, a record that exists.");
        if (heeds_version(route)) problem("412", "If-Match names another version.");
        problem("413", "The request is too large.");
        problem("415", "Not a type that is understood.");
        problem("507", "The disk is full; nothing was saved.");
    }
    problem("503", "Too much waits; see Retry-After.");
    return responses;
}

Object operation_of(const Documented& route) {
    Object operation{{"summary", route.doc.summary}};
    const std::size_t start = std::string_view("/api/").size();
    if (route.pattern.size() > start)
        operation.set(
            "tags", Array{route.pattern.substr(start, route.pattern.find('/', start) - start)}
        );
    if (auto parameters = parameters_of(route); !parameters.empty())
        operation.set("parameters", std::move(parameters));
    if (writes(route.method) && route.method != http::Method::del) {
        Object schema = route.doc.body != nullptr
                            ? table::json_schema(*route.doc.body, true, route.doc.mode)
                            : route.doc.body_schema;
        if (!route.doc.body_more.empty()) {
            Object properties = *schema.find("properties")->object();
            for (const auto& [name, one] : route.doc.body_more) properties.set(name, one);
            schema.set("properties", std::move(properties));
        }
        if (route.doc.body_type != "application/json") schema = {{"type", "string"}};
        if (!schema.empty())
            operation.set(
                "requestBody",
                Object{
                    {"required", true}, {"content", content(route.doc.body_type, std::move(schema))}
                }
            );
    }
    operation.set("responses", responses_of(route));
    if (!route.strangers)
        operation.set("security", Array{Object{{"token", Array{}}}, Object{{"session", Array{}}}});
    else
        operation.set("security", Array{});
    return operation;
}

Object problem_schema() {
    Object error{
        {"type", "object"},
        {"required", Array{"field", "message"}},
        {"properties",
         Object{{"field", Object{{"type", "string"}}}, {"message", Object{{"type", "string"}}}}}
    };
    return {
        {"type", "object"},
        {"required", Array{"title", "status"}},
        {"properties",
         Object{
             {"type", Object{{"type", "string"}}},
             {"title", Object{{"type", "string"}}},
             {"status", Object{{"type", "integer"}}},
             {"detail", Object{{"type", "string"}}},
             {"request_id", Object{{"type", "string"}}},
             {"errors", Object{{"type", "array"}, {"items", std::move(error)}}}
         }}
    };
}

}  // namespace

json::Object openapi(
    const std::vector<Documented>& routes, std::string_view title, std::string_view version,
    const std::vector<table::SchemaRef>& tables
) {
    Object paths;
    for (const auto& route : routes) {
        Object path;
        if (const auto* there = paths.find(route.pattern)) path = *there->object();
        path.set(word(route.method), operation_of(route));
        paths.set(route.pattern, std::move(path));
    }
    Object schemas{{"problem", problem_schema()}};
    for (const auto* table : tables) schemas.set(table->name, table::json_schema(*table, false));
    Object security{
        {"token", Object{{"type", "http"}, {"scheme", "bearer"}}},
        {"session", Object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "session"}}}
    };
    return {
        {"openapi", "3.1.0"},
        {"info", Object{{"title", title}, {"version", version}}},
        {"paths", std::move(paths)},
        {"components",
         Object{{"schemas", std::move(schemas)}, {"securitySchemes", std::move(security)}}}
    };
}

}  // namespace web
