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
  $<$<BOOL:${GW_UNITY}>:-Wno-shadow>  # a local may be named as another file's constant
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

# Tests under sanitizers are not optimised: half the time to compile them, and what they test still is.
add_library(gw_test_options INTERFACE)
target_link_libraries(gw_test_options INTERFACE gw_options)
if(GW_SANITIZE)
  target_compile_options(gw_test_options INTERFACE -O0)
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
      target_link_libraries(gw_pch_${kind} PRIVATE gw_testing gw_test_options)
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

# The checks compile a module's sources some at a time: clang reads each header once for all of them,
# which takes a third of the time. What ships is built file by file, as proof that each stands alone.
# A file goes APART when it gives a name of its own to something that another file of the module has too.
function(gw_unite target)
  cmake_parse_arguments(ARG "" "" "APART" ${ARGN})
  if(NOT GW_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# gw_library(limit SOURCES a.cpp APART a.cpp PUBLIC gw::base PRIVATE fmt::fmt); for APART see gw_unite.
function(gw_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;PUBLIC;PRIVATE" ${ARGN})
  add_library(gw_${name} STATIC ${ARG_SOURCES})
  add_library(gw::${name} ALIAS gw_${name})
  target_include_directories(gw_${name} PUBLIC ${PROJECT_SOURCE_DIR}/libcore)
  target_link_libraries(gw_${name} PUBLIC ${ARG_PUBLIC} PRIVATE gw_options ${ARG_PRIVATE})
  gw_precompile(gw_${name} library)
  gw_unite(gw_${name} APART ${ARG_APART})
endfunction()

# gw_test(limit SOURCES window_test.cpp DEPS gw::limit): one doctest program, one ctest entry.
function(gw_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE gw_test_options gw_testing ${ARG_DEPS})
  gw_precompile(${name}_test test)
  add_test(NAME unit.${name} COMMAND ${name}_test --no-version)
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
