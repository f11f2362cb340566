package dev.saga.lab.observability;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query in PromQL, as far as the tests read it.
 *
 * @param labels the labels by which it groups
 */
record Query(String text, List<Selector> selectors, Set<String> labels) {
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w.$\"])([a-zA-Z_:][\\w:]*)(?![\\w:]*\\s*\\()\\s*(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> WORDS = Set.of("or", "and", "unless", "bool", "offset");

    /** A condition on a label: {@code =}, {@code !=}, {@code =~} or {@code !~}. */
    record Condition(String label, String operator, String value) {
        boolean matches(String actual) {
            return switch (operator) {
                case "=" -> actual.equals(value);
                case "=~" -> actual.matches(value);
                default -> true;
            };
        }
    }

    record Selector(String metric, List<Condition> conditions) {}

    static Query of(String text) {
        Set<String> labels = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(text);
        while (grouping.find()) {
            labels.addAll(List.of(grouping.group(1).trim().split("\\s*,\\s*")));
        }
        String rest = GROUPING.matcher(text).replaceAll(" ").replaceAll("\\[[^]]*]", " ");
        List<Selector> selectors = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (!WORDS.contains(selector.group(1))) {
                selectors.add(new Selector(selector.group(1), conditions(selector.group(2))));
            }
        }
        return new Query(text, selectors, labels);
    }

    private static List<Condition> conditions(String text) {
        return MATCHER.matcher(text == null ? "" : text)
                .results()
                .map(found -> new Condition(found.group(1), found.group(2), found.group(3)))
                .toList();
    }
}
