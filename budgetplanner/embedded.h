// The files inside the program, made from the source tree by the build (cmake/embed.cmake).
#pragma once

#include <span>

#include "platform/http/static_files.h"

// Templates ("expenses.html") and words ("strings/en.txt").
[[nodiscard]] std::span<const http::Asset> budgetplanner_templates();
// What is served under /assets/.
[[nodiscard]] std::span<const http::Asset> budgetplanner_assets();
