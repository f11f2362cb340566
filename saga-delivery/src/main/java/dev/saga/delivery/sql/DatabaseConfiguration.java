package dev.saga.delivery.sql;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Ticker;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Option;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures access to the service's database, and the tickers that monitor it. */
@Configuration(proxyBeanMethods = false)
public class DatabaseConfiguration {

    /** The driver requires that the file exists, so it is passed only if it is used. */
    @Bean
    @ConditionalOnProperty(name = "saga.database.kind", havingValue = "postgresql")
    ConnectionFactoryOptionsBuilderCustomizer authorityOfPostgreSql(
            @Value("${saga.database.tls}") String tls, @Value("${saga.database.ca}") String authority) {
        return options -> {
            if (!tls.equals("disable")) {
                options.option(Option.valueOf("sslRootCert"), authority);
            }
        };
    }

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
