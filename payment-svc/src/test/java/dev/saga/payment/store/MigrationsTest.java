package dev.saga.payment.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.testing.Migrations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compares the migrations of the two kinds of databases. */
class MigrationsTest {
    @Test
    void bothKindsOfDatabasesHaveTheSameColumns() {
        Map<String, List<String>> mariaDb = Migrations.columns(DatabaseKind.MARIADB);
        mariaDb.remove("commit_barrier");
        assertThat(mariaDb).containsKeys("payment", "simulated_gateway", "simulated_charge", "outbox");
        assertThat(Migrations.columns(DatabaseKind.POSTGRESQL)).isEqualTo(mariaDb);
    }
}
