package dev.saga.delivery.sql;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Ticker;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures access to the service's database, and the tickers that monitor it. */
@Configuration(proxyBeanMethods = false)
public class DatabaseConfiguration {

    @Bean
    StatementLimit statementLimit() {
        return new StatementLimit();
    }

    @Bean
    Connections connections(ConnectionFactory pool) {
        return new Connections(pool);
    }

    @Bean
    Sql sql(Connections connections, StatementLimit limit) {
        return new Sql(connections, limit);
    }

    @Bean
    Transactions transactions(Connections connections) {
        return new Transactions(connections);
    }

    @Bean
    DatabaseLook databaseLook(ConnectionFactory pool, Sql sql, StatementLimit limit) {
        return new DatabaseLook(pool, sql, limit);
    }

    @Bean
    Ticker databaseTicker(DatabaseLook database) {
        return new Ticker("database check", Duration.ofSeconds(2), database::look);
    }

    @Bean
    Ticker idleConnectionsTicker(DatabaseLook database) {
        return new Ticker("idle connection probe", Duration.ofSeconds(10), database::probeIdle);
    }

    @Bean
    Ticker overdueStatementsTicker(DeliveryProperties properties) {
        return new Ticker(
                "statement watch",
                Duration.ofSeconds(1),
                () -> StatementWatch.abortOverdue(properties.statementTimeout()));
    }
}
