package dev.saga.lab.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.local.MariaDbServer;
import dev.saga.local.Ports;
import dev.saga.local.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that other users of the machine can read neither the lab's database nor its files. */
class SecretsIT {
    @TempDir
    private Path folder;

    private MariaDbServer database;

    @BeforeEach
    void start() {
        database = MariaDbServer.start(folder.resolve("mariadb"), Ports.any(), MariaDbServer.SMALL);
    }

    @AfterEach
    void stop() {
        database.stop();
    }

    @Test
    void theDatabaseRefusesLoginsWithoutAPassword() {
        for (String user : List.of("root", "", "somebody")) {
            assertThatThrownBy(() -> connect(user, "").close())
                    .as("user '%s'", user)
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void theDatabaseWritesAndReadsNoFileOutsideOneEmptyFolder() throws SQLException, IOException {
        Path outside = folder.resolve("outside");
        Files.writeString(outside, "secret");
        try (Connection root = connect("root", database.password());
                var statement = root.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT 1 INTO OUTFILE '" + folder.resolve("new") + "'"))
                    .hasMessageContaining("secure-file-priv");
            try (var row = statement.executeQuery("SELECT LOAD_FILE('" + outside + "')")) {
                row.next();
                assertThat(row.getString(1)).isNull();
            }
        }
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(folder.resolve("mariadb/files")).isEmptyDirectory();
    }

    @Test
    void databaseFilesAreAccessibleToTheirOwnerOnly() throws IOException {
        Path mariadb = folder.resolve("mariadb");
        assertThat(permissions(mariadb)).isEqualTo("rwx------");
        assertThat(permissions(mariadb.resolve("data"))).isEqualTo("rwx------");
        assertThat(permissions(mariadb.resolve("init.sql"))).isEqualTo("rw-------");
        assertThat(mariadb.resolve("data/mariadb.sock")).exists();
    }

    @Test
    void thePasswordIsOnNoCommandLine() {
        String line = ProcessHandle.of(database.process().pid())
                .flatMap(process -> process.info().commandLine())
                .orElseThrow();
        assertThat(line).contains("mariadbd").doesNotContain(database.password());
    }

    @Test
    void rewritingAFileThatOthersCouldReadRestrictsItToItsOwner() throws IOException {
        Path file = folder.resolve("report.json");
        Files.writeString(file, "an older and longer report");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Secrets.write(file, "{}");
        assertThat(file).content().isEqualTo("{}");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://" + database.address() + "/mysql", user, password);
    }
}
