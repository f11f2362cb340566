package dev.saga.testing;

import dev.saga.delivery.sql.dialect.DatabaseKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The migrations on the class path, so that those of two kinds of databases can be compared. */
public final class Migrations {
    private static final Pattern TABLE = Pattern.compile("CREATE TABLE (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL);

    private Migrations() {}

    /** Returns the columns of each table, in order, with NOT NULL if they have it, and its primary key. */
    public static Map<String, List<String>> columns(DatabaseKind kind) {
        Map<String, List<String>> tables = new TreeMap<>();
        for (String location : kind.migrations()) {
            for (String script : scripts(location)) {
                TABLE.matcher(script).results().forEach(table -> tables.put(table.group(1), columns(table.group(2))));
            }
        }
        return tables;
    }

    private static List<String> columns(String table) {
        return Arrays.stream(table.split("\n"))
                .map(String::strip)
                .filter(line -> line.startsWith("PRIMARY KEY") || line.matches("[a-z].*"))
                .map(line -> line.startsWith("PRIMARY KEY")
                        ? line.replace("),", ")")
                        : line.split(" ", 2)[0] + (line.contains(" NOT NULL") ? " NOT NULL" : ""))
                .toList();
    }

    private static List<String> scripts(String location) {
        try {
            return Arrays.stream(new PathMatchingResourcePatternResolver()
                            .getResources(location.replace("classpath:", "classpath*:") + "/*.sql"))
                    .map(Migrations::text)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Resource script) {
        try {
            return script.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
