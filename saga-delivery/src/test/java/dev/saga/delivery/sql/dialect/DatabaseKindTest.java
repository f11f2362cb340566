package dev.saga.delivery.sql.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.DeliveryConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DatabaseKindTest {
    @Test
    void anUnknownKindStopsTheStartBeforeAnythingElseAndIsNamed() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DeliveryConfiguration.class))
                .withPropertyValues("saga.database.kind=oracle")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining("saga.database.kind")
                        .rootCause()
                        .hasMessageContaining("oracle"));
    }

    @Test
    void parametersAreNumberedOnPostgreSqlAndUnchangedOnMariaDb() {
        String text = "INSERT INTO t VALUES (?,?),(?,NOW())";
        assertThat(DatabaseKind.MARIADB.dialect().parameters(text)).isEqualTo(text);
        assertThat(DatabaseKind.POSTGRESQL.dialect().parameters(text))
                .isEqualTo("INSERT INTO t VALUES ($1,$2),($3,NOW())");
    }
}
