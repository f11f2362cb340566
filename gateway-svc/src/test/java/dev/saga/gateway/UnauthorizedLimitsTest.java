package dev.saga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway that requires tokens of an issuer that is not available. */
class UnauthorizedLimitsTest {
    private static final String JWT = "--spring.security.oauth2.resourceserver.jwt.";

    private final ConfigurableApplicationContext gateway = SpringApplication.run(
            GatewayApplication.class,
            "--server.port=0",
            "--saga.gateway.requests-per-second=5",
            "--saga.issuer.name=https://id.example.org",
            JWT + "jwk-set-uri=http://127.0.0.1:1/jwks",
            JWT + "audiences=saga");

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void callersWithoutAValidTokenAreRefusedBeforeTheirTokensAreRead() throws Exception {
        List<Integer> answers = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < 100; i++) {
                answers.add(send(http, "/order-service/ann/orders"));
            }
            assertThat(answers).contains(401, 429);
            assertThat(answers.stream().filter(answer -> answer == 429)).hasSizeGreaterThan(50);
            assertThat(send(http, "/")).isEqualTo(200);
        }
    }

    private int send(HttpClient http, String path) throws IOException, InterruptedException {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
