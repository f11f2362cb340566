package dev.saga.inventory;

import dev.saga.delivery.work.Ticker;
import dev.saga.event.Contract;
import dev.saga.event.StateTopic;
import dev.saga.events.Shop;
import dev.saga.events.StockLevel;
import dev.saga.inventory.store.LevelPace;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** inventory-svc. */
@SpringBootApplication
@EnableConfigurationProperties(InventoryProperties.class)
public class InventoryApplication {
    public static void main(String[] args) {
        SpringApplication.run(InventoryApplication.class, args);
    }

    @Bean
    Contract contract() {
        return Shop.CONTRACT;
    }

    @Bean
    StateTopic stockTopic() {
        return StockLevel.TYPE.topic();
    }

    @Bean
    LevelPace levelPace(InventoryProperties properties) {
        return properties.pace();
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "saga.inventory.stock-levels", matchIfMissing = true)
    Ticker levelTicker(InventoryProperties properties, PublishLevels levels) {
        return new Ticker("publication of stock levels", properties.levelPause(), levels::run);
    }
}
