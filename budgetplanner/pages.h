// What every page shows around its own model: who is signed in, the theme, the language, the day.
//
// Also lays what was typed over a form that was refused, and puts each message at its field (web/forms.h).
#pragma once

#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/view/view.h"
#include "platform/web/call.h"

namespace budgetplanner {

class Pages final : public web::Pages {
  public:
    Pages(const view::Templates& templates, const base::Clock& clock)
        : templates_(templates), clock_(clock) {}

    [[nodiscard]] std::string render(
        std::string_view name, json::Object model, const web::Identity& who, http::Request request
    ) override;

    // The page for an error outside a form: words, the request's id, the way back.
    [[nodiscard]] http::Response error(
        http::Request request, const base::Error& error, const web::Identity& who
    );

  private:
    const view::Templates& templates_;
    const base::Clock& clock_;
};

}  // namespace budgetplanner
