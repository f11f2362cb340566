package dev.saga.lab.observability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text that {@code /actuator/prometheus} returns. */
record Exposition(Map<String, Family> families, List<Sample> samples) {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** A metric with its samples. */
    record Family(String name, String type, String help) {}

    record Sample(String name, Map<String, String> labels, double value) {}

    static Exposition parse(String text) {
        Map<String, String> helps = new TreeMap<>();
        Map<String, Family> families = new TreeMap<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n")) {
            Matcher comment = COMMENT.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (comment.matches() && comment.group(1).equals("HELP")) {
                helps.put(comment.group(2), comment.group(3));
            } else if (comment.matches()) {
                String name = comment.group(2);
                families.put(name, new Family(name, comment.group(3), helps.getOrDefault(name, "")));
            } else if (sample.matches()) {
                samples.add(new Sample(sample.group(1), labels(sample.group(2)), Double.parseDouble(sample.group(3))));
            }
        }
        return new Exposition(families, samples);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    /** Returns the samples of a family; those of a histogram have further names. */
    List<Sample> of(Family family) {
        List<String> names =
                List.of(family.name(), family.name() + "_bucket", family.name() + "_count", family.name() + "_sum");
        return samples.stream().filter(sample -> names.contains(sample.name())).toList();
    }
}
