package dev.saga.delivery.sql.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.testing.Migrations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compares the delivery's migrations of the two kinds of databases. */
class MigrationsTest {
    @Test
    void bothKindsOfDatabasesHaveTheSameColumnsExceptForTheBarrierThatPostgreSqlDoesNotNeed() {
        Map<String, List<String>> mariaDb = Migrations.columns(DatabaseKind.MARIADB);
        assertThat(mariaDb.remove("commit_barrier")).isNotNull();
        assertThat(mariaDb).containsKeys("event_log", "outbox", "dead_letter", "relay_lease", "audit");
        assertThat(mariaDb.get("outbox")).contains("stored_at NOT NULL", "PRIMARY KEY (id)");
        assertThat(Migrations.columns(DatabaseKind.POSTGRESQL)).isEqualTo(mariaDb);
    }
}
