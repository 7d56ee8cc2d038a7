// Puts one page's source together from files, before ctemplate reads it: layout, includes, blocks
// and words. Done once a page and language, so that rendering has nothing left to look up.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "platform/view/catalogue.h"
#include "platform/view/view.h"

namespace view {

class Source {
  public:
    // `texts` of the language, `fallback` of the first one; used keys are added to `used`.
    Source(
        const Files& files, const Texts& texts, const Texts& fallback, std::set<std::string>& used
    )
        : files_(files), texts_(texts), fallback_(fallback), used_(used) {}

    // Throws base::Error that names the template and what is wrong in it.
    [[nodiscard]] std::string assemble(std::string_view name) const;

  private:
    using Blocks = std::map<std::string, std::string, std::less<>>;

    [[nodiscard]] std::string_view file(std::string_view name, std::string_view wanted_by) const;
    [[nodiscard]] std::string included(
        std::string_view name, std::string_view text, const std::string* content, int depth
    ) const;
    [[nodiscard]] std::string worded(std::string_view name, std::string_view text) const;

    const Files& files_;
    const Texts& texts_;
    const Texts& fallback_;
    std::set<std::string>& used_;
};

// Refuses what would weaken the escaping; throws base::Error that names the template.
void check_source(std::string_view name, std::string_view text);

}  // namespace view
