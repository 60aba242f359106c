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
