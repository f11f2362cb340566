package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.local.Folders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Adds the example's participant to a copy of the checkout, and runs its tests there. Fails if the example's patch no
 * longer applies.
 */
@Order(RunningSystem.ALONE)
class AddedParticipantIT {
    private static final Path EXAMPLE = Checkout.HOME.resolve("examples/coupon-svc");
    private static final Path TARGET = Checkout.HOME.resolve("saga-lab/target");
    private static final Path COPY = TARGET.resolve("coupon-shop");
    private static final int MINUTES = 8;

    /** The broker and databases of the copy's tests end after its build. */
    @BeforeEach
    @AfterEach
    void deleteCopy() {
        Folders.deleteOnceUnused(COPY, Duration.ofMinutes(2));
    }

    @Test
    @Timeout(value = 2 * MINUTES, unit = TimeUnit.MINUTES)
    void theShopWithCouponsRedeemsEachOnce() throws Exception {
        run(Checkout.HOME, List.of("sh", EXAMPLE.resolve("apply.sh").toString(), COPY.toString()));
        run(COPY, maven());

        assertThat(report("coupon-svc/target/surefire-reports/dev.saga.coupon.domain.RedemptionTest.txt"))
                .contains("Failures: 0, Errors: 0, Skipped: 0");
        assertThat(report("coupon-svc/target/failsafe-reports/dev.saga.coupon.CouponHistoriesIT.txt"))
                .contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
        assertThat(report("saga-lab/target/failsafe-reports/dev.saga.lab.e2e.CouponIT.txt"))
                .contains("Tests run: 7, Failures: 0, Errors: 0, Skipped: 0");
    }

    /** The page states the size of the patch, and has to follow it. */
    @Test
    void thePageStatesTheSizeOfThePatch() {
        List<String> patch =
                Checkout.text(EXAMPLE.resolve("shop.patch")).lines().toList();
        assertThat(Checkout.text(Checkout.HOME.resolve("docs/build/add-a-participant.md")))
                .contains("%d existing files, %d lines added, %d removed"
                        .formatted(
                                count(patch, "diff --git "),
                                count(patch, "+") - count(patch, "+++ "),
                                count(patch, "-") - count(patch, "--- ")));
    }

    private static long count(List<String> lines, String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).count();
    }

    private static List<String> maven() {
        List<String> command = new ArrayList<>(List.of(
                "./mvnw",
                "-o",
                "-q",
                "verify",
                "-pl",
                "saga-lab",
                "-am",
                "-Dcyclonedx.skip=true",
                "-Dtest=RedemptionTest,FoldTest,EventCodecTest,ParticipantsTest",
                "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Dit.test=CouponStoresIT,CouponHistoriesIT,CouponIT",
                "-Dfailsafe.failIfNoSpecifiedTests=false"));
        String repository = System.getProperty("maven.repo.local");
        if (repository != null) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        return command;
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Path log = TARGET.resolve("coupon-shop.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                    .as(() -> "ended in time: " + Checkout.text(log))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> Checkout.text(log)).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String report(String path) {
        return Checkout.text(COPY.resolve(path));
    }
}
