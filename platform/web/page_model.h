// What every page's model has beside its own: what was typed into a form that was refused, the reader's
// token and theme. Pure.
#pragma once

#include "platform/base/json.h"
#include "platform/http/request.h"
#include "platform/web/call.h"

namespace web {

// `typed` becomes `form` (never a password), `errors` become sections error_<field> and `problem`.
void place_form(json::Object& model);
// csrf_token, theme (and theme_light, theme_dark), signed_in, path.
void place_reader(json::Object& model, const Identity& who, http::Request request);

}  // namespace web
