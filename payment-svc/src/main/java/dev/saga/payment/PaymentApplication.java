package dev.saga.payment;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.Ticker;
import dev.saga.event.Contract;
import dev.saga.event.TransactionId;
import dev.saga.events.Shop;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.provider.ProviderSettings;
import dev.saga.payment.store.PaymentStore;
import dev.saga.payment.store.StoreSettings;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** payment-svc. */
@SpringBootApplication
@EnableConfigurationProperties(PaymentProperties.class)
public class PaymentApplication {
    public static void main(String[] args) {
        SpringApplication.run(PaymentApplication.class, args);
    }

    @Bean
    Contract contract() {
        return Shop.CONTRACT;
    }

    @Bean
    ProviderSettings providerSettings(PaymentProperties properties) {
        return properties.providerSettings();
    }

    @Bean
    StoreSettings storeSettings(PaymentProperties properties) {
        return properties.storeSettings();
    }

    @Bean
    Batcher<Settlement, Payment> settlementIntake(
            PaymentProperties properties, DeliveryProperties delivery, SettlePayments settle) {
        return new Batcher<>(
                "settlements",
                properties.concurrency() * 2 + properties.refundConcurrency() * 2,
                properties.batch(),
                2,
                delivery.linger(),
                settle::settle);
    }

    /** Queries which charges may still be sent to the gateway, many per statement. */
    @Bean
    Batcher<TransactionId, Boolean> fenceIntake(
            PaymentProperties properties, DeliveryProperties delivery, PaymentStore store) {
        return new Batcher<>(
                "charge fences",
                properties.concurrency() * 2,
                properties.batch(),
                2,
                delivery.linger(),
                store::mayBeCharged);
    }

    @Bean
    Ticker chargeTicker(PaymentProperties properties, ChargePayments charger) {
        return new Ticker("charge sweep", properties.sweep(), charger::sweep);
    }
}
