# burin_layer(name SOURCES ... DEPENDS ... [PCH header]): one layer of the library, as an object library that is linked
# into libburin.so. DEPENDS are the layers (and outside libraries) whose headers it may include.
function(burin_layer name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} OBJECT ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE burin_warnings)
  if(ARG_PCH AND BURIN_PCH)
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  endif()
  set_property(GLOBAL APPEND PROPERTY BURIN_LAYERS ${name})
endfunction()

# burin_contain(target): puts all layers into `target`.
function(burin_contain target)
  get_property(layers GLOBAL PROPERTY BURIN_LAYERS)
  foreach(layer IN LISTS layers)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${layer}>)
  endforeach()
  target_link_libraries(${target} PRIVATE ${BURIN_ZIP} spdlog::spdlog Threads::Threads)
endfunction()

# burin_see_mlir(target): for a program that uses MLIR itself, which libburin.so keeps to itself. It contains the layers, in place of the
# library, and links the shared MLIR.
function(burin_see_mlir target)
  burin_contain(${target})
  target_link_libraries(${target} PRIVATE burin_mlir_shared burin_warnings)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR})
endfunction()
