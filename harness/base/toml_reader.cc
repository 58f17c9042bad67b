#include "harness/base/toml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>
#include <set>

namespace harness {

struct TomlReader::State {
    std::shared_ptr<const toml::table> document;  ///< keeps `table` alive
    const toml::table* table = nullptr;
    std::string file;
    std::set<std::string, std::less<>> asked;
    std::optional<Error> trouble;

    void note(Error error) {
        if (!trouble) trouble = std::move(error);
    }
    const toml::node* find(std::string_view key) {
        asked.emplace(key);
        return table->get(key);
    }
};

namespace {

int line_of_node(const toml::node& node) {
    return static_cast<int>(node.source().begin.line);
}

std::string_view type_word(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a broken number";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

}  // namespace

Result<TomlReader> TomlReader::parse(std::string_view text, std::string file) {
    auto state = std::make_shared<State>();
    try {
        state->document = std::make_shared<const toml::table>(toml::parse(text, file));
    } catch (const toml::parse_error& error) {
        return configuration_error(fmt::format("not valid TOML: {}", error.description()), std::move(file),
                                   static_cast<int>(error.source().begin.line));
    }
    state->table = state->document.get();
    state->file = std::move(file);
    return TomlReader(std::move(state));
}

int TomlReader::line() const {
    return line_of_node(*state_->table);
}

int TomlReader::line_of(std::string_view key) const {
    const toml::node* node = state_->table->get(key);
    return node ? line_of_node(*node) : line();
}

const std::string& TomlReader::file() const {
    return state_->file;
}

Error TomlReader::error_at(std::string_view key, std::string message) const {
    return configuration_error(std::move(message), state_->file, line_of(key));
}

std::optional<std::string> TomlReader::text(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return std::nullopt;
    if (const auto* value = node->as_string()) return value->get();
    state_->note(error_at(key, fmt::format("'{}' is {}, it has to be a text", key, type_word(*node))));
    return std::nullopt;
}

std::string TomlReader::required_text(std::string_view key) {
    if (!state_->find(key)) state_->note(error_at(key, fmt::format("'{}' is missing here", key)));
    return text(key).value_or("");
}

std::optional<std::int64_t> TomlReader::number(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return std::nullopt;
    if (const auto* value = node->as_integer()) return value->get();
    state_->note(
        error_at(key, fmt::format("'{}' is {}, it has to be a whole number", key, type_word(*node))));
    return std::nullopt;
}

std::optional<double> TomlReader::real(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return std::nullopt;
    if (const auto* value = node->as_integer()) return static_cast<double>(value->get());
    if (const auto* value = node->as_floating_point()) return value->get();
    state_->note(error_at(key, fmt::format("'{}' is {}, it has to be a number", key, type_word(*node))));
    return std::nullopt;
}

std::optional<bool> TomlReader::flag(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return std::nullopt;
    if (const auto* value = node->as_boolean()) return value->get();
    state_->note(error_at(key, fmt::format("'{}' is {}, it has to be true or false", key, type_word(*node))));
    return std::nullopt;
}

std::optional<std::chrono::year_month_day> TomlReader::date(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return std::nullopt;
    if (const auto* value = node->as_date()) {
        const toml::date& date = value->get();
        return std::chrono::year(date.year) / std::chrono::month(date.month) / std::chrono::day(date.day);
    }
    state_->note(error_at(
        key, fmt::format("'{}' is {}, it has to be a date without quotes and without a time: {} = 2026-12-31",
                         key, type_word(*node), key)));
    return std::nullopt;
}

std::vector<std::string> TomlReader::texts(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return {};
    if (const auto* value = node->as_string()) return {value->get()};
    std::vector<std::string> list;
    if (const auto* array = node->as_array()) {
        for (const toml::node& element : *array) {
            const auto* value = element.as_string();
            if (!value) {
                state_->note(configuration_error(
                    fmt::format("'{}' holds {}, it has to hold texts", key, type_word(element)), state_->file,
                    line_of_node(element)));
                return {};
            }
            list.push_back(value->get());
        }
        return list;
    }
    state_->note(error_at(
        key, fmt::format("'{}' is {}, it has to be a text or an array of texts", key, type_word(*node))));
    return {};
}

std::map<std::string, std::string> TomlReader::text_table(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return {};
    std::map<std::string, std::string> result;
    if (const auto* table = node->as_table()) {
        for (const auto& [name, element] : *table) {
            const auto* value = element.as_string();
            if (!value) {
                state_->note(configuration_error(
                    fmt::format("'{}.{}' is {}, it has to be a text", key, name.str(), type_word(element)),
                    state_->file, line_of_node(element)));
                return {};
            }
            result.emplace(std::string(name.str()), value->get());
        }
        return result;
    }
    state_->note(error_at(key, fmt::format("'{}' is {}, it has to be a table", key, type_word(*node))));
    return {};
}

std::vector<TomlReader> TomlReader::tables(std::string_view key) {
    const toml::node* node = state_->find(key);
    if (!node) return {};
    std::vector<TomlReader> result;
    const auto add = [&](const toml::table& table) {
        auto state = std::make_shared<State>();
        state->document = state_->document;
        state->table = &table;
        state->file = state_->file;
        result.push_back(TomlReader(std::move(state)));
    };
    if (const auto* table = node->as_table()) {
        add(*table);
        return result;
    }
    if (const auto* array = node->as_array();
        array && (array->empty() || array->is_homogeneous<toml::table>())) {
        for (const toml::node& element : *array) add(*element.as_table());
        return result;
    }
    state_->note(error_at(
        key, fmt::format("'{}' is {}, it has to be a table or an array of tables", key, type_word(*node))));
    return {};
}

Result<void> TomlReader::finish() const {
    if (state_->trouble) return *state_->trouble;
    for (const auto& [key, node] : *state_->table)
        if (!state_->asked.contains(key.str()))
            return error_at(key.str(), fmt::format("the key '{}' is not known here. Known are: {}", key.str(),
                                                   fmt::join(state_->asked, ", ")));
    return {};
}

}  // namespace harness
