package dev.saga.inventory;

import dev.saga.event.Contract;
import dev.saga.events.Shop;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** inventory-svc. */
@SpringBootApplication
public class InventoryApplication {
    public static void main(String[] args) {
        SpringApplication.run(InventoryApplication.class, args);
    }

    @Bean
    Contract contract() {
        return Shop.CONTRACT;
    }
}
