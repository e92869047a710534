# How a module, a test and a program are declared. One target a module, dependencies where used.

find_program(GW_CCACHE ccache)
if(GW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GW_CCACHE})
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(gw_options INTERFACE)
target_compile_features(gw_options INTERFACE cxx_std_23)
target_compile_options(gw_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wdouble-promotion
  $<$<BOOL:${GW_WERROR}>:-Werror>
  $<$<NOT:$<CONFIG:Debug>>:-fstack-protector-strong>)
if(NOT GW_SANITIZE)
  target_compile_definitions(gw_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
else()
  target_compile_options(gw_options INTERFACE
    -fsanitize=${GW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gw_options INTERFACE -fsanitize=${GW_SANITIZE})
endif()
if(GW_FUZZ)
  # Every target carries the coverage counters; only the fuzz programs link the fuzzer's main.
  target_compile_options(gw_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The standard headers that nearly every source reads, compiled once: a third of clang's build time.
# Off by default: GCC 12 warns of system headers that come precompiled, and a build without proves
# that each file includes what it uses.
set(GW_PCH_HEADERS <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory>
  <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
function(gw_precompile target kind)
  if(NOT GW_PCH)
    return()
  endif()
  # Position-independent libraries and executables differ in flags: one set for each.
  if(NOT TARGET gw_pch_${kind})
    set(source ${PROJECT_BINARY_DIR}/pch_${kind}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// carries the precompiled headers\n")
    if(kind STREQUAL library)
      add_library(gw_pch_${kind} STATIC ${source})
    else()
      add_executable(gw_pch_${kind} ${source})
      target_link_libraries(gw_pch_${kind} PRIVATE gw_testing)
    endif()
    target_link_libraries(gw_pch_${kind} PRIVATE gw_options)
    set(headers ${GW_PCH_HEADERS})
    if(kind STREQUAL test)
      list(APPEND headers <doctest/doctest.h>)
    endif()
    target_precompile_headers(gw_pch_${kind} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM gw_pch_${kind})
endfunction()

# gw_library(limit SOURCES a.cpp PUBLIC gw::base PRIVATE fmt::fmt)
function(gw_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(gw_${name} STATIC ${ARG_SOURCES})
  add_library(gw::${name} ALIAS gw_${name})
  target_include_directories(gw_${name} PUBLIC ${PROJECT_SOURCE_DIR}/libcore)
  target_link_libraries(gw_${name} PUBLIC ${ARG_PUBLIC} PRIVATE gw_options ${ARG_PRIVATE})
  gw_precompile(gw_${name} library)
endfunction()

# gw_test(limit SOURCES window_test.cpp DEPS gw::limit): one doctest program, one ctest entry.
function(gw_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE gw_options gw_testing ${ARG_DEPS})
  gw_precompile(${name}_test test)
  add_test(NAME unit.${name} COMMAND ${name}_test --no-version)
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
