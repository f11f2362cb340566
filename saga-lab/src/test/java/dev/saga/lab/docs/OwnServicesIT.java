package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.local.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executes the page that builds two services outside this repository: writes its files and runs its commands, in their
 * order. The kit is installed from a copy of the checkout into a Maven repository of the test's own.
 */
@Order(RunningSystem.ALONE)
class OwnServicesIT {
    private static final Path PAGE = Checkout.HOME.resolve("docs/build/your-own-services.md");

    /** Matches a block of the page: a file, whose path precedes it on a line of its own, or commands. */
    private static final Pattern BLOCK =
            Pattern.compile("(?:^`([^`\\n]+)`\\n\\n)?^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    Path folder;

    /**
     * JUnit would warn of each link out of its folder, and would fail while the broker and databases of the page's
     * tests shut down.
     */
    @AfterEach
    void deleteWhatJUnitCannot() {
        Folders.delete(folder.resolve("repository"));
        Folders.deleteOnceUnused(folder.resolve("trips"), Duration.ofMinutes(2));
    }

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void thePageEndsWithASagaThatRollsBack() throws Exception {
        copyCheckout(folder.resolve("checkout"));
        Files.writeString(folder.resolve("page.sh"), script(Checkout.text(PAGE)));
        Path log = folder.resolve("page.log");
        var shell = new ProcessBuilder(
                "bash", "-euo", "pipefail", folder.resolve("page.sh").toString());
        shell.directory(folder.resolve("checkout").toFile());
        shell.environment().put("TRIPS", folder.resolve("trips").toString());
        shell.environment().put("MAVEN_OPTS", "-Dmaven.repo.local=" + linkedRepository());

        int code = shell.redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();

        assertThat(code).as(() -> Checkout.text(log)).isZero();
        assertThat(report("hotel-svc/target/surefire-reports/trips.hotel.HotelSagaTest.txt"))
                .contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0");
        assertThat(report("trip-svc/target/failsafe-reports/trips.trip.TripIT.txt"))
                .contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
    }

    private String report(String path) {
        return Checkout.text(folder.resolve("trips").resolve(path));
    }

    /** Returns the page as one shell script. A file of the page becomes a here-document. */
    private static String script(String page) {
        var script = new StringBuilder();
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            String path = block.group(1);
            if (path != null) {
                script.append("mkdir -p \"$(dirname '%s')\"\ncat > '%s' <<'END OF FILE'\n".formatted(path, path))
                        .append(block.group(3))
                        .append("END OF FILE\n");
            } else {
                assertThat(block.group(2))
                        .as("a block without a path: %s", block.group(3))
                        .isEqualTo("sh");
                script.append(block.group(3));
            }
        }
        return script.toString();
    }

    private static void copyCheckout(Path copy) throws IOException {
        for (Path file : Checkout.files(file -> true)) {
            Path target = copy.resolve(Checkout.HOME.relativize(file));
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Returns a Maven repository that has what the user's has, as links: it downloads little and changes nothing. */
    private Path linkedRepository() throws Exception {
        Path repository = folder.resolve("repository");
        String users = System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2/repository").toString());
        int code = new ProcessBuilder("cp", "-Rs", users, repository.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isZero();
        Folders.delete(repository.resolve("dev/saga"));
        return repository;
    }
}
