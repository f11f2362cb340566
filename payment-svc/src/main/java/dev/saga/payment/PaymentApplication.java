package dev.saga.payment;

import dev.saga.delivery.DeliveryProperties;
import dev.saga.delivery.Intake;
import dev.saga.delivery.Ticker;
import dev.saga.events.TransactionId;
import dev.saga.payment.domain.Payment;
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
    Intake<Settlement, Payment> settlementIntake(
            PaymentProperties properties, DeliveryProperties delivery, SettlePayments settle) {
        return new Intake<>(
                "settlements",
                properties.concurrency() * 2 + properties.refundConcurrency() * 2,
                properties.batch(),
                2,
                delivery.linger(),
                settle::settle);
    }

    /** Looks up which charges may still be asked for, many at a time. */
    @Bean
    Intake<TransactionId, Boolean> fenceIntake(
            PaymentProperties properties, DeliveryProperties delivery, PaymentStore store) {
        return new Intake<>(
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
