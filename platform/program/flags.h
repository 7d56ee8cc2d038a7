// The command-line flags that every program of ours has, each also from the environment.
//
// --port is <PREFIX>_PORT there. Used by main.cc alone, as CLI11 takes long to compile.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "platform/program/serve.h"

namespace program {

class Flags {
  public:
    explicit Flags(std::string prefix) : prefix_(std::move(prefix)) {}

    template <class T>
    CLI::Option* option(CLI::App* app, const std::string& name, T& value, const std::string& help)
        const {
        return app->add_option("--" + name, value, help)
            ->envname(variable(name))
            ->capture_default_str();
    }
    void add_place(CLI::App* app, Place& place) const;
    // The sub-command `serve`, without its callback.
    [[nodiscard]] CLI::App* add_serve(CLI::App& app, Place& place, ServeOptions& serve) const;

  private:
    [[nodiscard]] std::string variable(const std::string& name) const;

    std::string prefix_;
};

}  // namespace program
