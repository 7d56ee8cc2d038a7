// Runs coroutines to their end in a test: base::run, under the name that tests use.
#pragma once

#include "platform/base/run.h"

namespace testing {

using base::run;
using base::run_together;

}  // namespace testing
