// What scenarios are read with stands in config: topologies of a mesh are read the same way.
#pragma once

#include "config/fields.h"

namespace gw::replay {

using config::check_names;
using config::Fault;
using config::is_mapping;
using config::Key;
using config::names_of;
using config::Place;
using config::read_choice;
using config::read_count;
using config::read_duration;
using config::read_keys;
using config::read_known_keys;
using config::read_name;
using config::read_number;
using config::read_sent_text;
using config::read_span;
using config::read_text;
using config::read_texts;
using config::read_time;
using config::read_word;
using config::Reader;
using config::report_missing;
using config::Word;

}  // namespace gw::replay
