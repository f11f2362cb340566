package dev.saga.coupon;

import dev.saga.event.Contract;
import dev.saga.events.Shop;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** coupon-svc. */
@SpringBootApplication
public class CouponApplication {
    public static void main(String[] args) {
        SpringApplication.run(CouponApplication.class, args);
    }

    @Bean
    Contract contract() {
        return Shop.CONTRACT;
    }
}
