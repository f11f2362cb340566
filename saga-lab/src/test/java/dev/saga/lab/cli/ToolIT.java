package dev.saga.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the script {@code saga} with the packaged jar of the lab. The script is copied into a small checkout whose
 * {@code mvnw} builds nothing: it records its arguments and ends with the exit code that a test sets.
 */
class ToolIT {
    private static final List<String> COMMANDS =
            List.of("demo", "up", "trace", "ops", "infra", "bench", "chaos", "watch-it-break", "test");
    private static final String STRANGE = "The \"Hobbit\",  it's $HOME `id` * \\ @saga & 100%";

    private static final List<String> LINKS = List.of("saga-lab/target/saga-lab.jar", "saga-lab/target/lib");

    @TempDir
    Path folder;

    private Path home;
    private Path source;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void createBuiltCheckout() throws IOException {
        home = folder.resolve("a check'out");
        source = home.resolve("some-svc/src/main/java/Some.java");
        copy("saga");
        copy(".mvn/jdk.sh");
        copy("saga-lab/jvm.options");
        write("mvnw", """
                #!/bin/sh
                printf '<%s>\\n' "$@" >> "${0%/*}/maven.log"
                touch "${0%/*}/saga-lab/target/built"
                exit "${MAVEN_CODE:-0}"
                """);
        assertThat(home.resolve("mvnw").toFile().setExecutable(true)).isTrue();
        Path target = Files.createDirectories(home.resolve("saga-lab/target"));
        for (String built : List.of("saga-lab.jar", "lib")) {
            Files.createSymbolicLink(
                    target.resolve(built),
                    Launch.home().resolve("saga-lab/target").resolve(built));
        }
        write("some-svc/pom.xml", "");
        write("some-svc/src/main/java/Some.java", "");
        write("some-svc/target/some-svc.jar", "");
        write(BuildCheck.STAMP, "");
        write("maven.log", "");
        Files.setLastModifiedTime(
                home.resolve(BuildCheck.STAMP), FileTime.from(Instant.now().plusSeconds(60)));
    }

    @AfterEach
    void deleteLinksOutOfTheCheckout() throws IOException {
        for (String built : LINKS) {
            Files.delete(home.resolve(built));
        }
    }

    @Test
    void helpNamesEveryCommand() throws Exception {
        Ended help = saga("--help");

        assertThat(help.code).isZero();
        assertThat(help.err).isEmpty();
        assertThat(help.out).startsWith("Usage: saga [").contains(COMMANDS);
    }

    @Test
    void everyCommandHasHelpUnderTheNameOfTheTool() throws Exception {
        for (String command : COMMANDS) {
            Ended help = saga(command, "--help");
            assertThat(help.code).as(command).isZero();
            assertThat(help.out).startsWith("Usage: saga " + command + " [");
        }
        assertThat(maven()).isEmpty();
    }

    @Test
    void anInvalidCommandLinePrintsOneLineAndTheHelpAndExitsWithTwo() throws Exception {
        Ended command = saga("nonsense");
        Ended option = saga("up", "--nonsense");

        assertThat(List.of(command.code, option.code)).containsOnly(2);
        assertThat(command.err).startsWith("Unknown command: 'nonsense'\nUsage: saga [");
        assertThat(option.err).startsWith("Unknown option: '--nonsense'\nUsage: saga up [");
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        assertThat(saga("up", STRANGE, "", "last").err)
                .startsWith("Unmatched arguments from index 1: '" + STRANGE + "', '', 'last'\n");
    }

    @Test
    void testRunsMavenAndReturnsItsExitCode() throws Exception {
        assertThat(saga(3, "test", "-Dit.test=A,B", STRANGE).code).isEqualTo(3);
        assertThat(saga("test", "-q", "--fast").code).isZero();

        assertThat(maven()).containsExactly("<verify>", "<-Dit.test=A,B>", "<" + STRANGE + ">", "<test>", "<-q>");
    }

    @Test
    void anUpToDateBuildIsNotRepeated() throws Exception {
        assertThat(saga("nonsense").err).doesNotContain("Build");
        assertThat(maven()).isEmpty();
    }

    @Test
    void aNewerSourceIsBuiltOnceAndNeverForHelp() throws Exception {
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
        Files.setLastModifiedTime(
                home.resolve(BuildCheck.STAMP), FileTime.from(Instant.now().minusSeconds(90)));
        assertThat(saga("--help").err).isEmpty();

        assertThat(saga("nonsense").err)
                .contains("is newer than the last build.", "Built in ")
                .contains("Unknown command");
        assertThat(saga("nonsense").err).doesNotContain("Buil");

        assertThat(maven()).startsWith("<-q>", "<package>").hasSize(4);
    }

    @Test
    void aBuildThatFailsStartsNothing() throws Exception {
        Files.delete(home.resolve("some-svc/target/some-svc.jar"));

        Ended failed = saga(1, "nonsense");

        assertThat(failed.code).isEqualTo(1);
        assertThat(failed.err).isEqualTo("Building: some-svc has no jar.\n");
    }

    private Ended saga(String... arguments) throws Exception {
        return saga(0, arguments);
    }

    private Ended saga(int codeOfMaven, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.resolve("saga").toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("MAVEN_CODE", String.valueOf(codeOfMaven));
        builder.environment().remove("SAGA_BUILD");
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Returns the arguments of all Maven calls, one per line. */
    private List<String> maven() throws IOException {
        return Files.readAllLines(home.resolve("maven.log"));
    }

    private void copy(String file) throws IOException {
        Path to = home.resolve(file);
        Files.createDirectories(to.getParent());
        Files.copy(Launch.home().resolve(file), to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void write(String file, String text) throws IOException {
        Path to = home.resolve(file);
        Files.createDirectories(to.getParent());
        Files.writeString(to, text, StandardCharsets.UTF_8);
    }
}
