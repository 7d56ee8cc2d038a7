# Files compiled into a program: embed_assets(TARGET FUNCTION FOLDER) gives the target a function
#     std::span<const http::Asset> FUNCTION();
# with every file of the folder, each with its hash and a gzip copy (see platform/http/static_files.h).
function(embed_assets target function folder)
    if(NOT TARGET embed_assets_tool)
        add_executable(embed_assets_tool ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cc)
        target_link_libraries(embed_assets_tool PRIVATE ${DEFLATE} OpenSSL::Crypto)
    endif()
    cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
    set(out ${CMAKE_BINARY_DIR}/embedded/${function})
    add_custom_command(
        OUTPUT ${out}.cc
        COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
        COMMAND embed_assets_tool ${function} ${folder} ${out} ${files}
        DEPENDS embed_assets_tool ${files}
        COMMENT "Embedding ${folder}"
        VERBATIM)
    target_sources(${target} PRIVATE ${out}.cc)
endfunction()

# Copies files into a folder of the build, so that what is embedded can come from several places.
# stage(FOLDER BASE FILE...) keeps the files' paths relative to BASE.
function(stage folder base)
    foreach(file ${ARGN})
        file(RELATIVE_PATH name ${base} ${file})
        configure_file(${file} ${folder}/${name} COPYONLY)
    endforeach()
endfunction()

# The files that a list names, one "<name> = <path in node_modules>" a line.
function(stage_packages folder list)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
    file(STRINGS ${list} lines)
    foreach(line ${lines})
        if(line MATCHES "^([^# ]+) *= *([^ ]+)$")
            set(name ${CMAKE_MATCH_1})
            set(from ${CMAKE_SOURCE_DIR}/node_modules/${CMAKE_MATCH_2})
            if(NOT EXISTS ${from})
                message(FATAL_ERROR "${from} is missing: run npm ci first (./run and ./test do)")
            endif()
            configure_file(${from} ${folder}/${name} COPYONLY)
        endif()
    endforeach()
endfunction()
